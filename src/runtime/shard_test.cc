#include "runtime/shard.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <thread>

#include "runtime/shard_set.h"

namespace parley::runtime {
namespace {

struct CountingFlush final : Flushable {
  void flush() override { ++flushed; }
  int flushed = 0;
};

TEST(Shard, PostNeverRunsInlineAndKeepsOrder) {
  ShardSet shards(1);
  std::string order;
  shards.post(0, [&] {
    shards.post(0, [&] { order += 'b'; });
    shards.post(0, [&] { order += 'c'; });
    order += 'a';
  });
  shards.run_until_idle();
  EXPECT_EQ(order, "abc");
}

TEST(Shard, FlushesADirtyOutboxOnceATurn) {
  ShardSet shards(1);
  CountingFlush outbox;
  shards.post(0, [&] {
    shards[0].mark_dirty(outbox);
    shards.post(0, [&] { shards[0].mark_dirty(outbox); });
  });
  shards.run_until_idle();
  EXPECT_EQ(outbox.flushed, 1);
}

TEST(Shard, SaturatedItPutsTheFlushOffUntilNothingIsLeftToDo) {
  Shard shard(0);
  shard.set_coalesce_delay(Duration(3'600'000));
  CountingFlush outbox;
  for (int turn = 0; turn < 3; ++turn) {
    shard.post([&] { shard.mark_dirty(outbox); });
    shard.turn();
    EXPECT_EQ(outbox.flushed, 0);
  }
  EXPECT_TRUE(shard.turn());
  EXPECT_EQ(outbox.flushed, 1);
  EXPECT_FALSE(shard.turn());
}

TEST(Shard, PutsTheFlushOffForTheDelayAtMost) {
  Shard shard(0);
  shard.set_coalesce_delay(Duration(1));
  CountingFlush outbox;
  while (outbox.flushed == 0) {  // for ever, if work alone could put it off
    shard.post([&] { shard.mark_dirty(outbox); });
    shard.turn();
  }
}

TEST(Shard, FlushMayMarkAnotherDirty) {
  struct Chain final : Flushable {
    void flush() override {
      ++flushed;
      if (next != nullptr) shard->mark_dirty(*next);
    }
    Shard* shard = nullptr;
    CountingFlush* next = nullptr;
    int flushed = 0;
  };
  ShardSet shards(1);
  CountingFlush second;
  Chain first;
  first.shard = &shards[0];
  first.next = &second;
  shards.post(0, [&] { shards[0].mark_dirty(first); });
  shards.run_until_idle();
  EXPECT_EQ(first.flushed, 1);
  EXPECT_EQ(second.flushed, 1);
}

TEST(Shard, DestroyedFlushableIsForgotten) {
  ShardSet shards(1);
  shards.post(0, [&] {
    CountingFlush gone;
    shards[0].mark_dirty(gone);
  });
  shards.run_until_idle();  // would touch freed memory
}

TEST(Shard, TasksOfOneSenderArriveInOrderFromManyThreads) {
  constexpr int kSenders = 4;
  constexpr int kTasks = 2000;
  ShardSet shards(2);
  shards.start();
  std::vector<int> next(kSenders, 0);
  bool in_order = true;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < kTasks; ++i) {
        shards.post(1,
                    [&, sender, i] { in_order &= next[static_cast<std::size_t>(sender)]++ == i; });
      }
    });
  }
  for (auto& sender : senders) sender.join();
  std::promise<void> done;
  shards.post(1, [&] { done.set_value(); });
  done.get_future().wait();
  shards.stop();
  EXPECT_TRUE(in_order);
  for (const int count : next) EXPECT_EQ(count, kTasks);
}

// Each waits for the other's task, so each falls asleep between two: a wake-up that is lost would
// leave both asleep for ever.
TEST(Shard, WakesForEveryTaskThatComesWhileItSleeps) {
  constexpr int kRounds = 2000;
  ShardSet shards(2);
  std::promise<void> done;
  std::function<void(int)> play = [&](int round) {
    if (round == kRounds) return done.set_value();
    shards.post(static_cast<std::size_t>(round % 2), [&play, round] { play(round + 1); });
  };
  shards.start();
  play(0);
  done.get_future().wait();
  shards.stop();
}

TEST(Shard, StopLetsEarlierTasksRunFirst) {
  ShardSet shards(1);
  bool ran = false;
  shards.start();
  shards.post(0, [&] { ran = true; });
  shards.stop();
  EXPECT_TRUE(ran);
}

TEST(ShardSet, OwnersAreStableAndSpread) {
  ShardSet shards(4);
  std::vector<int> channels(4, 0);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "room-" + std::to_string(i);
    const std::size_t owner = shards.owner_of(name);
    EXPECT_EQ(owner, shards.owner_of(name));
    ++channels[owner];
  }
  for (const int count : channels) EXPECT_GT(count, 150);
}

TEST(ShardSet, TimersFireOnARunningShard) {
  struct Once final : Timer {
    void on_timer() override { fired.set_value(); }
    std::promise<void> fired;
  };
  ShardSet shards(1);
  Once timer;
  shards.post(0, [&] { shards[0].schedule(timer, Duration(10)); });
  shards.start();
  timer.fired.get_future().wait();
  shards.stop();
}

}  // namespace
}  // namespace parley::runtime
