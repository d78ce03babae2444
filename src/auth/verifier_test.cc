#include "auth/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "auth/signer.h"
#include "auth/test_keys.h"
#include "base/text.h"

namespace parley::auth {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
const std::string kSecret = "0123456789abcdef0123456789abcdef";
constexpr ByteView kAnn = R"({"sub":"ann"})";

Signer hs(const std::string& secret = kSecret, Algorithm algorithm = Algorithm::hs256) {
  std::string why;
  return *Signer::secret(secret, algorithm, why);
}

const Signer& rsa() {
  static const std::string key = new_rsa_key();
  std::string why;
  static const Signer signer = *Signer::pem(key, Algorithm::rs256, why);
  return signer;
}

const Signer& ed() {
  static const std::string key = new_ed25519_key();
  std::string why;
  static const Signer signer = *Signer::pem(key, Algorithm::eddsa, why);
  return signer;
}

std::unique_ptr<Verifier> verifier(const VerifierOptions& options = {.secret = kSecret}) {
  std::string why;
  auto made = Verifier::make(options, why);
  EXPECT_TRUE(made.has_value()) << why;
  return *std::move(made);
}

// "user NAME", or the reason with its code.
std::string outcome(const Verifier& with, ByteView token, std::int64_t now = kNow) {
  std::string why;
  const auto claims = with.connection(token, now, &why);
  if (claims.has_value()) return "user " + claims->user;
  return std::string(error_info(claims.error()).name) + ": " + why;
}

std::string reason(Refusal refusal) {
  const RefusalInfo& info = refusal_info(refusal);
  return std::string(error_info(info.code).name) + ": " + std::string(info.text);
}

// The key as a JWKS gives it; Edwards keys are the shortest to write.
std::string jwk_of(const Signer& signer, ByteView id) {
  const std::string pem = signer.public_key();
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const PkeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  std::string raw(32, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
  return R"({"kty":"OKP","crv":"Ed25519","kid":")" + std::string(id) + R"(","x":")" +
         base64url_encode(raw) + R"("})";
}

KeySet set_of(const std::string& keys) {
  std::string why;
  return *parse_jwks(R"({"keys":[)" + keys + "]}", why);
}

TEST(Verifier, GivesTheClaims) {
  const auto claims =
      verifier()->connection(hs().sign(R"({"sub":"张三","exp":1800000100,"info":{"a":1}})"), kNow);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->user, "张三");
  EXPECT_EQ(claims->expires_at, 1'800'000'100);
  EXPECT_EQ(claims->info, R"({"a":1})");
  EXPECT_EQ(outcome(*verifier(), hs().sign("{}")), "user ");

  const auto subscription =
      verifier()->subscription(hs().sign(R"({"sub":"ann","channel":"$vip"})"), kNow);
  ASSERT_TRUE(subscription.has_value());
  EXPECT_EQ(subscription->channel, "$vip");
  std::string why;
  EXPECT_FALSE(verifier()->subscription(hs().sign(kAnn), kNow, &why).has_value());
  EXPECT_EQ(why, "channel is missing");
}

TEST(Verifier, ASecretDoesNotTakeForgedAlgorithms) {
  const auto both = verifier({.secret = kSecret, .public_keys = {rsa().public_key()}});
  EXPECT_EQ(outcome(*both, rsa().sign(kAnn)), "user ann");
  EXPECT_EQ(outcome(*both, hs().sign(kAnn)), "user ann");
  // Signed by us, but named otherwise.
  for (const auto* name : {"RS256", "RS512", "HS256"}) {
    const std::string header = R"({"alg":")" + std::string(name) + R"("})";
    const std::string token = name == std::string("HS256") ? rsa().sign_with_header(header, kAnn)
                                                           : hs().sign_with_header(header, kAnn);
    EXPECT_EQ(outcome(*both, token), reason(Refusal::bad_signature)) << name;
  }
  EXPECT_EQ(outcome(*both, hs().sign_with_header(R"({"alg":"ES256"})", kAnn)),
            reason(Refusal::wrong_algorithm));
}

