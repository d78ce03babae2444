// Two clocks, never mixed: `Clock` is monotonic and drives every timer and deadline; wall_time_ms
// is what people and other machines read, and may jump.
#pragma once

#include <chrono>
#include <cstdint>

namespace parley {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = std::chrono::milliseconds;

inline std::int64_t wall_time_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace parley
