#include "base/unique_function.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace parley {
namespace {

TEST(UniqueFunction, OwnsMoveOnlyCaptures) {
  UniqueFunction<int()> function = [value = std::make_unique<int>(7)] { return *value; };
  EXPECT_EQ(function(), 7);
  UniqueFunction<int()> moved = std::move(function);
  EXPECT_FALSE(function);  // NOLINT(bugprone-use-after-move): a moved function is empty
  EXPECT_EQ(moved(), 7);
}

TEST(UniqueFunction, KeepsLargeCapturesOnTheHeap) {
  std::array<char, 1000> large{};
  large.back() = 'z';
  UniqueFunction<char()> function = [large] { return large.back(); };
  UniqueFunction<char()> moved;
  moved = std::move(function);
  EXPECT_EQ(moved(), 'z');
}

TEST(UniqueFunction, KeepsAlignment) {
  struct alignas(64) Aligned {
    int value = 3;
  };
  UniqueFunction<bool()> function = [aligned = Aligned()] {
    return reinterpret_cast<std::uintptr_t>(&aligned) % 64 == 0 && aligned.value == 3;
  };
  UniqueFunction<bool()> moved = std::move(function);
  EXPECT_TRUE(moved());
}

TEST(UniqueFunction, PassesArgumentsThrough) {
  UniqueFunction<std::string(std::unique_ptr<int>, int&, const std::string&)> function =
      [](std::unique_ptr<int> owned, int& changed, const std::string& text) {
        changed = *owned;
        return text + "!";
      };
  int changed = 0;
  EXPECT_EQ(function(std::make_unique<int>(5), changed, "hi"), "hi!");
  EXPECT_EQ(changed, 5);
}

TEST(UniqueFunction, DropsAResultThatNobodyWants) {
  int calls = 0;
  UniqueFunction<void()> function = [&calls] { return ++calls; };
  function();
  EXPECT_EQ(calls, 1);
}

TEST(UniqueFunction, MayChangeItsCaptures) {
  UniqueFunction<int()> counter = [n = 0]() mutable { return ++n; };
  EXPECT_EQ(counter(), 1);
  EXPECT_EQ(counter(), 2);
}

TEST(UniqueFunction, DestroysEachCaptureOnce) {
  const auto token = std::make_shared<int>();
  const auto check = [&token](auto capture) {
    {
      UniqueFunction<void()> function = [token, capture] { (void)capture; };
      EXPECT_EQ(token.use_count(), 2);
      UniqueFunction<void()> moved = std::move(function);
      EXPECT_EQ(token.use_count(), 2);
      function = std::move(moved);
      UniqueFunction<void()>& same = function;
      function = std::move(same);
      EXPECT_EQ(token.use_count(), 2);
      function = UniqueFunction<void()>();
      EXPECT_EQ(token.use_count(), 1);
    }
    EXPECT_EQ(token.use_count(), 1);
  };
  check('s');                       // inside the object
  check(std::array<char, 1000>{});  // on the heap
}

}  // namespace
}  // namespace parley
