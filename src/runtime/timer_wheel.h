// Coarse timers for connections: deadlines, pings, retries. A hashed wheel of intrusive lists:
// scheduling, rescheduling and cancelling are O(1) and allocate nothing; a timer fires at most one
// tick late and never early. Lives on one shard, which calls advance() once per tick while
// has_timers() says so. A Timer that is destroyed leaves the wheel by itself.
#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <cstddef>

#include "base/clock.h"

namespace parley::runtime {

// A place in one of the wheel's lists; the tag lets a class be in other lists as well.
using TimerHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct TimerTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Timer : public TimerHook {
 public:
  virtual ~Timer() = default;
  virtual void on_timer() = 0;  // may schedule or destroy this or any other timer
  bool is_scheduled() const { return TimerHook::is_linked(); }
  void cancel() { TimerHook::unlink(); }

 private:
  friend class TimerWheel;
  TimePoint due_{};
};

class TimerWheel {
 public:
  static constexpr Duration kTick{50};

  explicit TimerWheel(TimePoint start) : current_tick_(tick_of(start)) {}

  // Replaces an earlier schedule of the same timer.
  void schedule(Timer& timer, TimePoint due);
  void advance(TimePoint now);  // fires all that is due
  bool has_timers() const;

 private:
  using Slot = boost::intrusive::list<Timer, boost::intrusive::base_hook<TimerHook>,
                                      boost::intrusive::constant_time_size<false>>;
  static constexpr std::size_t kSlots = 512;  // one turn of the wheel: 25.6 s

  static std::int64_t tick_of(TimePoint time) { return time.time_since_epoch() / kTick; }
  Slot& slot(std::int64_t tick) { return slots_[static_cast<std::size_t>(tick) % kSlots]; }
  void fire_due(Slot& slot, TimePoint now);

  std::array<Slot, kSlots> slots_;
  std::int64_t current_tick_;  // everything due before this tick has fired
};

}  // namespace parley::runtime
