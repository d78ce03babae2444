// Keys that verify tokens. A key knows which algorithms it may verify, so a token cannot choose:
// a secret of 32 bytes HS256 and longer ones their HS family, an RSA key the RS family, an elliptic
// curve its ES, an Edwards curve EdDSA; a JWK's "alg" narrows that to one. Immutable after making
// and cheap to copy, so any thread may verify with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/algorithm.h"
#include "base/bytes.h"
#include "base/error.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace parley::auth {

inline constexpr std::size_t kMaxJwksBytes = 256 << 10;
inline constexpr std::size_t kMaxJwksKeys = 100;
inline constexpr int kMinRsaBits = 2048;  // RFC 7518 section 3.3
inline constexpr int kMaxRsaBits = 8192;  // the work of one check grows with its square

class Key {
 public:
  // On an error of these two `why` says what is wrong, without any of the key's text.
  static Result<Key> secret(ByteView secret, std::string& why);
  // One public key or certificate in PEM; of a certificate only its key counts.
  static Result<Key> pem(ByteView text, std::string& why);
  // Takes over the public key; `id` is a JWK's "kid", `only` its "alg".
  static Result<Key> of(std::shared_ptr<evp_pkey_st> key, std::string id,
                        std::optional<Algorithm> only, std::string& why);

  const std::string& id() const { return id_; }  // empty: it has none
  bool is_secret() const { return pkey_ == nullptr; }
  bool allows(Algorithm algorithm) const { return algorithms_.has(algorithm); }
  // False as well for an algorithm that the key does not allow.
  bool verify(Algorithm algorithm, ByteView text, ByteView signature) const;

 private:
  Key() = default;

  std::string id_;
  AlgorithmSet algorithms_;
  std::string secret_;
  std::shared_ptr<evp_pkey_st> pkey_;
};

// A JSON Web Key Set (RFC 7517).
struct KeySet {
  std::vector<Key> keys;
  std::size_t skipped = 0;  // of other kinds or uses, malformed, or too weak
};

// Never takes a secret from a set: what anyone can fetch is no secret. Keys that are not for us are
// skipped, as RFC 7517 section 5 asks; a set that breaks its form is an error, with `why`.
Result<KeySet> parse_jwks(ByteView text, std::string& why);

}  // namespace parley::auth
