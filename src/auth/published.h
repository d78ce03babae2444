// A value that one thread replaces and others read as a whole: a shared pointer behind a flag that
// is held for one copy of the pointer. (std::atomic<std::shared_ptr> would say the same, but the
// one of libstdc++ 12 releases its reader's lock without ordering, which the thread sanitizer
// reports.) Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace parley::auth {

template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}

  std::shared_ptr<const T> get() const {
    const Held held(busy_);
    return value_;
  }

  void set(std::shared_ptr<const T> value) {
    const Held held(busy_);
    value_.swap(value);  // the old one is freed by `value`, after the flag
  }

 private:
  struct Held {
    explicit Held(std::atomic_flag& flag) : flag_(flag) {
      while (flag_.test_and_set(std::memory_order_acquire)) flag_.wait(true);
    }
    ~Held() {
      flag_.clear(std::memory_order_release);
      flag_.notify_one();
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    std::atomic_flag& flag_;
  };

  mutable std::atomic_flag busy_;
  std::shared_ptr<const T> value_;  // guarded by busy_
};

}  // namespace parley::auth
