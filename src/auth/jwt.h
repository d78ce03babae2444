// A JSON Web Token in its compact form (RFC 7515 section 7.1), taken apart but not yet believed:
//     base64url(header) . base64url(claims) . base64url(signature)
// Only the header is read, and of it only what chooses among the configured keys: alg and kid.
// Whatever else a header names (jku, jwk, x5u, …) is never looked at. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/algorithm.h"
#include "auth/refusal.h"
#include "base/bytes.h"

namespace parley::auth {

inline constexpr std::size_t kMaxTokenBytes = 8 << 10;

struct UnverifiedToken {
  Algorithm algorithm{};
  std::optional<std::string> key_id;
  ByteView signed_part;  // header.claims, as it came
  ByteView claims;       // still base64url
  std::string signature;
};

// Nothing when `token` was filled; its views point into `text`.
std::optional<Refusal> parse_token(ByteView text, UnverifiedToken& token);

// For tools that show a token, believed or not: the members of its header or claims as they stand,
// with their values as JSON. Nothing when the part is not base64url of a JSON object.
struct TokenMember {
  std::string name;
  std::string json;
};
std::optional<std::vector<TokenMember>> list_members(ByteView part);

}  // namespace parley::auth