// The classic: the public key, which everybody has, taken as an HMAC secret.
TEST(Verifier, APublicKeyIsNoSecret) {
  const std::string pem = rsa().public_key();
  const auto only_rsa = verifier({.public_keys = {pem}});
  const auto both = verifier({.secret = kSecret, .public_keys = {pem}});
  std::string trimmed = pem;
  trimmed.pop_back();
  for (const std::string& as_secret : {pem, trimmed}) {
    const std::string text = base64url_encode(R"({"alg":"HS256"})") + "." + base64url_encode(kAnn);
    unsigned char mac[EVP_MAX_MD_SIZE];
    std::size_t size = 0;
    EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, as_secret.data(), as_secret.size(),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, sizeof mac,
              &size);
    const std::string token =
        text + "." + base64url_encode({reinterpret_cast<const char*>(mac), size});
    EXPECT_EQ(outcome(*only_rsa, token), reason(Refusal::wrong_algorithm));
    EXPECT_EQ(outcome(*both, token), reason(Refusal::bad_signature));
  }
  std::string why;
  EXPECT_FALSE(Verifier::make({.secret = pem}, why).has_value());
}

TEST(Verifier, RefusesForgeries) {
  const auto ours = verifier();
  const std::string payload = base64url_encode(kAnn);
  EXPECT_EQ(outcome(*ours, base64url_encode(R"({"alg":"none"})") + "." + payload + "."),
            reason(Refusal::unsigned_token));
  EXPECT_EQ(outcome(*ours, base64url_encode(R"({"alg":"HS256"})") + "." + payload + "."),
            reason(Refusal::bad_signature));
  EXPECT_EQ(outcome(*ours, hs("another secret of at least 32 bytes").sign(kAnn)),
            reason(Refusal::bad_signature));
  EXPECT_EQ(outcome(*verifier({.public_keys = {ed().public_key()}}), rsa().sign(kAnn)),
            reason(Refusal::wrong_algorithm));
  EXPECT_EQ(outcome(*verifier({}), hs().sign(kAnn)), reason(Refusal::no_keys));
}

TEST(Verifier, ASecretWantsTheLengthOfItsAlgorithm) {
  const std::string long_secret(64, 's');
  for (const Algorithm algorithm : {Algorithm::hs256, Algorithm::hs384, Algorithm::hs512}) {
    EXPECT_EQ(outcome(*verifier({.secret = long_secret}), hs(long_secret, algorithm).sign(kAnn)),
              "user ann");
  }
  EXPECT_EQ(outcome(*verifier(), hs().sign_with_header(R"({"alg":"HS512"})", kAnn)),
            reason(Refusal::short_secret));
}

TEST(Verifier, RefusesWhatIsTooLongOrCut) {
  const auto ours = verifier();
  const std::string good = hs().sign(kAnn);
  EXPECT_EQ(outcome(*ours, std::string(1 << 20, 'a')), reason(Refusal::too_long));
  EXPECT_EQ(outcome(*ours, hs().sign(R"({"sub":")" + std::string(1 << 20, 'a') + R"("})")),
            reason(Refusal::too_long));
  EXPECT_EQ(outcome(*ours, ""), reason(Refusal::no_token));
  EXPECT_EQ(outcome(*ours, good.substr(0, good.rfind('.'))), reason(Refusal::not_three_parts));
  EXPECT_EQ(outcome(*ours, good.substr(0, good.size() - 3)), reason(Refusal::bad_signature));
  EXPECT_EQ(outcome(*ours, hs().sign("{")), reason(Refusal::claims_not_json));
  EXPECT_EQ(outcome(*ours, hs().sign(R"({"sub":7})")), "unauthorized: sub is not a string");
}

