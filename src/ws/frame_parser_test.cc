#include "ws/frame_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string>

#include "base/bytes.h"

namespace parley::ws {
namespace {

using Wire = std::string;

Wire wire(std::initializer_list<int> bytes) {
  Wire out;
  for (const int byte : bytes) out.push_back(static_cast<char>(byte));
  return out;
}

// The outcome of one header, however its bytes are cut.
Result<std::optional<FrameHeader>> parse(Wire bytes, Role role, bool deflate = false,
                                         std::size_t step = kMaxHeaderSize) {
  FrameParser parser(role);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::span<char> input(bytes.data() + at, std::min(step, bytes.size() - at));
    const auto header = parser.take(input, deflate);
    if (header.has_error() || header->has_value()) return header;
  }
  EXPECT_EQ(parser.mid_header(), !bytes.empty());
  return std::optional<FrameHeader>();
}

FrameHeader header_of(const Wire& bytes, Role role = Role::server, bool deflate = false) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, kMaxHeaderSize}) {
    const auto header = parse(bytes, role, deflate, step);
    if (!header.has_value() || !header->has_value()) {
      ADD_FAILURE() << "no header at step " << step;
    } else if (step == kMaxHeaderSize) {
      return **header;
    }
  }
  return {};
}

void expect_refused(const Wire& bytes, Role role = Role::server, bool deflate = false) {
  for (const std::size_t step : {std::size_t{1}, kMaxHeaderSize}) {
    const auto header = parse(bytes, role, deflate, step);
    ASSERT_TRUE(header.has_error()) << "step " << step;
    EXPECT_EQ(header.error(), Errc::ws_protocol_error);
  }
}

void expect_unfinished(const Wire& bytes, Role role = Role::server) {
  const auto header = parse(bytes, role);
  ASSERT_TRUE(header.has_value());
  EXPECT_FALSE(header->has_value());
}

TEST(FrameParser, ReadsTheThreeFormsOfLength) {
  EXPECT_EQ(header_of(wire({0x82, 0x80, 1, 2, 3, 4})).length, 0U);
  EXPECT_EQ(header_of(wire({0x82, 0xFD, 1, 2, 3, 4})).length, 125U);
  EXPECT_EQ(header_of(wire({0x82, 0xFE, 0, 126, 1, 2, 3, 4})).length, 126U);
  EXPECT_EQ(header_of(wire({0x82, 0xFE, 0xFF, 0xFF, 1, 2, 3, 4})).length, 65'535U);
  EXPECT_EQ(header_of(wire({0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4})).length, 65'536U);
  EXPECT_EQ(
      header_of(wire({0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4})).length,
      (std::uint64_t{1} << 63) - 1);
}

TEST(FrameParser, ReadsFlagsOpcodeAndMask) {
  const FrameHeader fragment = header_of(wire({0x01, 0x85, 0x37, 0xFA, 0x21, 0x3D}));
  EXPECT_EQ(fragment.opcode, Opcode::text);
  EXPECT_FALSE(fragment.fin);
  EXPECT_FALSE(fragment.rsv1);
  EXPECT_EQ(std::memcmp(&fragment.mask, "\x37\xFA\x21\x3D", 4), 0);

  const FrameHeader compressed =
      header_of(wire({0xC1, 0x80, 0, 0, 0, 0}), Role::server, /*deflate=*/true);
  EXPECT_TRUE(compressed.fin);
  EXPECT_TRUE(compressed.rsv1);
}

TEST(FrameParser, LeavesThePayloadInTheInput) {
  Wire bytes = wire({0x82, 0x82, 1, 2, 3, 4}) + "xy";
  std::span<char> input(bytes);
  FrameParser parser(Role::server);
  ASSERT_TRUE(parser.take(input, false)->has_value());
  EXPECT_EQ(ByteView(input.data(), input.size()), "xy");
  EXPECT_FALSE(parser.mid_header());
}

TEST(FrameParser, RefusesReservedBits) {
  expect_refused(wire({0xC1}));                      // RSV1, nothing negotiated
  expect_refused(wire({0xA1}), Role::server, true);  // RSV2
  expect_refused(wire({0x91}), Role::server, true);  // RSV3
  expect_refused(wire({0xC0}), Role::server, true);  // RSV1 on a continuation
  expect_refused(wire({0xC9}), Role::server, true);  // RSV1 on a control frame
}

TEST(FrameParser, RefusesReservedOpcodesByTheFirstByte) {
  for (const int opcode : {3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
    expect_refused(wire({0x80 | opcode}));
  }
}

TEST(FrameParser, RefusesFragmentedAndLongControlFrames) {
  for (const int opcode : {8, 9, 10}) {
    expect_refused(wire({opcode}));
    expect_refused(wire({0x80 | opcode, 0xFE}));
    expect_refused(wire({0x80 | opcode, 0xFF}));
  }
}

TEST(FrameParser, RefusesWrongMasking) {
  expect_refused(wire({0x81, 0x05}), Role::server);
  expect_refused(wire({0x81, 0x85}), Role::client);
  EXPECT_EQ(header_of(wire({0x81, 0x05}), Role::client).mask, 0U);
}

TEST(FrameParser, RefusesLengthsThatAreNotMinimal) {
  expect_refused(wire({0x82, 0xFE, 0, 125}));
  expect_refused(wire({0x82, 0xFE, 0, 0}));
  expect_refused(wire({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}));
  expect_refused(wire({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5}));
}

TEST(FrameParser, RefusesLengthsWithTheTopBit) {
  expect_refused(wire({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0}));
  expect_refused(wire({0x82, 0xFF, 255, 255, 255, 255, 255, 255, 255, 255}));
}

TEST(FrameParser, WaitsForEveryByteOfTheHeader) {
  const Wire whole = wire({0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4});
  for (std::size_t size = 0; size < whole.size(); ++size) expect_unfinished(whole.substr(0, size));
}

}  // namespace
}  // namespace parley::ws
