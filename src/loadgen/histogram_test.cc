#include "loadgen/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Histogram, NothingRecordedIsZero) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.min(), 0U);
  EXPECT_EQ(empty.max(), 0U);
  EXPECT_EQ(empty.mean(), 0.0);
  EXPECT_EQ(empty.percentile(50), 0U);
  EXPECT_TRUE(empty.buckets().empty());
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram h;
  for (std::uint64_t value = 0; value < 64; ++value) h.record(value);
  EXPECT_EQ(h.count(), 64U);
  EXPECT_EQ(h.percentile(50), 31U);
  EXPECT_EQ(h.percentile(100), 63U);
  EXPECT_DOUBLE_EQ(h.mean(), 31.5);
  EXPECT_EQ(h.buckets().size(), 64U);
}

TEST(Histogram, PercentileIsTheSmallestValueThatSoManyDoNotExceed) {
  Histogram h;
  for (std::uint64_t value = 1; value <= 10; ++value) h.record(value);
  EXPECT_EQ(h.percentile(0), 1U);
  EXPECT_EQ(h.percentile(10), 1U);
  EXPECT_EQ(h.percentile(10.1), 2U);
  EXPECT_EQ(h.percentile(90), 9U);
  EXPECT_EQ(h.percentile(99), 10U);

  Histogram tail;
  tail.record(5, 999);
  tail.record(50);
  EXPECT_EQ(tail.percentile(99.9), 5U);
  EXPECT_EQ(tail.percentile(99.91), 50U);
}

TEST(Histogram, EveryValueLiesInABucketOfAtMostAThirtySecondOfIt) {
  std::uint64_t last_top = 0;
  for (std::uint64_t value = 1; value < (std::uint64_t{1} << 36); value += 1 + value / 77) {
    Histogram h;
    h.record(value);
    const std::uint64_t top = h.buckets().front().first;
    ASSERT_GE(top, value);
    ASSERT_LE(top - value, value / 32) << value;
    ASSERT_GE(top, last_top) << value;
    last_top = top;
  }
}

TEST(Histogram, BucketsMeetWithoutAGapOrAnOverlap) {
  // The value behind a bucket's top begins the next one.
  std::uint64_t value = 0;
  std::size_t buckets = 0;
  for (; value < (std::uint64_t{1} << 36); ++buckets) {
    Histogram h;
    h.record(value);
    const std::uint64_t top = h.buckets().front().first;
    h.record(top);
    ASSERT_EQ(h.buckets().size(), 1U) << value;
    value = top + 1;
    h.record(value);
    if (value < (std::uint64_t{1} << 36)) {
      ASSERT_EQ(h.buckets().size(), 2U) << value;
    }
  }
  EXPECT_EQ(buckets, 1024U);
}

TEST(Histogram, APercentileIsNeverAboveTheMaximum) {
  Histogram h;
  h.record(1000);  // its bucket ends at 1007
  EXPECT_EQ(h.percentile(50), 1000U);
  EXPECT_THAT(h.buckets(), ElementsAre(Pair(1007U, 1U)));
}

TEST(Histogram, WhatIsTooLargeCountsAsTheLargest) {
  Histogram h;
  h.record(UINT64_MAX);
  EXPECT_EQ(h.max(), (std::uint64_t{1} << 36) - 1);
  EXPECT_EQ(h.percentile(50), h.max());
}

TEST(Histogram, AddsUp) {
  Histogram a;
  Histogram b;
  a.record(10, 3);
  b.record(2);
  b.record(4000);
  a.add(b);
  a.add(Histogram());
  EXPECT_EQ(a.count(), 5U);
  EXPECT_EQ(a.min(), 2U);
  EXPECT_EQ(a.max(), 4000U);
  EXPECT_DOUBLE_EQ(a.mean(), (3 * 10 + 2 + 4000) / 5.0);
  EXPECT_THAT(a.buckets(), ElementsAre(Pair(2U, 1U), Pair(10U, 3U), Pair(4031U, 1U)));
  a.clear();
  EXPECT_EQ(a.count(), 0U);
  EXPECT_EQ(a.min(), 0U);
}

TEST(Histogram, NoTimesIsNothing) {
  Histogram h;
  h.record(7, 0);
  EXPECT_EQ(h.count(), 0U);
  EXPECT_EQ(h.max(), 0U);
}

}  // namespace
}  // namespace parley::loadgen
