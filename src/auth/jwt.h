// JSON Web Tokens (RFC 7519), text in and claims out; pure functions, any thread.
// The algorithm is bound to the key, never read from the token: verify_hs256 takes HMAC-SHA256 and
// nothing else, so "alg":"none" and a public key used as a secret are both refused. Nothing of the
// token is parsed before its signature has been found right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace parley::auth {

inline constexpr std::size_t kMaxTokenBytes = 8 << 10;
// Clocks of the issuer and of this machine may differ by this much.
inline constexpr std::int64_t kClockLeewaySeconds = 30;

struct Claims {
  std::string user;                        // "sub"
  std::optional<std::int64_t> expires_at;  // "exp", seconds since 1970
};

// Every refusal is Errc::unauthorized; `why` (when given) says the reason for the log, and never
// holds a part of the token.
Result<Claims> verify_hs256(ByteView token, ByteView secret, std::int64_t now_seconds,
                            std::string* why = nullptr);

}  // namespace parley::auth
