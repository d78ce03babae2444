// FdWatch: owns one descriptor and tells when it can be read or written. Readiness, not completion:
// no buffer is tied up while nothing happens. Reading is announced again and again until paused;
// writing once per request. A hang-up is announced as both. After close() or destruction, which any
// announcement may bring about, nothing is announced any more.
// Lives on one shard, a member of whoever reads and writes the descriptor.
#pragma once

#include <cstdint>

#include "runtime/shard.h"

namespace parley::runtime {

class FdEvents {
 public:
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;

 protected:
  ~FdEvents() = default;
};

class FdWatch {
 public:
  // Takes over `fd`, which must be non-blocking.
  FdWatch(Shard& shard, int fd, FdEvents& events)
      : poller_(shard.poller()), events_(&events), fd_(fd) {}
  ~FdWatch() { close(); }
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  int fd() const { return fd_; }  // -1: closed
  void start_reading();
  void pause_reading() { reading_ = false; }
  void wait_writable();
  void set_events(FdEvents& events) { events_ = &events; }
  void close();

 private:
  friend class Poller;

  std::uint32_t wanted() const;
  void tell_poller(std::uint32_t events);
  void sort_out(std::uint32_t events);
  void announce_readable(std::uint32_t events);
  void announce_writable(std::uint32_t events);

  Poller& poller_;
  FdEvents* events_;
  int fd_;
  std::uint16_t told_ = 0;  // what the poller was told to look for
  bool reading_ = false;
  bool writing_ = false;
};

}  // namespace parley::runtime
