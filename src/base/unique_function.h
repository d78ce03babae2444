// UniqueFunction<R(Args...)>: a callable that owns move-only captures (std::move_only_function
// comes only with C++23). Small captures live inside the object; larger ones are one allocation.
#pragma once

#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

#include "base/check.h"

namespace parley {

template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() = default;
  UniqueFunction(std::nullptr_t) {}

  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
      UniqueFunction(F&& function) {  // implicit, as std::function
    using Target = std::decay_t<F>;
    if constexpr (fits<Target>()) {
      new (&storage_) Target(std::forward<F>(function));
    } else {
      new (&storage_) Target*(new Target(std::forward<F>(function)));
    }
    operations_ = &kOperations<Target>;
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~UniqueFunction() { reset(); }

  R operator()(Args... args) {
    DCHECK(operations_ != nullptr);
    return operations_->invoke(&storage_, std::forward<Args>(args)...);
  }
  explicit operator bool() const { return operations_ != nullptr; }

 private:
  static constexpr std::size_t kInlineSize = 6 * sizeof(void*);

  struct Operations {
    R (*invoke)(void*, Args&&...);
    void (*move)(void* from, void* to);  // leaves `from` destroyed
    void (*destroy)(void*);
  };

  template <class Target>
  static constexpr bool fits() {
    return sizeof(Target) <= kInlineSize && alignof(Target) <= alignof(void*) &&
           std::is_nothrow_move_constructible_v<Target>;
  }

  template <class Target>
  static Target& target(void* storage) {
    if constexpr (fits<Target>()) {
      return *std::launder(static_cast<Target*>(storage));
    } else {
      return **std::launder(static_cast<Target**>(storage));
    }
  }

  template <class Target>
  static constexpr Operations kOperations = {
      [](void* storage, Args&&... args) -> R {
        if constexpr (std::is_void_v<R>) {
          std::invoke(target<Target>(storage),
                      std::forward<Args>(args)...);  // any result is dropped
        } else {
          return std::invoke(target<Target>(storage), std::forward<Args>(args)...);
        }
      },
      [](void* from, void* to) {
        if constexpr (fits<Target>()) {
          new (to) Target(std::move(target<Target>(from)));
          target<Target>(from).~Target();
        } else {
          new (to) Target*(&target<Target>(from));
        }
      },
      [](void* storage) {
        if constexpr (fits<Target>()) {
          target<Target>(storage).~Target();
        } else {
          delete &target<Target>(storage);
        }
      },
  };

  void take(UniqueFunction& other) {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_ != nullptr) operations_->move(&other.storage_, &storage_);
  }
  void reset() {
    if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(&storage_);
  }

  alignas(void*) std::byte storage_[kInlineSize];
  const Operations* operations_ = nullptr;
};

}  // namespace parley
