// FdWatch: owns one descriptor and tells when it can be read or written. Readiness, not completion:
// no buffer is tied up while nothing happens. Reading is announced again and again until paused;
// writing once per request. After close() nothing is announced any more.
// Lives on one shard; kept alive by its owner and by the loop's pending waits.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "base/local_ptr.h"
#include "runtime/shard.h"

namespace parley::runtime {

class FdEvents {
 public:
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;

 protected:
  ~FdEvents() = default;
};

class FdWatch : public LocalCounted {
 public:
  // Takes over `fd`, which must be non-blocking.
  static LocalPtr<FdWatch> open(Shard& shard, int fd, FdEvents& events);
  static void destroy(FdWatch* watch) { delete watch; }

  int fd() { return descriptor_.native_handle(); }
  void start_reading();
  void pause_reading() { reading_ = false; }
  void wait_writable();
  void set_events(FdEvents& events) { events_ = &events; }
  void close();

 private:
  using Descriptor =
      boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

  FdWatch(Shard& shard, int fd, FdEvents& events) : descriptor_(shard.io(), fd), events_(&events) {}
  void wait_readable();

  Descriptor descriptor_;
  FdEvents* events_;  // null once closed
  bool reading_ = false;
  bool read_pending_ = false;
  bool write_pending_ = false;
};

}  // namespace parley::runtime
