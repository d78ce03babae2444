// A token bucket: `rate` events a second on average, a burst of one second's worth. 0: any.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace parley {

class RateLimit {
 public:
  explicit RateLimit(std::uint64_t rate) : rate_(static_cast<float>(rate)), tokens_(rate_) {}

  bool allow(TimePoint now) {
    if (rate_ == 0) return true;
    const std::chrono::duration<float> passed = now - last_;
    tokens_ = std::min(rate_, tokens_ + passed.count() * rate_);
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // Has it been quiet for so long that a new one would be the same?
  bool is_full(TimePoint now) const {
    const std::chrono::duration<float> passed = now - last_;
    return tokens_ + passed.count() * rate_ >= rate_;
  }

 private:
  float rate_;  // exact enough: one in 16 million
  float tokens_;
  TimePoint last_{};
};

}  // namespace parley
