// Verifier: token text in, claims or a refusal out. Nothing of the claims is parsed, fetched or
// built before the signature is right, and the key says which algorithm that takes. One verifier
// serves all shards: it never changes but for the fetched keys, which are replaced as a whole.
// It reads no clock and fetches nothing; the one who does is told by request_keys.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/claims.h"
#include "auth/jwt.h"
#include "auth/keys.h"
#include "auth/published.h"
#include "base/error.h"

namespace parley::auth {

struct VerifierOptions {
  std::string secret{};                    // for HS256, HS384, HS512; empty: none
  std::vector<std::string> public_keys{};  // PEM texts
  bool fetched_keys = false;               // a JWKS is configured and replaces its keys here
  std::vector<std::string> audience{};     // a token is for one of these; empty: not looked at
  std::vector<std::string> issuer{};       // a token is from one of these; empty: not looked at
  std::int64_t leeway_seconds = 30;        // clocks of the issuer and of this machine may differ so
};

class Verifier {
 public:
  // On an error `why` says which key is bad.
  static Result<std::unique_ptr<Verifier>> make(const VerifierOptions& options, std::string& why);

  // Refusals are token_expired (a new token may pass) or unauthorized (it may not); `why` says the
  // reason for the log, in words of refusal.h and claims.h that hold nothing of the token. What
  // expires at `expires_at` may have done so up to the leeway ago.
  Result<ConnectionClaims> connection(ByteView token, std::int64_t now_seconds,
                                      std::string* why = nullptr) const;
  Result<SubscriptionClaims> subscription(ByteView token, std::int64_t now_seconds,
                                          std::string* why = nullptr) const;
  // The signature alone, for tools that explain tokens.
  std::optional<Refusal> check_signature(const UnverifiedToken& token) const;

  // The keys of the JWKS, all at once. Any thread.
  void replace_fetched_keys(KeySet keys) {
    fetched_.set(std::make_shared<const KeySet>(std::move(keys)));
  }
  // Called from any shard with a token whose key is not among the fetched ones; answers whether
  // new keys are on their way. Set before the shards start.
  void on_unknown_key(std::function<bool()> request_keys) {
    request_keys_ = std::move(request_keys);
  }

 private:
  explicit Verifier(const VerifierOptions& options) : options_(options) {}
  template <class Claims>
  Result<Claims> verify(ByteView text, std::int64_t now, std::string* why) const;
  std::optional<Refusal> check_validity(const ValidityClaims& claims,
                                        std::optional<std::int64_t> end, std::int64_t now) const;
  bool is_short_secret(Algorithm algorithm) const;

  const VerifierOptions options_;
  std::vector<Key> keys_;  // the secret and the public keys
  std::function<bool()> request_keys_ = [] { return false; };
  Published<KeySet> fetched_{std::make_shared<const KeySet>()};
};

}  // namespace parley::auth
