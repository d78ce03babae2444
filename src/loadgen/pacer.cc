#include "loadgen/pacer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include "base/check.h"
#include "loadgen/mark.h"

namespace parley::loadgen {

Pacer::Pacer(runtime::Shard& shard, double per_second, Due due)
    : per_second_(per_second),
      due_(std::move(due)),
      start_us_(now_us()),
      watch_(shard, ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), *this) {
  CHECK(watch_.fd() >= 0);
  arm();
  watch_.start_reading();
}

std::uint64_t Pacer::at_us(std::uint64_t serial) const {
  return start_us_ + static_cast<std::uint64_t>(static_cast<double>(serial) * 1e6 / per_second_);
}

void Pacer::on_readable() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = ::read(watch_.fd(), &expirations, sizeof expirations);
  for (int i = 0; i < kMaxTogether && at_us(next_) <= now_us(); ++i) {
    due_(at_us(next_++));
    if (watch_.fd() < 0) return;  // stopped
  }
  arm();
}

void Pacer::arm() {
  const std::uint64_t at = at_us(next_);
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(at / 1'000'000);
  when.it_value.tv_nsec = static_cast<long>(at % 1'000'000) * 1000;
  ::timerfd_settime(watch_.fd(), TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace parley::loadgen
