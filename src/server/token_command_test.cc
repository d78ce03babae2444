#include "server/token_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "auth/signer.h"
#include "auth/test_keys.h"
#include "auth/verifier.h"
#include "base/text.h"
#include "server/command_line.h"
#include "server/options.h"

namespace parley::server {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000;  // 2027-01-15 08:00:00 UTC

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Config with_secret() {
  Config config;
  config.server.token_secret = "0123456789abcdef0123456789abcdef";
  return config;
}

Outcome make(const TokenRequest& request, const Config& config = with_secret()) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = make_token(request, config, kNow, out, err);
  return {code, out.str(), err.str()};
}

Outcome explain(const std::string& token, const Config& config = with_secret(),
                std::int64_t now = kNow) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = explain_token(token, config, now, out, err);
  return {code, out.str(), err.str()};
}

std::unique_ptr<auth::Verifier> verifier() {
  std::string why;
  return *auth::Verifier::make(*verifier_options(with_secret(), why), why);
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    const int fd = ::mkstemp(path_.data());
    std::ofstream(path_) << content;
    ::close(fd);
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/parley_token_XXXXXX";
};

TEST(TokenMake, MakesWhatTheServerTakes) {
  const Outcome made = make({.user = "lisi", .expires = "10m", .info = R"({"name": "Li Si"})"});
  EXPECT_EQ(made.code, 0);
  EXPECT_EQ(made.err, "");
  ASSERT_TRUE(made.out.ends_with('\n'));
  std::string why;
  const auto claims = verifier()->connection(made.out.substr(0, made.out.size() - 1), kNow, &why);
  ASSERT_TRUE(claims.has_value()) << why;
  EXPECT_EQ(claims->user, "lisi");
  EXPECT_EQ(claims->expires_at, kNow + 600);
  EXPECT_EQ(claims->issued_at, kNow);
  EXPECT_EQ(claims->info, R"({"name":"Li Si"})");
}

TEST(TokenMake, MakesTokensForSubscribing) {
  const Outcome made = make({.user = "lisi", .channel = "$vip", .expires = "never"});
  std::string why;
  const auto claims = verifier()->subscription(made.out.substr(0, made.out.size() - 1), kNow);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->channel, "$vip");
  EXPECT_EQ(claims->expires_at, std::nullopt);
}

TEST(TokenMake, NamesTheIssuerAndAudienceThatTheServerWants) {
  Config config = with_secret();
  config.tokens.issuer = {"shop", "wiki"};
  config.tokens.audience = {"chat"};
  EXPECT_EQ(explain(make({.user = "lisi"}, config).out, config).code, 0);
  EXPECT_EQ(explain(make({.user = "lisi"}).out, config).code, 1);
}

TEST(TokenMake, SignsWithAPrivateKey) {
  const std::string private_key = auth::new_ec_key("P-256");
  std::string why;
  const TemporaryFile key(private_key);
  const TemporaryFile public_key(auth::Signer::pem(private_key, std::nullopt, why)->public_key());
  Config config;
  config.tokens.public_keys = {public_key.path()};
  const Outcome made = make({.user = "lisi", .key_file = key.path(), .key_id = "k1"}, config);
  EXPECT_EQ(made.code, 0) << made.err;
  const Outcome explained = explain(made.out, config);
  EXPECT_EQ(explained.code, 0) << explained.out << explained.err;
  EXPECT_THAT(explained.out, HasSubstr(R"(alg         "ES256")"));
  EXPECT_THAT(explained.out, HasSubstr(R"(kid         "k1")"));
  EXPECT_EQ(make({.algorithm = "RS256", .key_file = key.path()}, config).err,
            "parley: " + key.path() + ": the private key is of another algorithm\n");
}

TEST(TokenMake, RefusesWhatCannotWork) {
  const auto fault_of = [](const TokenRequest& request, const Config& config = with_secret()) {
    const Outcome made = make(request, config);
    EXPECT_EQ(made.code, 2);
    EXPECT_EQ(made.out, "");
    return made.err;
  };
  for (const auto* time : {"", "1", "h", "0s", "-1h", "1.5h", "1w", "9999999999s", "1h "}) {
    EXPECT_EQ(
        fault_of({.expires = time}),
        std::string("parley: --expires is a time like 30s, 10m, 1h or 7d, or \"never\"; got ") +
            time + "\n");
  }
  for (const auto* info : {"{", "hello", R"(1,"sub":"bob")", R"(1},"a":{)"}) {
    EXPECT_EQ(fault_of({.info = info}), "parley: --info is not JSON\n") << info;
  }
  EXPECT_EQ(fault_of({.user = "\xff"}), "parley: --user and --channel are UTF-8\n");
  EXPECT_THAT(fault_of({.algorithm = "none"}),
              HasSubstr("unknown algorithm none; known are HS256"));
  EXPECT_THAT(fault_of({.algorithm = "HS512"}), HasSubstr("the secret is too short"));
  EXPECT_EQ(
      fault_of({.user = "lisi"}, Config()),
      "parley: there is no secret to sign with; name one with --secret-file FILE or -c FILE\n");
  EXPECT_THAT(fault_of({.key_file = "/nowhere"}), HasSubstr("/nowhere: the file cannot be read"));
  EXPECT_EQ(fault_of({.user = std::string(9000, 'a')}), "parley: the token is longer than 8 KiB\n");
}

