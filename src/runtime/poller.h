// Poller: a shard's epoll set. poll() waits and announces what is ready to the FdWatches that asked
// for it, one batch a call; wake() lets a waiting poll() return. Level-triggered: what is not taken
// is announced again by the next batch, so nothing has to be re-armed.
// Owned by one shard and used on its thread, except wake().
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace parley::runtime {

class FdWatch;

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Waits at most so many milliseconds, for ever if negative; answers with the number of events.
  std::size_t poll(int timeout_ms);
  void wake();  // any thread

 private:
  friend class FdWatch;

  // Events between two flushes: enough to gather a burst, few enough to keep latency even.
  static constexpr std::size_t kBatch = 256;

  // Tells the kernel; `before` and `after` are EPOLL* bits, 0: not in the set.
  void update(FdWatch& watch, int fd, std::uint32_t before, std::uint32_t after) const;
  // Its events of the batch that is being announced are dropped.
  void forget(const FdWatch& watch);
  static FdWatch* watch_of(const epoll_event& event) {
    return static_cast<FdWatch*>(event.data.ptr);
  }

  const int epoll_fd_;
  const int wake_fd_;
  std::size_t batch_size_ = 0;  // 0: nothing is being announced
  std::array<epoll_event, kBatch> batch_;
};

}  // namespace parley::runtime
