#include "auth/keys.h"

#include <gtest/gtest.h>

#include "auth/jwt.h"
#include "auth/signer.h"
#include "auth/test_keys.h"
#include "base/text.h"

namespace parley::auth {
namespace {

const std::string& rsa_key() {
  static const std::string key = new_rsa_key();
  return key;
}

bool verifies(const Key& key, ByteView text) {
  UnverifiedToken token;
  EXPECT_EQ(parse_token(text, token), std::nullopt);
  return key.verify(token.algorithm, token.signed_part, token.signature);
}

Key only_key(ByteView jwk) {
  std::string why;
  const auto set = parse_jwks(R"({"keys":[)" + std::string(jwk) + "]}", why);
  EXPECT_TRUE(set.has_value() && set->keys.size() == 1) << why << jwk;
  return set->keys.at(0);
}

std::string fault_of_pem(ByteView text) {
  std::string why;
  return Key::pem(text, why).has_value() ? "a good key" : why;
}

// The payload of the first three examples of RFC 7515 appendix A.
constexpr ByteView kJoe =
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
    "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

std::string joe(ByteView header, ByteView signature) {
  return std::string(header) + std::string(kJoe) + std::string(signature);
}

TEST(RfcVectors, Rfc7515A1Hs256) {
  std::string why;
  const auto key = Key::secret(
      *base64url_decode(
          "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAz"
          "Zr1Z9CAow"),
      why);
  EXPECT_TRUE(verifies(*key, joe("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
                                 "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
  EXPECT_FALSE(verifies(*key, joe("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
                                  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXg")));
}

TEST(RfcVectors, Rfc7515A2Rs256) {
  const Key key = only_key(
      R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPC)"
      R"(JrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-)"
      R"(bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9)"
      R"(kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",)"
      R"("e":"AQAB"})");
  const std::string good =
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
      "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
      "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
      "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
  EXPECT_TRUE(verifies(key, joe("eyJhbGciOiJSUzI1NiJ9", good)));
  EXPECT_FALSE(verifies(key, joe("eyJhbGciOiJSUzI1NiJ9", "dC4h" + good.substr(4))));
}

TEST(RfcVectors, Rfc7515A3Es256) {
  const Key key =
      only_key(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
               R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
  const std::string good =
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  EXPECT_TRUE(verifies(key, joe("eyJhbGciOiJFUzI1NiJ9", good)));
  EXPECT_FALSE(verifies(key, joe("eyJhbGciOiJFUzI1NiJ9", "EtEh" + good.substr(4))));
  EXPECT_FALSE(verifies(key, joe("eyJhbGciOiJFUzI1NiJ9", good.substr(0, good.size() - 2))));
}

TEST(RfcVectors, Rfc7515A4Es512) {
  const Key key = only_key(
      R"({"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjF)"
      R"(Z6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDl)"
      R"(y79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})");
  EXPECT_TRUE(verifies(
      key,
      "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-"
      "mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNr"
      "mxYbSW9ERBXukOXolLzeO_Jn"));
}

TEST(RfcVectors, Rfc8037A4Ed25519) {
  const Key key = only_key(
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
  const std::string good =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcv"
      "Mg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  EXPECT_TRUE(verifies(key, good));
  EXPECT_FALSE(verifies(key, good.substr(0, good.size() - 2) + "Bg"));
}

struct Case {
  Algorithm algorithm;
  std::string private_key;  // empty: a secret
};

std::vector<Case> all_algorithms() {
  const std::string rsa = rsa_key();
  return {{Algorithm::hs256, ""},
          {Algorithm::hs384, ""},
          {Algorithm::hs512, ""},
          {Algorithm::rs256, rsa},
          {Algorithm::rs384, rsa},
          {Algorithm::rs512, rsa},
          {Algorithm::es256, new_ec_key("P-256")},
          {Algorithm::es384, new_ec_key("P-384")},
          {Algorithm::es512, new_ec_key("P-521")},
          {Algorithm::eddsa, new_ed25519_key()}};
}

TEST(Keys, VerifyWhatTheSignerSignedAndNothingElse) {
  const std::string secret(64, 's');
  for (const Case& each : all_algorithms()) {
    SCOPED_TRACE(algorithm_info(each.algorithm).name);
    std::string why;
    const auto signer = each.private_key.empty()
                            ? Signer::secret(secret, each.algorithm, why)
                            : Signer::pem(each.private_key, each.algorithm, why);
    ASSERT_TRUE(signer.has_value()) << why;
    const auto key =
        each.private_key.empty() ? Key::secret(secret, why) : Key::pem(signer->public_key(), why);
    ASSERT_TRUE(key.has_value()) << why;
    const std::string token = signer->sign(R"({"sub":"ann"})", "k1");
    EXPECT_TRUE(verifies(*key, token));
    std::string changed = token;
    char& letter = changed[token.find('.') + 1];  // of the claims
    letter = letter == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifies(*key, changed));
    // A signature of another length, and none; the right one for another algorithm.
    const std::string text = token.substr(0, token.rfind('.'));
    const std::string signature = *base64url_decode(token.substr(text.size() + 1));
    EXPECT_FALSE(key->verify(each.algorithm, text, signature + "x"));
    EXPECT_FALSE(key->verify(each.algorithm, text, signature.substr(1)));
    for (const AlgorithmInfo& other : algorithms()) {
      EXPECT_EQ(key->verify(other.algorithm, text, signature), other.algorithm == each.algorithm);
    }
    EXPECT_FALSE(key->verify(each.algorithm, text, ""));
    EXPECT_FALSE(key->verify(each.algorithm, text, std::string(1000, '\0')));
  }
}

TEST(Keys, VerifyOnlyTheirOneAlgorithmWhenTheirSetSaysSo) {
  std::string why;
  const auto signer = Signer::pem(rsa_key(), Algorithm::rs512, why);
  const BioPtr in(BIO_new_mem_buf(rsa_key().data(), -1));
  const std::shared_ptr<EVP_PKEY> pkey =
      PkeyPtr(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  EXPECT_TRUE(verifies(*Key::of(pkey, "k1", std::nullopt, why), signer->sign("{}")));
  EXPECT_TRUE(verifies(*Key::of(pkey, "k1", Algorithm::rs512, why), signer->sign("{}")));
  EXPECT_FALSE(verifies(*Key::of(pkey, "k1", Algorithm::rs256, why), signer->sign("{}")));
  EXPECT_FALSE(Key::of(pkey, "k1", Algorithm::es256, why).has_value());
}

TEST(Keys, SayWhichAlgorithmsTheyVerify) {
  const auto allowed = [](const Key& key) {
    std::string names;
    for (const AlgorithmInfo& each : algorithms()) {
      if (key.allows(each.algorithm)) names += std::string(each.name) + " ";
    }
    return names;
  };
  std::string why;
  EXPECT_EQ(allowed(*Key::secret(std::string(32, 's'), why)), "HS256 ");
  EXPECT_EQ(allowed(*Key::secret(std::string(48, 's'), why)), "HS256 HS384 ");
  EXPECT_EQ(allowed(*Key::secret(std::string(64, 's'), why)), "HS256 HS384 HS512 ");
  const auto public_key = [&why](const std::string& pem, Algorithm algorithm) {
    return *Key::pem(Signer::pem(pem, algorithm, why)->public_key(), why);
  };
  EXPECT_EQ(allowed(public_key(rsa_key(), Algorithm::rs256)), "RS256 RS384 RS512 ");
  EXPECT_EQ(allowed(public_key(new_ec_key("P-384"), Algorithm::es384)), "ES384 ");
  EXPECT_EQ(allowed(public_key(new_ed25519_key(), Algorithm::eddsa)), "EdDSA ");
}

TEST(Keys, RefuseWeakOrWrongMaterial) {
  std::string why;
  EXPECT_FALSE(Key::secret(std::string(31, 's'), why).has_value());
  EXPECT_EQ(why, "a secret has at least 32 bytes");
  const auto signer = Signer::pem(rsa_key(), Algorithm::rs256, why);
  EXPECT_FALSE(Key::secret(signer->public_key(), why).has_value());
  EXPECT_EQ(why, "a PEM key is no secret; name its file as a public key");

  EXPECT_EQ(fault_of_pem(signer->public_key()), "a good key");
  EXPECT_EQ(fault_of_pem(""), "it is not PEM (-----BEGIN PUBLIC KEY-----)");
  EXPECT_EQ(fault_of_pem("hello"), "it is not PEM (-----BEGIN PUBLIC KEY-----)");
  EXPECT_EQ(fault_of_pem(rsa_key()), "it is a private key; only its public key belongs here");
  EXPECT_EQ(fault_of_pem(signer->public_key() + signer->public_key()),
            "it holds more than one key or certificate");
  EXPECT_EQ(fault_of_pem("-----BEGIN PUBLIC KEY-----\naGVsbG8=\n-----END PUBLIC KEY-----\n"),
            "it is not a public key or certificate");
  const auto public_part = [](const std::string& private_key) {
    const BioPtr in(BIO_new_mem_buf(private_key.data(), -1));
    const PkeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    const BioPtr out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(out.get(), key.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
  };
  EXPECT_EQ(fault_of_pem(public_part(new_rsa_key(1024))),
            "the RSA key has 1024 bits; 2048 to 8192 are taken");
  EXPECT_EQ(fault_of_pem(public_part(new_ec_key("secp256k1"))),
            "the elliptic curve is not P-256, P-384 or P-521");
  EXPECT_EQ(fault_of_pem(public_part(private_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")))),
            "the key is not of the kinds RSA, EC, Ed25519 or Ed448");
}

TEST(Keys, ComeFromCertificatesToo) {
  const BioPtr in(BIO_new_mem_buf(rsa_key().data(), -1));
  const PkeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const X509Ptr certificate(X509_new());
  X509_set_pubkey(certificate.get(), key.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -10);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), -5);  // its dates do not count
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  std::string why;
  const auto taken = Key::pem({text, static_cast<std::size_t>(size)}, why);
  ASSERT_TRUE(taken.has_value()) << why;
  EXPECT_TRUE(verifies(*taken, Signer::pem(rsa_key(), Algorithm::rs384, why)->sign("{}")));
}

TEST(Signer, TakesTheFirstAlgorithmOfAKeysKind) {
  std::string why;
  UnverifiedToken token;
  ASSERT_EQ(parse_token(Signer::pem(rsa_key(), std::nullopt, why)->sign("{}"), token),
            std::nullopt);
  EXPECT_EQ(token.algorithm, Algorithm::rs256);
}

TEST(Signer, RefusesKeysThatDoNotFit) {
  std::string why;
  EXPECT_FALSE(Signer::secret(std::string(32, 's'), Algorithm::hs512, why).has_value());
  EXPECT_FALSE(Signer::secret(std::string(64, 's'), Algorithm::rs256, why).has_value());
  EXPECT_FALSE(Signer::pem(rsa_key(), Algorithm::es256, why).has_value());
  EXPECT_EQ(why, "the private key is of another algorithm");
  EXPECT_FALSE(Signer::pem("hello", Algorithm::rs256, why).has_value());
  EXPECT_EQ(why, "it is not a PEM private key without a password");
}

}  // namespace
}  // namespace parley::auth
