// Streams for tests: MemoryStream takes as many bytes as it is told to and remembers them;
// SocketPair is a real connected pair of sockets.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <string>

#include "base/check.h"
#include "runtime/stream.h"

namespace parley::runtime {

class MemoryStream final : public Stream {
 public:
  IoResult read(std::span<char>) override { return {IoResult::Status::would_block, 0}; }
  IoResult write(std::span<const iovec> pieces) override {
    ++writes;
    pieces_of_last = pieces.size();
    if (closed) return {IoResult::Status::closed, 0};
    std::size_t taken = 0;
    for (const iovec& piece : pieces) {
      const std::size_t part = std::min(piece.iov_len, room - taken);
      written.append(static_cast<const char*>(piece.iov_base), part);
      taken += part;
    }
    if (room != kEndless) room -= taken;
    if (taken == 0) return {IoResult::Status::would_block, 0};
    return {IoResult::Status::ok, taken};
  }
  void start_reading() override {}
  void pause_reading() override {}
  void wait_writable() override {}
  void shutdown_write() override {}
  void set_events(FdEvents&) override {}

  static constexpr std::size_t kEndless = std::numeric_limits<std::size_t>::max();
  std::size_t room = kEndless;
  bool closed = false;
  std::string written;
  int writes = 0;
  std::size_t pieces_of_last = 0;
};

struct SocketPair {
  SocketPair() {
    int fds[2];
    CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
    ours = fds[0];
    theirs = fds[1];
  }
  ~SocketPair() { ::close(theirs); }
  int ours;    // to be owned by the stream under test
  int theirs;  // non-blocking, owned here
};

}  // namespace parley::runtime
