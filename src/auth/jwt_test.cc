#include "auth/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"

namespace parley::auth {
namespace {

constexpr ByteView kSecret = "0123456789abcdef0123456789abcdef";
constexpr ByteView kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::int64_t kNow = 1'800'000'000;

std::string hmac(const EVP_MD* digest, ByteView secret, ByteView text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
  return {reinterpret_cast<const char*>(out), size};
}

std::string sign(ByteView header, ByteView payload, ByteView secret = kSecret,
                 const EVP_MD* digest = EVP_sha256()) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  return text + "." + base64url_encode(hmac(digest, secret, text));
}

// The reason of a refusal, or the user.
std::string outcome(ByteView token, ByteView secret = kSecret) {
  std::string why;
  const Result<Claims> claims = verify_hs256(token, secret, kNow, &why);
  if (claims.has_value()) return "user " + claims->user;
  EXPECT_EQ(claims.error(), Errc::unauthorized);
  return why;
}

std::string with_claims(ByteView payload) { return outcome(sign(kHeader, payload)); }
std::string with_header(ByteView header) { return outcome(sign(header, R"({"sub":"ann"})")); }

// The token of RFC 7515 appendix A.1, whose payload has an "exp" of 2011 and no "sub".
TEST(Jwt, ChecksTheSignatureOfTheRfcExample) {
  const std::string key = *base64url_decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const ByteView token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
      "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  EXPECT_EQ(outcome(token, key), "sub, the user's name, is missing");
  EXPECT_EQ(outcome(token), "the signature does not match");
}

TEST(Jwt, GivesTheClaims) {
  const auto claims = verify_hs256(
      sign(kHeader, R"({"sub":"张三","exp":1800000100.75,"x":{"y":[1]}})"), kSecret, kNow);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->user, "张三");
  EXPECT_EQ(claims->expires_at, 1'800'000'100);
  EXPECT_EQ(verify_hs256(sign(kHeader, R"({"sub":"ann"})"), kSecret, kNow)->expires_at,
            std::nullopt);
}

TEST(Jwt, TakesNoOtherAlgorithm) {
  EXPECT_EQ(with_header(R"({"alg":"HS256"})"), "user ann");
  // Signed with the right key, so only the header is at fault.
  for (const ByteView name : {"none", "None", "RS256", "ES256", "HS384", "hs256", "HS256 ", ""}) {
    EXPECT_EQ(with_header(R"({"alg":")" + std::string(name) + R"("})"),
              "the algorithm is not HS256");
  }
  EXPECT_EQ(with_header("{}"), "the algorithm is not HS256");
  EXPECT_EQ(with_header(R"({"alg":["HS256"]})"), "the algorithm is malformed");
  EXPECT_EQ(with_header(R"({"alg":"HS256","alg":"none"})"), "the algorithm is malformed");
  EXPECT_EQ(with_header(R"({"alg":"HS256","crit":["exp"]})"), "the header has critical extensions");
  EXPECT_EQ(with_header(R"(["HS256"])"), "a part is not a JSON object");
}

TEST(Jwt, RefusesForgeries) {
  const std::string payload = base64url_encode(R"({"sub":"ann"})");
  EXPECT_EQ(outcome(base64url_encode(R"({"alg":"none"})") + "." + payload + "."),
            "the signature does not match");
  EXPECT_EQ(outcome(base64url_encode(kHeader) + "." + payload + "."),
            "the signature does not match");
  EXPECT_EQ(outcome(sign(kHeader, R"({"sub":"ann"})", "another secret")),
            "the signature does not match");
  EXPECT_EQ(outcome(sign(kHeader, R"({"sub":"ann"})", kSecret, EVP_sha384())),
            "the signature does not match");
  EXPECT_EQ(outcome(sign(kHeader, R"({"sub":"ann"})"), ""), "the server has no token secret");
  EXPECT_EQ(outcome(sign(kHeader, R"({"sub":"ann"})", ""), ""), "the server has no token secret");
}

TEST(Jwt, AnyChangedByteIsRefused) {
  const std::string good = sign(kHeader, R"({"sub":"ann"})");
  ASSERT_EQ(outcome(good), "user ann");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(outcome(changed), testing::Not(testing::StartsWith("user "))) << "byte " << i;
    EXPECT_THAT(outcome(good.substr(0, i)), testing::Not(testing::StartsWith("user ")))
        << "cut at " << i;
  }
}