TEST(Verifier, AnyChangedByteIsRefused) {
  const auto ours = verifier();
  const std::string good = hs().sign(kAnn);
  ASSERT_EQ(outcome(*ours, good), "user ann");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(outcome(*ours, changed), testing::StartsWith("unauthorized: ")) << "byte " << i;
    EXPECT_THAT(outcome(*ours, good.substr(0, i)), testing::StartsWith("unauthorized: "))
        << "cut at " << i;
  }
  for (const std::string& other : {good + "=", good + " ", good + "\n", " " + good, good + ".",
                                   "." + good, "Bearer " + good}) {
    EXPECT_THAT(outcome(*ours, other), testing::StartsWith("unauthorized: ")) << other;
  }
}

TEST(Verifier, NothingOfTheClaimsIsReadBeforeTheSignature) {
  const Signer other = hs("another secret of at least 32 bytes");
  for (const ByteView claims : {"{", R"({"exp":1})", R"({"sub":7})", R"({"a":1,"a":2})"}) {
    EXPECT_EQ(outcome(*verifier(), other.sign(claims)), reason(Refusal::bad_signature)) << claims;
  }
}

TEST(Verifier, TimesHaveALeeway) {
  const auto ours = verifier();
  const auto at = [&](ByteView claims) { return outcome(*ours, hs().sign(claims)); };
  EXPECT_EQ(at(R"({"sub":"ann","exp":1799999971})"), "user ann");
  EXPECT_EQ(at(R"({"sub":"ann","exp":1799999970})"), "token_expired: it has expired");
  EXPECT_EQ(at(R"({"sub":"ann","exp":0})"), "token_expired: it has expired");
  EXPECT_EQ(at(R"({"sub":"ann","exp":-1})"), "token_expired: it has expired");
  EXPECT_EQ(at(R"({"sub":"ann","expire_at":1799999970})"), "token_expired: it has expired");
  EXPECT_EQ(at(R"({"sub":"ann","exp":1799999970,"expire_at":0})"), "token_expired: it has expired");
  EXPECT_EQ(at(R"({"sub":"ann","nbf":1800000030})"), "user ann");
  EXPECT_EQ(at(R"({"sub":"ann","nbf":1800000031})"), reason(Refusal::not_yet_valid));
  const auto strict = verifier({.secret = kSecret, .leeway_seconds = 0});
  EXPECT_EQ(outcome(*strict, hs().sign(R"({"sub":"ann","exp":1800000000})")),
            reason(Refusal::expired));
  EXPECT_EQ(outcome(*strict, hs().sign(R"({"sub":"ann","exp":1800000001,"nbf":1800000000})")),
            "user ann");
}

TEST(Verifier, ChecksIssuerAndAudience) {
  const auto ours =
      verifier({.secret = kSecret, .audience = {"chat", "lab"}, .issuer = {"shop", "wiki"}});
  const auto with = [&](ByteView claims) { return outcome(*ours, hs().sign(claims)); };
  EXPECT_EQ(with(R"({"sub":"ann","iss":"wiki","aud":"lab"})"), "user ann");
  EXPECT_EQ(with(R"({"sub":"ann","iss":"shop","aud":["x","chat"]})"), "user ann");
  for (const ByteView claims : {R"({"iss":"evil","aud":"chat"})", R"({"aud":"chat"})",
                                R"({"iss":"","aud":"chat"})", R"({"iss":"shop2","aud":"chat"})"}) {
    EXPECT_EQ(with(claims), reason(Refusal::wrong_issuer)) << claims;
  }
  for (const ByteView claims : {R"({"iss":"shop","aud":"cha"})", R"({"iss":"shop"})",
                                R"({"iss":"shop","aud":[]})", R"({"iss":"shop","aud":["x"]})"}) {
    EXPECT_EQ(with(claims), reason(Refusal::wrong_audience)) << claims;
  }
  // A client that is told "expired" asks for a new token: not when that could not help.
  EXPECT_EQ(with(R"({"iss":"evil","aud":"chat","exp":1})"), reason(Refusal::wrong_issuer));
  EXPECT_EQ(outcome(*verifier(), hs().sign(R"({"sub":"ann","iss":"any","aud":"any"})")),
            "user ann");
}