TEST(TokenExplain, ShowsTimesForPeople) {
  const std::string token = make({.user = "lisi", .expires = "2h"}).out;
  EXPECT_EQ(explain(token).code, 0);
  EXPECT_EQ(explain(token).out,
            "header\n"
            "  alg         \"HS256\"\n"
            "  typ         \"JWT\"\n"
            "claims\n"
            "  sub         \"lisi\"\n"
            "  iat         2027-01-15 08:00:00 UTC, now\n"
            "  exp         2027-01-15 10:00:00 UTC, in 2 hours\n"
            "verdict\n"
            "  accepted for connecting\n");
  const Outcome late = explain(token, with_secret(), kNow + 3 * 24 * 3600);
  EXPECT_EQ(late.code, 1);
  EXPECT_THAT(late.out, HasSubstr("iat         2027-01-15 08:00:00 UTC, 3 days ago"));
  EXPECT_THAT(late.out, HasSubstr("refused: it has expired (token_expired)"));
  EXPECT_THAT(explain(make({.channel = "$vip"}).out).out, HasSubstr("accepted for subscribing"));
}

TEST(TokenExplain, SaysWhyATokenIsRefused) {
  const auto verdict = [](const std::string& token) {
    const Outcome outcome = explain(token);
    EXPECT_EQ(outcome.code, 1);
    return outcome.out.substr(outcome.out.find("verdict"));
  };
  const std::string good = make({.user = "lisi"}).out;
  EXPECT_EQ(verdict("hello"), "verdict\n  refused: it does not have three parts (unauthorized)\n");
  EXPECT_EQ(verdict(std::string(1 << 20, '.')),
            "verdict\n  refused: it is longer than 8 KiB (unauthorized)\n");
  EXPECT_EQ(verdict(good.substr(0, good.size() - 4)),
            "verdict\n  refused: the signature does not match (unauthorized)\n");
  EXPECT_EQ(verdict(base64url_encode(R"({"alg":"none"})") + ".e30."),
            "verdict\n  refused: it is not signed: its algorithm is none (unauthorized)\n");
  EXPECT_EQ(verdict(" \n"), "verdict\n  refused: there is no token (unauthorized)\n");
  EXPECT_THAT(explain("!.!.!").out, HasSubstr("header\n  (not readable)\n"));
}

TEST(TokenExplain, WithoutAKeyNothingIsChecked) {
  const Outcome outcome = explain(make({.user = "lisi"}).out, Config());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, HasSubstr("\"lisi\""));
  EXPECT_EQ(outcome.err,
            "parley: not checked: there is no key; name one with --secret-file FILE or -c FILE\n");
}

TEST(TokenExplain, SaysWhenKeysCannotBeFetched) {
  Config config = with_secret();
  config.tokens.jwks_url = "http://127.0.0.1:1/keys";
  const Outcome outcome = explain(make({.user = "lisi"}).out, config);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "parley: the keys could not be fetched from http://127.0.0.1:1/keys\n");
}

Outcome run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_command_line(arguments, {}, out, err, {});
  return {code, out.str(), err.str()};
}

TEST(TokenCommand, MakesAndExplainsFromTheCommandLine) {
  const TemporaryFile secret("0123456789abcdef0123456789abcdef\n");
  const TemporaryFile config("[server]\ntoken_secret_file = \"" + secret.path() + "\"\n");
  const Outcome made =
      run({"token", "make", "--user", "lisi", "--channel=$vip", "--expires", "never", "--info",
           R"({"a":1})", "--algorithm", "HS256", "--kid", "k1", "--secret-file", secret.path()});
  EXPECT_EQ(made.code, 0) << made.err;
  const Outcome explained = run({"token", "explain", made.out, "-c", config.path()});
  EXPECT_EQ(explained.code, 0) << explained.err;
  for (const auto* line :
       {"  kid         \"k1\"\n", "  sub         \"lisi\"\n", "  channel     \"$vip\"\n",
        "  info        {\"a\":1}\n", "  accepted for subscribing\n"}) {
    EXPECT_THAT(explained.out, HasSubstr(line));
  }
  EXPECT_THAT(explained.out, testing::Not(HasSubstr("exp ")));

  const TemporaryFile private_key(auth::new_ed25519_key());
  const Outcome signed_by_key = run({"token", "make", "--key", private_key.path()});
  EXPECT_EQ(signed_by_key.code, 0) << signed_by_key.err;
  EXPECT_EQ(run({"token", "explain", signed_by_key.out, "-c", config.path()}).code, 1);
}

TEST(TokenCommand, NamesWrongUsage) {
  EXPECT_THAT(run({"token"}).err, HasSubstr("token make"));
  EXPECT_EQ(run({"token", "make"}).code, 2);
  EXPECT_THAT(run({"token", "make", "--usr", "lisi"}).err, HasSubstr("did you mean --user?"));
  EXPECT_THAT(run({"token", "mke"}).err, HasSubstr("did you mean make?"));
  EXPECT_THAT(run({"token", "explain", "a", "b"}).err, HasSubstr("unknown argument b"));
  EXPECT_EQ(run({"token", "make", "--secret-file", "/nowhere"}).code, 2);
  const Outcome help = run({"token", "explain", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Usage: parley token explain [OPTIONS] TOKEN\n"));
  EXPECT_THAT(help.out, HasSubstr("--secret-file FILE"));
  EXPECT_THAT(run({"token", "make", "--help"}).out, HasSubstr("--expires TIME"));
}

}  // namespace
}  // namespace parley::server
