#include "loadgen/mark.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

TEST(Mark, IsFoundInAnyEnvelope) {
  const std::string text = Mark{42, 1'000'001}.text(64);
  EXPECT_EQ(text.size(), 64U);
  const std::string message = R"({"push":{"pub":{"data":")" + text + R"("}}})";
  ByteView rest = message;
  const auto mark = Mark::take(rest);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->number, 42U);
  EXPECT_EQ(mark->sent_us, 1'000'001U);
  EXPECT_FALSE(Mark::take(rest));
}

TEST(Mark, SeveralInOneMessageComeInTheirOrder) {
  const std::string message = Mark{1, 5}.text(30) + "\n" + Mark{2, 6}.text(25);
  ByteView rest = message;
  EXPECT_EQ(Mark::take(rest)->number, 1U);
  EXPECT_EQ(Mark::take(rest)->number, 2U);
  EXPECT_FALSE(Mark::take(rest));
}

TEST(Mark, WhatOnlyLooksLikeOneIsNone) {
  for (const ByteView text : {"~", "~00000000000x000000000001", "~00000000000100000000000", ""}) {
    ByteView rest = text;
    EXPECT_FALSE(Mark::take(rest)) << text;
  }
  ByteView rest = "~no~0000000000ff000000000001";
  EXPECT_EQ(Mark::take(rest)->number, 255U);
}

TEST(Mark, TheLargestNumbersSurvive) {
  constexpr std::uint64_t kMost = (1ULL << 48) - 1;
  const std::string text = Mark{kMost, kMost}.text(0);
  EXPECT_EQ(text.size(), Mark::kBytes);
  ByteView rest = text;
  const auto mark = Mark::take(rest);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->number, kMost);
  EXPECT_EQ(mark->sent_us, kMost);
}

}  // namespace
}  // namespace parley::loadgen
