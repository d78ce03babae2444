#include "loadgen/endpoint.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace parley::loadgen {
namespace {

constexpr std::uint64_t kPerSource = 20'000;  // connections from one loopback address
constexpr std::uint32_t kSources = 200;       // 127.0.1.1 to 127.0.200.1

struct Scheme {
  ByteView prefix;
  bool tls;
};
constexpr Scheme kSchemes[] = {
    {"ws://", false}, {"wss://", true}, {"http://", false}, {"https://", true}};

// "host:port" or "[::1]:port" into its parts.
bool split_authority(ByteView authority, Endpoint& endpoint, std::string& why) {
  std::size_t host_end = authority.find(':');
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == ByteView::npos) {
      why = "the bracket of the IPv6 address is not closed, as in ws://[::1]:8000";
      return false;
    }
    host_end = bracket + 1 == authority.size() ? ByteView::npos : bracket + 1;
  }
  endpoint.host = authority.substr(0, host_end);
  endpoint.port = endpoint.tls ? 443 : 80;
  if (endpoint.host.empty() || endpoint.host == "[]") {
    why = "the host is missing, as in ws://127.0.0.1:8000";
    return false;
  }
  if (host_end == ByteView::npos) return true;
  const ByteView port = authority.substr(host_end + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (authority[host_end] != ':' || error != std::errc() || end != port.data() + port.size() ||
      endpoint.port == 0) {
    why = "the port must be a number from 1 to 65535, not \"" + std::string(port) + '"';
    return false;
  }
  return true;
}

bool resolve(Endpoint& endpoint, std::string& why) {
  std::string name = endpoint.host;
  if (name.starts_with('[')) name = name.substr(1, name.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(name.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    why = "the host " + name + " is not known: " + ::gai_strerror(error);
    return false;
  }
  std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
  endpoint.address_size = found->ai_addrlen;
  ::freeaddrinfo(found);
  return true;
}

void bind_source(int fd, std::uint64_t serial) {
  const int on = 1;
  ::setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const auto source = static_cast<std::uint32_t>(serial / kPerSource % kSources + 1);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0x7F000001U + (source << 8));
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

std::string Endpoint::url() const { return (tls ? "wss://" : "ws://") + authority() + path; }

bool Endpoint::is_loopback() const {
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  return address.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

std::optional<Endpoint> resolve_endpoint(ByteView url, std::string& why) {
  for (const Scheme& scheme : kSchemes) {
    if (!url.starts_with(scheme.prefix)) continue;
    Endpoint endpoint;
    endpoint.tls = scheme.tls;
    const ByteView rest = url.substr(scheme.prefix.size());
    const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
    endpoint.path = rest.substr(path);
    if (endpoint.path.starts_with('?')) endpoint.path.insert(0, "/");
    if (endpoint.path == "/") endpoint.path.clear();
    if (endpoint.path.find('#') != std::string::npos) {
      why = "a WebSocket URL has no #fragment; write %23 for a # in a name";
      return std::nullopt;
    }
    if (!split_authority(rest.substr(0, path), endpoint, why) || !resolve(endpoint, why)) {
      return std::nullopt;
    }
    return endpoint;
  }
  why = "a target begins with ws:// or wss://, as in ws://127.0.0.1:8000";
  return std::nullopt;
}

int start_connecting(const Endpoint& endpoint, std::uint64_t serial) {
  const int fd =
      ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (endpoint.address.ss_family == AF_INET && endpoint.is_loopback()) bind_source(fd, serial);
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (::connect(fd, address, endpoint.address_size) == 0 || errno == EINPROGRESS) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

std::uint64_t raise_descriptor_limit(std::uint64_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return limit.rlim_cur;
  rlimit raised{std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(wanted, limit.rlim_max)),
                limit.rlim_max};
  if (wanted > limit.rlim_max) {  // only the superuser may go above the hard limit
    const rlimit above{wanted, wanted};
    if (::setrlimit(RLIMIT_NOFILE, &above) == 0) return wanted;
  }
  ::setrlimit(RLIMIT_NOFILE, &raised);
  return raised.rlim_cur;
}

}  // namespace parley::loadgen