TEST(Jwt, OneTokenHasOneSpelling) {
  const std::string good = sign(kHeader, R"({"sub":"ann"})");
  for (const std::string& other : {good + "=", good + " ", good + "\n", " " + good, good + ".",
                                   "." + good, "Bearer " + good}) {
    EXPECT_THAT(outcome(other), testing::Not(testing::StartsWith("user "))) << other;
  }
  // 32 bytes leave two unused bits in the last of 43 letters: setting them must not pass.
  std::string loose = good;
  const ByteView alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  loose.back() = alphabet[alphabet.find(loose.back()) | 1];
  EXPECT_EQ(outcome(loose), "the signature does not match");
}

TEST(Jwt, ExpiryHasALeeway) {
  EXPECT_EQ(with_claims(R"({"sub":"ann","exp":1800000001})"), "user ann");
  EXPECT_EQ(with_claims(R"({"sub":"ann","exp":1799999971})"), "user ann");
  EXPECT_EQ(with_claims(R"({"sub":"ann","exp":1799999970})"), "it has expired");
  EXPECT_EQ(with_claims(R"({"sub":"ann","exp":0})"), "it has expired");
  EXPECT_EQ(with_claims(R"({"sub":"ann","exp":-1})"), "it has expired");
}

TEST(Jwt, NotBeforeHasALeeway) {
  EXPECT_EQ(with_claims(R"({"sub":"ann","nbf":1800000000})"), "user ann");
  EXPECT_EQ(with_claims(R"({"sub":"ann","nbf":1800000030})"), "user ann");
  EXPECT_EQ(with_claims(R"({"sub":"ann","nbf":1800000031})"), "it is not valid yet");
}

TEST(Jwt, RefusesClaimsThatAreNotWhatTheySay) {
  const std::pair<ByteView, ByteView> cases[] = {
      {R"({})", "sub, the user's name, is missing"},
      {R"({"sub":""})", "sub, the user's name, is missing"},
      {R"({"sub":7})", "sub is not one string"},
      {R"({"sub":"ann","sub":"bob"})", "sub is not one string"},
      {R"({"sub":"ann","exp":"1800000100"})", "exp is not one time"},
      {R"({"sub":"ann","exp":null})", "exp is not one time"},
      {R"({"sub":"ann","exp":1e300})", "exp is not one time"},
      {R"({"sub":"ann","exp":18446744073709551615})", "exp is not one time"},
      {R"({"sub":"ann","exp":1800000100,"exp":1})", "exp is not one time"},
      {R"({"sub":"ann","nbf":-9223372036854775808})", "nbf is not one time"},
      {R"({"sub":"ann","nbf":true})", "nbf is not one time"},
      {R"({"sub":"ann")", "a part is not a JSON object"},
      {R"({"sub":"ann"} x)", "a part is not a JSON object"},
      {"{\"sub\":\"\xff\"}", "a part is not a JSON object"},
      {R"("ann")", "a part is not a JSON object"},
      {"", "a part is not a JSON object"},
  };
  for (const auto& [payload, why] : cases) EXPECT_EQ(with_claims(payload), why) << payload;
  EXPECT_EQ(with_claims(std::string(3000, '[')), "a part is not a JSON object");
}

TEST(Jwt, RefusesGarbage) {
  EXPECT_EQ(outcome(""), "there is no token");
  EXPECT_EQ(outcome("xxxx"), "it does not have three parts");
  EXPECT_EQ(outcome("a.b"), "it does not have three parts");
  EXPECT_EQ(outcome("a.b.c.d"), "it does not have three parts");
  EXPECT_EQ(outcome(".."), "the signature does not match");
  EXPECT_EQ(outcome(std::string(1 << 20, 'a')), "it is longer than 8 KiB");
  EXPECT_EQ(outcome(std::string("a\0b.c.d", 7)), "the signature does not match");
}

TEST(Jwt, LengthLimitIsExact) {
  // Growing sub by three bytes grows the token by four letters.
  const auto token_of = [](std::size_t letters) {
    return sign(kHeader, R"({"sub":")" + std::string(letters, 'x') + R"("})");
  };
  std::size_t letters = 6000;
  while (token_of(letters + 1).size() <= kMaxTokenBytes) ++letters;
  EXPECT_EQ(outcome(token_of(letters)), "user " + std::string(letters, 'x'));
  EXPECT_EQ(outcome(token_of(letters + 1)), "it is longer than 8 KiB");
}

TEST(Jwt, TheReasonIsOptional) {
  EXPECT_EQ(verify_hs256("xxxx", kSecret, kNow).error(), Errc::unauthorized);
}

}  // namespace
}  // namespace parley::auth
