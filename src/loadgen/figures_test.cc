#include "loadgen/figures.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

TEST(Figures, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(123456), "123,456");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Figures, ATimeHasThreeDigitsAndAUnitThatFits) {
  EXPECT_EQ(time_figure(0).text(), "0 µs");
  EXPECT_EQ(time_figure(999).text(), "999 µs");
  EXPECT_EQ(time_figure(1000).text(), "1.00 ms");
  EXPECT_EQ(time_figure(9994).text(), "9.99 ms");
  EXPECT_EQ(time_figure(9996).text(), "10.0 ms");
  EXPECT_EQ(time_figure(99'960).text(), "100 ms");
  EXPECT_EQ(time_figure(999'499).text(), "999 ms");
  EXPECT_EQ(time_figure(999'500).text(), "1.00 s");
  EXPECT_EQ(time_figure(12'345'678).text(), "12.3 s");
}

TEST(Figures, BytesGoByPowersOf1024) {
  EXPECT_EQ(bytes_figure(0).text(), "0 B");
  EXPECT_EQ(bytes_figure(412.4).text(), "412 B");
  EXPECT_EQ(bytes_figure(1024).text(), "1.00 KiB");
  EXPECT_EQ(bytes_figure(1024 * 1024 - 1).text(), "1.00 MiB");
  EXPECT_EQ(bytes_figure(52.25 * 1024 * 1024).text(), "52.2 MiB");
  EXPECT_EQ(bytes_figure(5e15).text(), "4547 TiB");
}

TEST(Figures, DurationsAndCounts) {
  EXPECT_EQ(duration(-1), "0 s");
  EXPECT_EQ(duration(59.4), "59 s");
  EXPECT_EQ(duration(59.5), "1 min 0 s");
  EXPECT_EQ(duration(80), "1 min 20 s");
  EXPECT_EQ(count_of(1, "room"), "1 room");
  EXPECT_EQ(count_of(0, "room"), "0 rooms");
  EXPECT_EQ(count_of(1000, "room"), "1,000 rooms");
  EXPECT_EQ(decimals(0.98, 1), "1.0");
}

TEST(Figures, TextIsCutBetweenCharacters) {
  EXPECT_EQ(width_of("1.2 µs"), 6U);
  EXPECT_EQ(fitted("茶 room", 6), "茶 room");
  EXPECT_EQ(fitted("茶 room", 5), "茶 ro…");
  EXPECT_EQ(fitted("茶茶", 1), "…");
  EXPECT_EQ(fitted("ab", 0), "");
  EXPECT_EQ(right_aligned("µs", 4), "  µs");
  EXPECT_EQ(right_aligned("12345", 4), "12345");
}

}  // namespace
}  // namespace parley::loadgen
