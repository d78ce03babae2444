#include "http/authority.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "http/tokens.h"

namespace parley::http {
namespace {

constexpr std::size_t kMaxHostBytes = 255;

bool is_name_char(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; }

bool is_ipv6_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

bool is_host(ByteView host) {
  if (host.size() > kMaxHostBytes) return false;
  if (host.starts_with('[')) {
    if (host.size() < 4 || !host.ends_with(']')) return false;
    return std::ranges::all_of(host.substr(1, host.size() - 2), is_ipv6_char);
  }
  return !host.empty() && std::ranges::all_of(host, is_name_char);
}

std::optional<std::uint16_t> parse_port(ByteView text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || text.size() > 5) return std::nullopt;
  return port;
}

}  // namespace

std::optional<Authority> parse_authority(ByteView text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == ByteView::npos ? 0 : bracket);
  Authority authority{text.substr(0, colon), std::nullopt};
  if (!is_host(authority.host)) return std::nullopt;
  if (colon != ByteView::npos && colon + 1 < text.size()) {  // "host:" has the default port
    authority.port = parse_port(text.substr(colon + 1));
    if (!authority.port) return std::nullopt;
  }
  return authority;
}

std::optional<std::string> canonical_origin(ByteView scheme, ByteView authority) {
  const bool https = equals_ignore_case(scheme, "https");
  if (!https && !equals_ignore_case(scheme, "http")) return std::nullopt;
  const auto parsed = parse_authority(authority);
  if (!parsed) return std::nullopt;
  const int port = parsed->port.value_or(https ? 443 : 80);
  return (https ? "https://" : "http://") + to_lower(parsed->host) + ":" + std::to_string(port);
}

}  // namespace parley::http
