// Endpoint: where a load goes, as read from a URL: ws://127.0.0.1:8000/room/tea. The name is
// resolved once, before any load runs, so that nothing waits for DNS later.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace parley::loadgen {

struct Endpoint {
  std::string host;  // as written, with the brackets of an IPv6 address
  std::uint16_t port = 0;
  bool tls = false;
  std::string path;  // with its query; empty: the dialect's own
  sockaddr_storage address{};
  socklen_t address_size = 0;

  // "127.0.0.1:8000", as in the Host header.
  std::string authority() const { return host + ":" + std::to_string(port); }
  // "ws://127.0.0.1:8000/room/tea"
  std::string url() const;
  bool is_loopback() const;
};

// ws://, wss://, http:// or https://; the port is 80 or 443 when it is left out. On nothing `why`
// says what is wrong and what would be right.
std::optional<Endpoint> resolve_endpoint(ByteView url, std::string& why);

// A socket that is connecting, non-blocking, or -1 with errno. On the loopback the `serial`-th
// connection gets a source address of its own each 20,000, as a client address has about 28,000
// ports.
int start_connecting(const Endpoint& endpoint, std::uint64_t serial);

// Raises the limit of open descriptors to `wanted` where that is allowed. The limit in force.
std::uint64_t raise_descriptor_limit(std::uint64_t wanted);

}  // namespace parley::loadgen
