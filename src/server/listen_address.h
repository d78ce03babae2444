// Where the server listens, as read from `server.listen`: an IP address and port, or a Unix socket.
// Only IP literals (and the word localhost) are taken, so starting never waits for DNS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server {

struct ListenAddress {
  enum class Kind { tcp, unix_socket };
  Kind kind = Kind::tcp;
  bool tls = false;
  std::string host;        // tcp: an IP literal without brackets
  std::uint16_t port = 0;  // tcp: 0 lets the system choose
  std::string path;        // unix_socket
  bool insecure = false;   // its clients may do everything without a token; set by the caller
  bool operator==(const ListenAddress&) const = default;
};

// "127.0.0.1:8000", "[::1]:8000", "http://…", "https://…", "unix:/run/parley.sock".
// On nothing, `why` (when given) says what is wrong.
std::optional<ListenAddress> parse_listen_address(std::string_view text,
                                                  std::string* why = nullptr);

// Reachable from this machine only: 127.0.0.0/8, ::1 or a Unix socket.
bool is_loopback(const ListenAddress& address);

// As a person would type it: "http://127.0.0.1:8000", "https://[::1]:8443",
// "unix:/run/parley.sock".
std::string to_string(const ListenAddress& address);

}  // namespace parley::server
