// Many-to-one queue into a shard, first-in first-out per sender. The lock is held for one push or
// one swap, never while a task runs. A home thread that is awake looks into its box every turn, so
// only one that sleeps has to be woken, and by one sender alone.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <vector>

#include "base/unique_function.h"

namespace parley::runtime {

using Task = UniqueFunction<void()>;

class Mailbox {
 public:
  // Any thread. True when the home thread has to be woken.
  bool push(Task task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      depth_.store(tasks_.size());
    }
    return asleep_.exchange(false);
  }

  // Home thread, before it waits for events. False: there is something to do. The sender counts its
  // task before it asks whether we sleep, we say that we do before we look at the count: one of the
  // two sees the other (all of these are sequentially consistent).
  bool begin_sleep() {
    asleep_.store(true);
    return depth_.load() == 0;
  }
  void end_sleep() { asleep_.store(false, std::memory_order_relaxed); }

  // Home thread: everything that has arrived, oldest first, into `out`, which is empty.
  void take_all(std::vector<Task>& out) {
    const std::lock_guard lock(mutex_);
    out.swap(tasks_);
    depth_.store(0, std::memory_order_relaxed);
  }

  // Any thread; a hint for refusing work, not a promise.
  std::size_t depth() const { return depth_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::vector<Task> tasks_;  // guarded by mutex_
  std::atomic<std::size_t> depth_{0};
  std::atomic<bool> asleep_{false};
};

}  // namespace parley::runtime
