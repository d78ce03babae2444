#include <gtest/gtest.h>

#include "auth/keys.h"
#include "base/text.h"

namespace parley::auth {
namespace {

constexpr ByteView kEd =
    R"("kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
constexpr ByteView kEc =
    R"("kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";

// Of RFC 7515 appendix A.2.
const std::string kModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d"
    "4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexM"
    "dbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvU"
    "K-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

std::string jwk(ByteView key, ByteView more = "") {
  return "{" + std::string(key) + std::string(more) + "}";
}

std::string set_of(std::initializer_list<std::string> keys) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : ",") + key;
  return R"({"keys":[)" + out + "]}";
}

KeySet parse(ByteView text) {
  std::string why;
  auto set = parse_jwks(text, why);
  EXPECT_TRUE(set.has_value()) << why;
  return set.has_value() ? *set : KeySet{};
}

std::string fault_of(ByteView text) {
  std::string why;
  return parse_jwks(text, why).has_value() ? "a good set" : why;
}

TEST(Jwks, GivesTheKeysWithTheirIds) {
  const KeySet set = parse(set_of({jwk(kEd, R"(,"kid":"a","use":"sig","alg":"EdDSA")"),
                                   jwk(kEc, R"(,"kid":"b","key_ops":["verify"])"), jwk(kEc)}));
  ASSERT_EQ(set.keys.size(), 3);
  EXPECT_EQ(set.skipped, 0);
  EXPECT_EQ(set.keys[0].id(), "a");
  EXPECT_TRUE(set.keys[0].allows(Algorithm::eddsa));
  EXPECT_EQ(set.keys[1].id(), "b");
  EXPECT_TRUE(set.keys[1].allows(Algorithm::es256));
  EXPECT_FALSE(set.keys[1].allows(Algorithm::es384));
  EXPECT_EQ(set.keys[2].id(), "");
}

TEST(Jwks, SkipsWhatIsNotForUs) {
  const auto rsa = [](ByteView exponent, const std::string& modulus) {
    return R"({"kty":"RSA","e":")" + std::string(exponent) + R"(","n":")" + modulus + R"("})";
  };
  // The right point, cut at a wrong place.
  const std::string point = *base64url_decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU") +
                            *base64url_decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
  const std::string shifted = R"({"kty":"EC","crv":"P-256","x":")" +
                              base64url_encode(point.substr(0, 31)) + R"(","y":")" +
                              base64url_encode(point.substr(31)) + R"("})";
  for (const std::string& each :
       {std::string(
            R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"})"),
        std::string(R"({"kty":"future"})"), std::string("{}"), std::string("7"),
        std::string(
            R"({"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
        std::string(R"({"kty":"OKP","crv":"Ed25519","x":"11qY"})"),
        std::string(R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})"),
        // Not a point of the curve; then one of another curve.
        std::string(
            R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
            R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})"),
        std::string(
            R"({"kty":"EC","crv":"P-384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
            R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})"),
        shifted, rsa("AQAB", std::string(172, 'x')), rsa("AQAC", kModulus), rsa("AQ", kModulus),
        rsa("AQABAQABAQAB", kModulus), rsa("AQAB", std::string(9000, 'x')),
        jwk(kEd, R"(,"use":"enc")"), jwk(kEd, R"(,"use":7)"), jwk(kEd, R"(,"key_ops":["sign"])"),
        jwk(kEd, R"(,"key_ops":"verify")"), jwk(kEd, R"(,"alg":"ES256")"),
        jwk(kEd, R"(,"alg":"none")"), jwk(kEd, R"(,"alg":"HS256")"), jwk(kEd, R"(,"kid":7)"),
        jwk(kEd, R"(,"kid":"")"), jwk(kEd, R"(,"kty":"OKP")")}) {
    const KeySet set = parse(set_of({each, jwk(kEc)}));
    EXPECT_EQ(set.keys.size(), 1) << each;
    EXPECT_EQ(set.skipped, 1) << each;
  }
}

TEST(Jwks, TakesTheRsaKeyThatTheSkippedOnesResemble) {
  EXPECT_EQ(parse(set_of({R"({"kty":"RSA","e":"AQAB","n":")" + kModulus + R"("})"})).keys.size(),
            1);
}

TEST(Jwks, MayBeEmpty) {
  const KeySet set = parse(R"({"keys":[],"more":true})");
  EXPECT_TRUE(set.keys.empty());
}

TEST(Jwks, RefusesWhatIsNoSet) {
  for (const ByteView text :
       {"", "[]", "{}", "<html>", R"({"keys":{}})", R"({"keys":[})", R"({"keys":[],"keys":[]})"}) {
    EXPECT_EQ(fault_of(text), "it is not a JSON Web Key Set") << text;
  }
}

TEST(Jwks, IsBounded) {
  const auto set_with = [](std::size_t count) {
    std::string keys;
    for (std::size_t i = 0; i < count; ++i) keys += (i == 0 ? "" : ",") + jwk(kEd);
    return R"({"keys":[)" + keys + "]}";
  };
  EXPECT_EQ(parse(set_with(kMaxJwksKeys)).keys.size(), kMaxJwksKeys);
  EXPECT_EQ(fault_of(set_with(kMaxJwksKeys + 1)), "the key set has more than 100 keys");
  const std::string spaces(kMaxJwksBytes, ' ');
  EXPECT_EQ(fault_of(spaces + R"({"keys":[]})"), "the key set is larger than 256 KiB");
}

}  // namespace
}  // namespace parley::auth
