#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "auth/signer.h"
#include "auth/test_keys.h"
#include "server/options.h"

namespace parley::server {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000;

class VerifierOptions : public testing::Test {
 protected:
  VerifierOptions() {
    const int fd = ::mkstemp(path_.data());
    std::ofstream(path_) << signer_.public_key();
    ::close(fd);
  }
  ~VerifierOptions() override { std::remove(path_.c_str()); }

  static LoadedConfig load(const std::string& key, const std::string& value) {
    return load_config({.file = "", .environment = {}, .flags = {{"--set", key, value}}});
  }
  static std::string fault_of(const std::string& key, const std::string& value) {
    const LoadedConfig loaded = load(key, value);
    return loaded.faults.empty() ? "" : loaded.faults[0].text;
  }

  std::string why_;
  auth::Signer signer_ = *auth::Signer::pem(auth::new_ed25519_key(), std::nullopt, why_);
  std::string path_ = "/tmp/parley_key_XXXXXX";
};

TEST_F(VerifierOptions, HasTheKeysOfTheConfiguration) {
  LoadedConfig loaded = load("tokens.public_keys", path_);
  ASSERT_TRUE(loaded.faults.empty()) << loaded.faults[0].text;
  EXPECT_FALSE(development_mode(loaded.config));
  loaded.config.tokens.audience = {"chat"};
  loaded.config.tokens.issuer = {"shop"};
  loaded.config.tokens.leeway = std::chrono::seconds(5);
  const auto options = verifier_options(loaded.config, why_);
  ASSERT_TRUE(options.has_value()) << why_;
  const auto verifier = auth::Verifier::make(*options, why_);
  ASSERT_TRUE(verifier.has_value()) << why_;
  const auto outcome = [&](ByteView claims) {
    return (*verifier)->connection(signer_.sign(claims), kNow).has_value();
  };
  EXPECT_TRUE(outcome(R"({"iss":"shop","aud":"chat","exp":1799999996})"));
  EXPECT_FALSE(outcome(R"({"iss":"shop","aud":"chat","exp":1799999995})"));
  EXPECT_FALSE(outcome(R"({"iss":"shop"})"));
  EXPECT_FALSE(outcome(R"({"aud":"chat"})"));
}

TEST_F(VerifierOptions, ABadKeyFileIsAFault) {
  EXPECT_THAT(fault_of("tokens.public_keys", "/nowhere"),
              HasSubstr("tokens.public_keys: /nowhere: the file cannot be read"));
  std::ofstream(path_) << "hello";
  EXPECT_EQ(fault_of("tokens.public_keys", path_),
            "tokens.public_keys: " + path_ + ": it is not PEM (-----BEGIN PUBLIC KEY-----)");
  Config config;
  config.tokens.public_keys = {"/nowhere"};
  EXPECT_FALSE(verifier_options(config, why_).has_value());
  EXPECT_THAT(why_, HasSubstr("/nowhere: "));
}

TEST_F(VerifierOptions, TheKeySetHasALimitedUrl) {
  const LoadedConfig loaded = load("tokens.jwks_url", "https://issuer.example/keys");
  EXPECT_TRUE(loaded.faults.empty());
  EXPECT_FALSE(development_mode(loaded.config));
  EXPECT_TRUE(verifier_options(loaded.config, why_)->fetched_keys);
  EXPECT_THAT(fault_of("tokens.jwks_url", "http://issuer.example/keys"),
              HasSubstr("keys are fetched over https only"));
}

}  // namespace
}  // namespace parley::server
