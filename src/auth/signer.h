// Makes tokens: for `parley token make` and for tests. A server only verifies; it never signs.
// Immutable after making; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "auth/algorithm.h"
#include "base/bytes.h"
#include "base/error.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace parley::auth {

class Signer {
 public:
  // On an error `why` says what is wrong, without any of the key's text.
  static Result<Signer> secret(ByteView secret, Algorithm algorithm, std::string& why);
  // One private key in PEM, without a password. Without `algorithm` it is the first of its kind.
  static Result<Signer> pem(ByteView text, std::optional<Algorithm> algorithm, std::string& why);

  // The compact token over these claims, with `kid` in its header unless it is empty.
  std::string sign(ByteView claims_json, ByteView key_id = {}) const;
  // The same under a header of the caller's, which is not looked at: for tests of refusals.
  std::string sign_with_header(ByteView header_json, ByteView claims_json) const;
  // In PEM; empty for a secret.
  std::string public_key() const;

 private:
  explicit Signer(Algorithm algorithm) : algorithm_(algorithm) {}
  std::string signature_of(ByteView text) const;

  Algorithm algorithm_;
  std::string secret_;
  std::shared_ptr<evp_pkey_st> pkey_;
};

}  // namespace parley::auth
