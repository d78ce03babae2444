// ListenSocket: a bound, listening descriptor. Acceptor: takes connections from one on its shard
// and hands each descriptor on. Every shard has a TCP listener of its own on the same address
// (SO_REUSEPORT), so that the kernel spreads the connections; a Unix socket has one listener.
// When descriptors run out the acceptor rests for a moment instead of spinning.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "runtime/fd_watch.h"

namespace parley::runtime {

struct PeerAddress {
  std::string text;  // "127.0.0.1", "::1", or "unix"
  bool loopback = false;
};

// `why` receives the operating system's words when the result is an error.
Result<int> listen_tcp(const std::string& host, std::uint16_t port, std::string& why);
Result<int> listen_unix(const std::string& path, std::string& why);
std::uint16_t local_port(int listening_fd);
// Does another process listen there already? SO_REUSEPORT would silently share the port with it.
bool is_taken(const std::string& host, std::uint16_t port);

class Acceptor : private FdEvents, private Timer {
 public:
  using OnAccept = std::function<void(int fd, PeerAddress peer)>;  // owns fd

  Acceptor(Shard& shard, int listening_fd, OnAccept on_accept);
  ~Acceptor() override { stop(); }
  void stop();  // the listening socket is closed at once

 private:
  void on_readable() override;
  void on_writable() override {}
  void on_timer() override { watch_.start_reading(); }

  Shard& shard_;
  OnAccept on_accept_;
  FdWatch watch_;
};

}  // namespace parley::runtime
