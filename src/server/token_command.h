// `parley token make` and `parley token explain`: the work behind the command line, with everything
// given, so that tests can call it. Neither needs a running server.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "server/config.h"

namespace parley::server {

struct TokenRequest {
  std::string user{};          // empty: anonymous
  std::string channel{};       // empty: a token for connecting
  std::string expires = "1h";  // "30s", "10m", "1h", "7d" or "never"
  std::string info{};          // JSON; empty: none
  std::string algorithm{};     // empty: HS256, or the private key's own
  std::string key_file{};      // a private key in PEM; empty: the configured secret signs
  std::string key_id{};        // "kid"; empty: none
};

// Prints the token alone, so that scripts can take it. The issuer and the audience are the first
// that the configuration wants. Returns the exit code: 0, or 2 with the reason on `err`.
int make_token(const TokenRequest& request, const Config& config, std::int64_t now_seconds,
               std::ostream& out, std::ostream& err);

// Prints what the token says, believed or not, and whether the configured keys believe it. Returns
// the exit code: 0 accepted, 1 refused, 2 nothing to check it with.
int explain_token(std::string_view token, const Config& config, std::int64_t now_seconds,
                  std::ostream& out, std::ostream& err);

}  // namespace parley::server
