// What both ends of the fan-out benchmark know: the run's settings, errors, sockets on the
// loopback, the two frames. The frames are made by hand so that the load shares no code, and so no
// fault, with the server under test.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace fanout {

struct Options {
  std::string parley = "build/release/bin/parley";
  std::string json;
  int rounds = 5;
  double seconds = 3;
  int receivers = 1000;
  int size = 64;
  bool centrifuge = false;  // otherwise the plain dialect
  bool check = false;
};

[[noreturn]] inline void fail(const std::string& what) { throw std::runtime_error(what); }

inline int checked(int result, const char* what) {
  if (result < 0) fail(std::string(what) + ": " + std::strerror(errno));
  return result;
}

// Header of an unfragmented text frame. A client's mask key is zero: Parley unmasks all the same,
// the bare loop copies.
inline std::string frame_header(int size, bool from_client) {
  const unsigned char mask = from_client ? 0x80 : 0;
  std::string header{static_cast<char>(0x81)};
  if (size < 126) {
    header += static_cast<char>(mask | size);
  } else {
    header += static_cast<char>(mask | 126);
    header += static_cast<char>(size >> 8);
    header += static_cast<char>(size & 0xff);
  }
  if (from_client) header.append(4, '\0');
  return header;
}

inline std::string frame_of(std::string_view text, bool from_client) {
  return frame_header(static_cast<int>(text.size()), from_client).append(text);
}

inline std::string frame(int size, bool from_client) {
  return frame_of(std::string(static_cast<std::size_t>(size), 'x'), from_client);
}

inline void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail(std::string("send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

inline void no_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

}  // namespace fanout
