#include "runtime/timer_wheel.h"

#include <algorithm>

namespace parley::runtime {

void TimerWheel::schedule(Timer& timer, TimePoint due) {
  timer.cancel();
  timer.due_ = due;
  // Rounded up, so that the slot comes round only after `due` has passed.
  const std::int64_t tick = std::max(tick_of(due) + 1, current_tick_);
  slot(tick).push_back(timer);
}

void TimerWheel::advance(TimePoint now) {
  const std::int64_t now_tick = tick_of(now);
  // After a long pause one full turn visits every slot; more would visit them twice.
  current_tick_ = std::max(current_tick_, now_tick - static_cast<std::int64_t>(kSlots) + 1);
  while (current_tick_ <= now_tick) {
    Slot& due_slot = slot(current_tick_);
    ++current_tick_;  // first, so that a timer rescheduled from on_timer() lands in a later slot
    fire_due(due_slot, now);
  }
}

void TimerWheel::fire_due(Slot& from, TimePoint now) {
  // The slot also holds timers of later turns. They wait in `later` while the others fire, because
  // on_timer() may unlink any timer, in either list, at any moment.
  Slot later;
  while (!from.empty()) {
    Timer& timer = from.front();
    from.pop_front();
    if (timer.due_ > now) {
      later.push_back(timer);
    } else {
      timer.on_timer();
    }
  }
  from.splice(from.end(), later);
}

bool TimerWheel::has_timers() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return !s.empty(); });
}

}  // namespace parley::runtime
