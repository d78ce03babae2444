// Authority: the "host:port" of a Host header, an absolute target or an origin (RFC 3986, 3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace parley::http {

struct Authority {
  ByteView host;  // a name, an IPv4 address, or an IPv6 address with its brackets
  std::optional<std::uint16_t> port;
};

// Nothing if the text is no authority. Narrower than the RFC: no user, no escapes, no bytes that no
// host name has.
std::optional<Authority> parse_authority(ByteView text);

// "http", "App.example" -> "http://app.example:80": two origins are the same if these are equal.
// Nothing if the scheme is not http or https or the authority is none.
std::optional<std::string> canonical_origin(ByteView scheme, ByteView authority);

}  // namespace parley::http
