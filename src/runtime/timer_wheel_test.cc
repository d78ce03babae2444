#include "runtime/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>

namespace parley::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct TestTimer : Timer {
  explicit TestTimer(std::function<void()> what = [] {}) : action(std::move(what)) {}
  void on_timer() override {
    ++fired;
    action();
  }
  std::function<void()> action;
  int fired = 0;
};

class TimerWheelTest : public testing::Test {
 protected:
  // Steps as a shard does, tick by tick.
  void advance_to(Duration since_start) {
    while (now_ < start_ + since_start) {
      now_ = std::min<TimePoint>(now_ + TimerWheel::kTick, start_ + since_start);
      wheel_.advance(now_);
    }
  }

  const TimePoint start_{seconds(1000)};
  TimePoint now_ = start_;
  TimerWheel wheel_{start_};
};

TEST_F(TimerWheelTest, FiresOnceAndAtMostOneTickLate) {
  TestTimer timer;
  wheel_.schedule(timer, start_ + milliseconds(120));
  advance_to(milliseconds(119));
  EXPECT_EQ(timer.fired, 0);
  advance_to(milliseconds(120) + TimerWheel::kTick);
  EXPECT_EQ(timer.fired, 1);
  advance_to(seconds(60));
  EXPECT_EQ(timer.fired, 1);
  EXPECT_FALSE(wheel_.has_timers());
}

TEST_F(TimerWheelTest, WaitsForSeveralTurnsOfTheWheel) {
  TestTimer timer;
  wheel_.schedule(timer, start_ + seconds(90));
  advance_to(seconds(90) - milliseconds(1));
  EXPECT_EQ(timer.fired, 0);
  advance_to(seconds(90) + TimerWheel::kTick);
  EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, ReschedulingReplacesAndCancellingForgets) {
  TestTimer moved;
  TestTimer cancelled;
  wheel_.schedule(moved, start_ + milliseconds(100));
  wheel_.schedule(moved, start_ + milliseconds(500));
  wheel_.schedule(cancelled, start_ + milliseconds(100));
  cancelled.cancel();
  advance_to(milliseconds(400));
  EXPECT_EQ(moved.fired, 0);
  advance_to(milliseconds(600));
  EXPECT_EQ(moved.fired, 1);
  EXPECT_EQ(cancelled.fired, 0);
}

TEST_F(TimerWheelTest, TimerMayScheduleItselfAgain) {
  TestTimer periodic;
  periodic.action = [&] { wheel_.schedule(periodic, now_ + milliseconds(100)); };
  wheel_.schedule(periodic, start_ + milliseconds(100));
  advance_to(seconds(1));
  EXPECT_GE(periodic.fired, 6);
  EXPECT_LE(periodic.fired, 10);
}

TEST_F(TimerWheelTest, TimerMayDestroyAnotherThatIsDue) {
  auto victim = std::make_unique<TestTimer>();
  TestTimer killer([&] { victim.reset(); });
  wheel_.schedule(killer, start_ + milliseconds(100));
  wheel_.schedule(*victim, start_ + milliseconds(100));
  advance_to(milliseconds(200));
  EXPECT_EQ(killer.fired, 1);
  EXPECT_FALSE(wheel_.has_timers());
}

TEST_F(TimerWheelTest, CatchesUpAfterALongPause) {
  TestTimer early;
  TestTimer late;
  wheel_.schedule(early, start_ + milliseconds(100));
  wheel_.schedule(late, start_ + seconds(200));
  wheel_.advance(start_ + seconds(100));
  EXPECT_EQ(early.fired, 1);
  EXPECT_EQ(late.fired, 0);
  wheel_.advance(start_ + seconds(300));
  EXPECT_EQ(late.fired, 1);
}

}  // namespace
}  // namespace parley::runtime
