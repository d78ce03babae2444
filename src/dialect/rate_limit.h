// A token bucket: `rate` events a second on average, a burst of one second's worth. Lives in its
// connection's dialect.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace parley::dialect {

class RateLimit {
 public:
  explicit RateLimit(std::uint64_t rate) : rate_(static_cast<double>(rate)), tokens_(rate_) {}

  bool allow(TimePoint now) {
    if (rate_ == 0) return true;
    const std::chrono::duration<double> passed = now - last_;
    tokens_ = std::min(rate_, tokens_ + passed.count() * rate_);
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double rate_;
  double tokens_;
  TimePoint last_{};
};

}  // namespace parley::dialect
