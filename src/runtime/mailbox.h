// Many-to-one queue into a shard, first-in first-out per sender. The lock is held for one push or
// one swap, never while a task runs. push() tells the sender when the box was empty before, so that
// the home thread is woken once per batch and not once per task.
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
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    depth_.store(tasks_.size(), std::memory_order_relaxed);
    return tasks_.size() == 1;
  }

  // Home thread: everything that has arrived, oldest first, into `out` (emptied first).
  void take_all(std::vector<Task>& out) {
    out.clear();
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
};

}  // namespace parley::runtime
