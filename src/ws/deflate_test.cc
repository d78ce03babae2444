#include "ws/deflate.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "base/text.h"

namespace parley::ws {
namespace {

constexpr std::uint64_t kNoCap = std::numeric_limits<std::uint64_t>::max();

std::string from_hex(ByteView hex) {
  std::string percent;
  for (std::size_t i = 0; i < hex.size(); i += 2) percent.append("%").append(hex.substr(i, 2));
  return *percent_decode(percent, false);
}

std::string inflated(ByteView hex) {
  Inflater inflater;
  const auto result = inflater.inflate(from_hex(hex), 1024);
  return result.has_value() ? std::string(*result) : "error";
}

Errc error_of(ByteView compressed, std::uint64_t cap = 1024) {
  Inflater inflater;
  const auto result = inflater.inflate(compressed, cap);
  return result.has_error() ? result.error() : Errc::config_invalid;
}

// Bytes without any pattern, the same in each run.
std::string noise(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t state = 1;
  for (char& c : out) c = static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  return out;
}

TEST(Inflater, ReadsTheExamplesOfTheRfc) {  // RFC 7692 section 7.2.3
  EXPECT_EQ(inflated("f248cdc9c90700"), "Hello");
  EXPECT_EQ(inflated("000500faff48656c6c6f00"), "Hello") << "no compression";
  EXPECT_EQ(inflated("f348cdc9c9070000"), "Hello") << "BFINAL set";
  EXPECT_EQ(inflated("f24805000000ffffcac9c90700"), "Hello") << "two blocks";
  EXPECT_EQ(inflated("00"), "") << "an empty message";
}

// Section 7.2.3.2: the second message refers to the window of the first, which we agreed not to
// keep.
TEST(Inflater, ForgetsTheLastMessage) {
  Inflater inflater;
  ASSERT_TRUE(inflater.inflate(from_hex("f248cdc9c90700"), 1024).has_value());
  const auto second = inflater.inflate(from_hex("f200110000"), 1024);
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error(), Errc::ws_bad_deflate);
  EXPECT_EQ(*inflater.inflate(from_hex("f248cdc9c90700"), 1024), "Hello")
      << "and the fault as well";
}

TEST(Inflater, ReadsOnAfterAFinalBlock) {
  EXPECT_EQ(inflated("f348cdc9c90700"
                     "f348cdc9c90700"
                     "00"),
            "HelloHello");
  EXPECT_EQ(inflated("f348cdc9c90700"
                     "f248cdc9c90700"),
            "HelloHello");
  EXPECT_EQ(inflated("01"), "") << "the tail may complete a final block";
}

TEST(Inflater, TakesNothingAsAnEmptyMessage) { EXPECT_EQ(inflated(""), ""); }

TEST(Inflater, RefusesGarbage) {
  EXPECT_EQ(error_of("\xFF\xFF\xFF\xFF"), Errc::ws_bad_deflate);
  EXPECT_EQ(error_of(from_hex("07")), Errc::ws_bad_deflate) << "reserved block type";
  EXPECT_EQ(error_of(from_hex("000500fafe48656c6c6f00")), Errc::ws_bad_deflate) << "wrong length";
  EXPECT_EQ(error_of(noise(500)), Errc::ws_bad_deflate);
}

TEST(Inflater, RefusesEveryTruncation) {
  const std::string whole = from_hex("f248cdc9c90700");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(error_of(whole.substr(0, size)), Errc::ws_bad_deflate) << size;
  }
}

TEST(Inflater, AllowsTheCapAndRefusesOneMore) {
  const std::string hello = from_hex("f248cdc9c90700");
  Inflater inflater;
  EXPECT_EQ(*inflater.inflate(hello, 5), "Hello");
  EXPECT_EQ(error_of(hello, 4), Errc::ws_message_too_big);
  EXPECT_EQ(error_of(hello, 0), Errc::ws_message_too_big);
  EXPECT_EQ(*inflater.inflate(from_hex("00"), 0), "");
  EXPECT_EQ(*inflater.inflate(hello, kNoCap), "Hello");

  for (const std::size_t size : {16'383, 16'384, 16'385, 100'000}) {  // around the first output
    Deflater deflater(15);
    const std::string packed(*deflater.deflate(std::string(size, 'x')));
    EXPECT_EQ(inflater.inflate(packed, size)->size(), size);
    EXPECT_EQ(error_of(packed, size - 1), Errc::ws_message_too_big) << size;
  }
}

TEST(Inflater, StopsABombAtTheCap) {
  Deflater deflater(15);
  const std::string zeros(64 << 20, '\0');
  const std::string bomb(*deflater.deflate(zeros));
  ASSERT_LT(bomb.size(), 100'000U);
  EXPECT_EQ(error_of(bomb, 64 * 1024), Errc::ws_message_too_big);
}

TEST(Deflater, RoundTripsWithEveryWindow) {
  const std::string text = [] {
    std::string out;
    for (int i = 0; i < 5000; ++i) out += "message " + std::to_string(i * i) + "; ";
    return out;
  }();
  Inflater inflater;
  for (int bits = Deflater::kMinWindowBits; bits <= Deflater::kMaxWindowBits; ++bits) {
    Deflater deflater(bits);
    for (int round = 0; round < 2; ++round) {  // the second must not lean on the first
      const auto packed = deflater.deflate(text);
      ASSERT_TRUE(packed.has_value());
      EXPECT_LT(packed->size(), text.size());
      EXPECT_EQ(*Inflater().inflate(*packed, text.size()), text) << bits;
    }
  }
}

TEST(Deflater, KeepsToItsWindow) {
  const std::string block = noise(600);  // repeats at a distance that 2^9 does not reach
  const std::string twice = block + block;
  Deflater narrow(9);
  Deflater wide(15);
  EXPECT_FALSE(narrow.deflate(twice).has_value());
  EXPECT_LT(wide.deflate(twice)->size(), 700U);
}

TEST(Deflater, AHigherLevelCompressesBetter) {
  std::string text;
  for (int i = 0; i < 4000; ++i)
    text += "user" + std::to_string(i * i % 977) + " says " + std::to_string(i % 31) + ";";
  Deflater fast(15, 1);
  Deflater small(15, 9);
  EXPECT_LT(small.deflate(text).value().size(), fast.deflate(text).value().size());
}

TEST(Deflater, RefusesToGrowAPayload) {
  Deflater deflater(15);
  EXPECT_FALSE(deflater.deflate("").has_value());
  EXPECT_FALSE(deflater.deflate("a").has_value());
  EXPECT_FALSE(deflater.deflate(noise(10'000)).has_value());
  EXPECT_TRUE(deflater.deflate(std::string(100, 'a')).has_value()) << "and goes on afterwards";
}

}  // namespace
}  // namespace parley::ws