TEST(Verifier, FindsFetchedKeysByTheirId) {
  const auto ours = verifier({.secret = kSecret, .fetched_keys = true});
  std::string why;
  const Signer other = *Signer::pem(new_ed25519_key(), Algorithm::eddsa, why);
  ours->replace_fetched_keys(set_of(jwk_of(other, "k1") + "," + jwk_of(ed(), "k2")));
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k2")), "user ann");
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn)), "user ann");  // names none, so each may be meant
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k1")), reason(Refusal::bad_signature));
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k3")), reason(Refusal::unknown_key));
  EXPECT_EQ(outcome(*ours, hs().sign(kAnn, "k3")), "user ann");  // the secret has no id
  EXPECT_EQ(outcome(*ours, rsa().sign(kAnn, "k1")), reason(Refusal::wrong_algorithm));

  ours->replace_fetched_keys(set_of(jwk_of(ed(), "k3")));
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k2")), reason(Refusal::unknown_key));
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k3")), "user ann");
}

TEST(Verifier, AsksForKeysOnlyWhenTheyMayHelp) {
  const auto ours = verifier({.secret = kSecret, .fetched_keys = true});
  int asked = 0;
  bool coming = true;
  ours->on_unknown_key([&] {
    ++asked;
    return coming;
  });
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn)), reason(Refusal::keys_pending));  // none fetched yet
  EXPECT_EQ(refusal_info(Refusal::keys_pending).code, Errc::token_expired);
  ours->replace_fetched_keys(set_of(jwk_of(ed(), "k1")));
  asked = 0;
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k2")), reason(Refusal::keys_pending));
  EXPECT_EQ(asked, 1);
  coming = false;
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "k2")), reason(Refusal::unknown_key));
  EXPECT_EQ(asked, 2);
  // A good one, a forged one under a known id, and secrets: nothing to fetch.
  outcome(*ours, ed().sign(kAnn, "k1"));
  std::string why;
  outcome(*ours, Signer::pem(new_ed25519_key(), Algorithm::eddsa, why)->sign(kAnn, "k1"));
  outcome(*ours, hs("another secret of at least 32 bytes").sign(kAnn, "k2"));
  outcome(*ours, base64url_encode(R"({"alg":"none","kid":"k2"})") + ".e30.");
  EXPECT_EQ(asked, 2);
}

// Anyone can send tokens, so the work that one of them makes is bounded.
TEST(Verifier, TriesAFewKeysOnly) {
  const auto ours = verifier({.fetched_keys = true});
  std::string keys;
  std::string why;
  for (int i = 0; i < 8; ++i) {
    keys += jwk_of(*Signer::pem(new_ed25519_key(), Algorithm::eddsa, why), std::to_string(i)) + ",";
  }
  ours->replace_fetched_keys(set_of(keys + jwk_of(ed(), "last")));
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn)), reason(Refusal::bad_signature));
  EXPECT_EQ(outcome(*ours, ed().sign(kAnn, "last")), "user ann");
}

TEST(Verifier, SaysWhichKeyIsBad) {
  std::string why;
  EXPECT_FALSE(Verifier::make({.secret = "short"}, why).has_value());
  EXPECT_EQ(why, "a secret has at least 32 bytes");
  EXPECT_FALSE(Verifier::make({.public_keys = {"x"}}, why).has_value());
  EXPECT_EQ(why, "it is not PEM (-----BEGIN PUBLIC KEY-----)");
}

TEST(VerifierThreads, KeysAreReplacedUnderReaders) {
  const auto ours = verifier({.fetched_keys = true});
  const KeySet set = set_of(jwk_of(ed(), "k1"));
  ours->replace_fetched_keys(set);
  const std::string token = ed().sign(kAnn, "k1");
  std::atomic<int> good{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) good += outcome(*ours, token) == "user ann" ? 1 : 0;
    });
  }
  for (int i = 0; i < 200; ++i) ours->replace_fetched_keys(set);
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(good, 400);
}

}  // namespace
}  // namespace parley::auth
