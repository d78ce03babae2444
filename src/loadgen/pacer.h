// Pacer: the open loop: calls `due` for each message at the moment at which it is to be sent,
// whatever has become of those before, and with that moment, so that a message that could only be
// sent late counts its lateness (no coordinated omission). Lives on its shard.
#pragma once

#include <cstdint>
#include <functional>

#include "runtime/fd_watch.h"

namespace parley::loadgen {

class Pacer final : private runtime::FdEvents {
 public:
  // `due` gets the moment in microseconds of the monotonic clock.
  using Due = std::function<void(std::uint64_t at_us)>;

  Pacer(runtime::Shard& shard, double per_second, Due due);
  void stop() { watch_.close(); }

 private:
  // Of those that are due together; the rest waits for the next turn, so that answers are read.
  static constexpr int kMaxTogether = 1000;

  void on_readable() override;
  void on_writable() override {}
  void arm();
  std::uint64_t at_us(std::uint64_t serial) const;

  const double per_second_;
  const Due due_;
  const std::uint64_t start_us_;
  std::uint64_t next_ = 0;
  runtime::FdWatch watch_;  // of a timerfd
};

}  // namespace parley::loadgen
