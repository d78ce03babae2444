#include "base/bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(Bytes, CopiesOnceAndSharesAfterwards) {
  std::string source = "payload";
  const Bytes first = Bytes::copy_of(source);
  source = "changed";
  Bytes second = first;
  EXPECT_EQ(second.view(), "payload");
  EXPECT_EQ(second.view().data(), first.view().data());
  const Bytes third = std::move(second);
  EXPECT_EQ(third.view().data(), first.view().data());
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move): a moved Bytes is empty
}

TEST(Bytes, OutlivesTheOneItWasCopiedFrom) {
  Bytes kept;
  {
    const Bytes source = Bytes::copy_of("payload");
    kept = source;
  }
  EXPECT_EQ(kept.view(), "payload");
  kept = Bytes();
  EXPECT_TRUE(kept.empty());
}

TEST(Bytes, MayBeEmptyOrBinary) {
  EXPECT_EQ(Bytes::copy_of("").size(), 0U);
  EXPECT_EQ(Bytes().view(), "");
  EXPECT_EQ(Bytes::copy_of(ByteView("a\0b", 3)).view(), ByteView("a\0b", 3));
}

TEST(Bytes, SurvivesAssignmentToItself) {
  Bytes bytes = Bytes::copy_of("payload");
  const Bytes& same = bytes;
  bytes = same;
  EXPECT_EQ(bytes.view(), "payload");
}

TEST(Frame, JoinsHeadAndBody) {
  EXPECT_EQ(Frame::join("head", "body")->view(), "headbody");
  EXPECT_EQ(Frame::join("", "body")->view(), "body");
  EXPECT_EQ(Frame::join("head", "")->view(), "head");
  EXPECT_EQ(Frame::join({}, {})->size(), 0U);
}

TEST(Frame, IsFilledThroughData) {
  const auto frame = Frame::with_size(3);
  ByteView("abc").copy(frame->data(), 3);
  EXPECT_EQ(frame->view(), "abc");
}

struct Counted : LocalCounted {
  explicit Counted(int& count) : alive(count) { ++alive; }
  ~Counted() { --alive; }
  static void destroy(Counted* counted) { delete counted; }
  int& alive;
};

TEST(LocalPtr, DestroysWithTheLastReference) {
  int alive = 0;
  {
    LocalPtr<Counted> outer;
    EXPECT_FALSE(outer);
    {
      const auto inner = LocalPtr<Counted>::adopt(new Counted(alive));
      outer = inner;
    }
    EXPECT_EQ(alive, 1);
    LocalPtr<Counted> moved = std::move(outer);
    EXPECT_FALSE(outer);  // NOLINT(bugprone-use-after-move): a moved LocalPtr is null
    moved = nullptr;
    EXPECT_EQ(alive, 0);
    outer = LocalPtr<Counted>::adopt(new Counted(alive));
    outer = LocalPtr<Counted>::adopt(new Counted(alive));
    EXPECT_EQ(alive, 1);
    LocalPtr<Counted>& same = outer;
    outer = same;
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace parley
