#include "auth/verifier.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/text.h"

namespace parley::auth {
namespace {

// A signature check costs up to a millisecond, and anyone may send a token: one that names no key
// is tried with this many keys of its algorithm.
constexpr int kMaxTries = 8;

// The keys that a token may be checked with, counted as they are used.
class Tries {
 public:
  explicit Tries(const UnverifiedToken& token) : token_(token) {}

  // Keys whose id the token names (`named`), or all those that it may mean besides.
  bool any_verifies(const std::vector<Key>& keys, bool named) {
    return std::ranges::any_of(keys, [&](const Key& key) {
      const bool has_its_id = token_.key_id && key.id() == *token_.key_id;
      const bool may_be_meant = !token_.key_id || key.id().empty();
      if (named ? !has_its_id : has_its_id || !may_be_meant) return false;
      if (!key.allows(token_.algorithm) || tries_ == kMaxTries) return false;
      ++tries_;
      return key.verify(token_.algorithm, token_.signed_part, token_.signature);
    });
  }
  bool none() const { return tries_ == 0; }

 private:
  const UnverifiedToken& token_;
  int tries_ = 0;
};

bool is_secret_based(Algorithm algorithm) {
  return algorithm_info(algorithm).kind == KeyKind::secret;
}

bool meet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::find_first_of(a, b) != a.end();
}

}  // namespace

Result<std::unique_ptr<Verifier>> Verifier::make(const VerifierOptions& options, std::string& why) {
  std::unique_ptr<Verifier> verifier(new Verifier(options));
  if (!options.secret.empty()) {
    Result<Key> key = Key::secret(options.secret, why);
    if (!key.has_value()) return key.error();
    verifier->keys_.push_back(*std::move(key));
  }
  for (const std::string& text : options.public_keys) {
    Result<Key> key = Key::pem(text, why);
    if (!key.has_value()) return key.error();
    verifier->keys_.push_back(*std::move(key));
  }
  return verifier;
}

std::optional<Refusal> Verifier::check_signature(const UnverifiedToken& token) const {
  if (keys_.empty() && !options_.fetched_keys) return Refusal::no_keys;
  const std::shared_ptr<const KeySet> fetched = fetched_.get();
  Tries tries(token);
  for (const bool named : {true, false}) {
    if (tries.any_verifies(keys_, named) || tries.any_verifies(fetched->keys, named)) {
      return std::nullopt;
    }
  }
  // A secret is never fetched, so no forged HS token makes us ask for keys.
  if (options_.fetched_keys && !is_secret_based(token.algorithm)) {
    const bool id_is_known = std::ranges::any_of(
        fetched->keys, [&](const Key& key) { return key.id() == token.key_id; });
    if (fetched->keys.empty() || (token.key_id && !id_is_known)) {
      return request_keys_() ? Refusal::keys_pending : Refusal::unknown_key;
    }
  }
  if (!tries.none()) return Refusal::bad_signature;
  return is_short_secret(token.algorithm) ? Refusal::short_secret : Refusal::wrong_algorithm;
}

bool Verifier::is_short_secret(Algorithm algorithm) const {
  return is_secret_based(algorithm) && !options_.secret.empty() &&
         options_.secret.size() < algorithm_info(algorithm).bytes;
}

std::optional<Refusal> Verifier::check_validity(const ValidityClaims& claims,
                                                std::optional<std::int64_t> end,
                                                std::int64_t now) const {
  const auto is_over = [&](std::optional<std::int64_t> time) {
    return time && *time <= now - options_.leeway_seconds;
  };
  if (!options_.issuer.empty() &&
      (!claims.issuer ||
       std::ranges::find(options_.issuer, *claims.issuer) == options_.issuer.end())) {
    return Refusal::wrong_issuer;
  }
  if (!options_.audience.empty() && !meet(claims.audience, options_.audience)) {
    return Refusal::wrong_audience;
  }
  if (claims.not_before && *claims.not_before > now + options_.leeway_seconds) {
    return Refusal::not_yet_valid;
  }
  // Last, as a client that is told so comes back with a new token: one that is of no other fault.
  if (is_over(claims.expiration) || is_over(end)) return Refusal::expired;
  return std::nullopt;
}

template <class Claims>
Result<Claims> Verifier::verify(ByteView text, std::int64_t now, std::string* why) const {
  Claims claims;
  ByteView fault;
  const auto check = [&]() -> std::optional<Refusal> {
    UnverifiedToken token;
    if (const auto refused = parse_token(text, token)) return refused;
    if (const auto refused = check_signature(token)) return refused;
    const std::optional<std::string> json = base64url_decode(token.claims);
    if (!json) return Refusal::not_base64url;
    ValidityClaims validity;
    if (const auto refused = parse_claims(*json, claims, validity, fault)) return refused;
    return check_validity(validity, claims.expires_at, now);
  };
  const std::optional<Refusal> refused = check();
  if (!refused) return claims;
  const RefusalInfo& info = refusal_info(*refused);
  if (why != nullptr) *why = fault.empty() ? info.text : fault;
  return info.code;
}

Result<ConnectionClaims> Verifier::connection(ByteView token, std::int64_t now_seconds,
                                              std::string* why) const {
  return verify<ConnectionClaims>(token, now_seconds, why);
}

Result<SubscriptionClaims> Verifier::subscription(ByteView token, std::int64_t now_seconds,
                                                  std::string* why) const {
  return verify<SubscriptionClaims>(token, now_seconds, why);
}

}  // namespace parley::auth
