// LocalPtr<T> shares an object inside one shard: an intrusive count without atomics, because
// everything that holds it lives on the same thread. T derives from LocalCounted and says how it is
// destroyed with a static destroy(T*).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace parley {

class LocalCounted {
 public:
  LocalCounted() = default;
  LocalCounted(const LocalCounted&) = delete;
  LocalCounted& operator=(const LocalCounted&) = delete;

 private:
  template <class T>
  friend class LocalPtr;
  std::uint32_t count_ = 0;
};

template <class T>
class LocalPtr {
 public:
  LocalPtr() = default;
  LocalPtr(std::nullptr_t) {}
  static LocalPtr adopt(T* object) { return LocalPtr(object); }  // a new object
  static LocalPtr share(T* object) { return LocalPtr(object); }  // one that has holders

  LocalPtr(const LocalPtr& other) : object_(other.object_) { retain(); }
  LocalPtr(LocalPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  LocalPtr& operator=(LocalPtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~LocalPtr() { release(); }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool operator==(const LocalPtr&) const = default;

 private:
  explicit LocalPtr(T* object) : object_(object) { retain(); }
  void retain() {
    if (object_ != nullptr) ++object_->count_;
  }
  void release() {
    if (object_ != nullptr && --object_->count_ == 0) T::destroy(object_);
  }

  T* object_ = nullptr;
};

}  // namespace parley
