#include "server/listen_address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <array>
#include <charconv>

namespace parley::server {
namespace {

constexpr std::size_t kLongestUnixPath = sizeof(sockaddr_un::sun_path) - 1;

std::optional<ListenAddress> refuse(std::string* why, std::string reason) {
  if (why != nullptr) *why = std::move(reason);
  return std::nullopt;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

using IpBytes = std::array<unsigned char, 16>;

std::optional<IpBytes> parse_ip(int family, const std::string& text) {
  IpBytes bytes{};
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), port);
  if (error != std::errc() || end != text.end()) return std::nullopt;
  return port;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text, std::string* why) {
  ListenAddress address;
  if (take_prefix(text, "unix:")) {
    if (text.empty()) return refuse(why, "a path must follow unix:");
    if (text.size() > kLongestUnixPath) {
      return refuse(
          why, "a Unix socket's path has at most " + std::to_string(kLongestUnixPath) + " bytes");
    }
    address.kind = ListenAddress::Kind::unix_socket;
    address.path = text;
    return address;
  }
  address.tls = take_prefix(text, "https://");
  if (!address.tls) take_prefix(text, "http://");
  if (text.find('/') != std::string_view::npos) {
    return refuse(why, "only http://, https:// and unix: may stand before, and no path behind");
  }

  const std::size_t colon = text.rfind(':');
  const bool bracketed = text.starts_with('[');
  if (colon == std::string_view::npos || (bracketed && text[colon - 1] != ']')) {
    return refuse(why, "the port is missing");
  }
  const std::optional<std::uint16_t> port = parse_port(text.substr(colon + 1));
  if (!port) return refuse(why, "the port must be a number from 0 to 65535");
  address.port = *port;

  address.host = text.substr(0, colon);
  if (bracketed) address.host = text.substr(1, colon - 2);
  if (address.host == "localhost") address.host = "127.0.0.1";
  if (address.host.empty()) {
    return refuse(why, "the address is missing; 0.0.0.0 or [::] means every interface");
  }
  if (!bracketed && address.host.find(':') != std::string::npos) {
    return refuse(why, "an IPv6 address stands in brackets");
  }
  if (!parse_ip(bracketed ? AF_INET6 : AF_INET, address.host)) {
    return refuse(why, "the host must be an IP address or localhost");
  }
  return address;
}

bool is_loopback(const ListenAddress& address) {
  if (address.kind == ListenAddress::Kind::unix_socket) return true;
  if (const auto v4 = parse_ip(AF_INET, address.host)) return (*v4)[0] == 127;
  return parse_ip(AF_INET6, address.host) == parse_ip(AF_INET6, "::1");
}

std::string to_string(const ListenAddress& address) {
  if (address.kind == ListenAddress::Kind::unix_socket) return "unix:" + address.path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return (address.tls ? "https://" : "http://") + (v6 ? "[" + address.host + "]" : address.host) +
         ":" + std::to_string(address.port);
}

}  // namespace parley::server
