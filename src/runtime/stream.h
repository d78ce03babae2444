// Stream: a connected byte stream, plain or TLS, that never blocks. read() and write() do what can
// be done now; after would_block the events tell when to try again. Reading is announced until
// paused, writing once per wait_writable(). Owned by one connection, on one shard; destroying it
// closes it.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>

#include "runtime/fd_watch.h"

namespace parley::runtime {

class TlsContext;

struct IoResult {
  enum class Status : unsigned char {
    ok,           // `bytes` were moved
    would_block,  // nothing now; wait for the event
    closed,       // the peer ended its side (read) or is gone
  };
  Status status = Status::ok;
  std::size_t bytes = 0;
};

class Stream {
 public:
  virtual ~Stream() = default;

  // At most buffer.size() bytes. A full buffer may mean that more is waiting inside the stream:
  // read again before waiting for the next event.
  virtual IoResult read(std::span<char> buffer) = 0;
  // As much of `pieces` as the socket takes now.
  virtual IoResult write(std::span<const iovec> pieces) = 0;

  virtual void start_reading() = 0;
  virtual void pause_reading() = 0;
  virtual void wait_writable() = 0;
  virtual void shutdown_write() = 0;  // after the last byte: tells the peer that no more will come
  // Who receives the events from now on: a connection that changes its protocol hands its stream
  // on.
  virtual void set_events(FdEvents& events) = 0;
};

std::unique_ptr<Stream> make_tcp_stream(Shard& shard, int fd, FdEvents& events);
std::unique_ptr<Stream> make_tls_stream(Shard& shard, int fd, FdEvents& events,
                                        const TlsContext& context);

}  // namespace parley::runtime
