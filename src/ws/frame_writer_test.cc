#include "ws/frame_writer.h"

#include <gtest/gtest.h>

#include <array>

#include "base/text.h"

namespace parley::ws {
namespace {

std::string hex_of_header(Opcode opcode, bool rsv1, std::uint64_t length) {
  std::array<char, kMaxServerHeaderSize> out;
  return hex_encode({out.data(), write_header(out.data(), opcode, rsv1, length)});
}

TEST(FrameWriter, WritesTheShortestLength) {
  EXPECT_EQ(hex_of_header(Opcode::binary, false, 0), "8200");
  EXPECT_EQ(hex_of_header(Opcode::binary, false, 125), "827d");
  EXPECT_EQ(hex_of_header(Opcode::binary, false, 126), "827e007e");
  EXPECT_EQ(hex_of_header(Opcode::binary, false, 65'535), "827effff");
  EXPECT_EQ(hex_of_header(Opcode::binary, false, 65'536), "827f0000000000010000");
}

TEST(FrameWriter, SetsRsv1OnCompressedFrames) {
  EXPECT_EQ(hex_of_header(Opcode::text, true, 1), "c101");
  EXPECT_EQ(make_frame(Opcode::text, "x", /*compressed=*/true)->view(), "\xC1\x01x");
}

// RFC 6455 section 5.7.
TEST(FrameWriter, WritesTheExamplesOfTheRfc) {
  EXPECT_EQ(hex_encode(make_frame(Opcode::text, "Hello")->view()), "810548656c6c6f");
  EXPECT_EQ(hex_encode(make_frame(Opcode::ping, "Hello")->view()), "890548656c6c6f");
  EXPECT_EQ(hex_encode(make_client_frame(Opcode::text, "Hello", 0x37FA213D)),
            "818537fa213d7f9f4d5158");
  EXPECT_EQ(hex_encode(make_client_frame(Opcode::pong, "Hello", 0x37FA213D)),
            "8a8537fa213d7f9f4d5158");
  EXPECT_EQ(make_client_frame(Opcode::text, "Hel", 0, /*fin=*/false).front(), '\x01');
  EXPECT_EQ(make_frame(Opcode::binary, std::string(256, 'b'))->view().substr(0, 4),
            ByteView("\x82\x7E\x01\x00", 4));
}

TEST(FrameWriter, ClosesWithCodeAndReason) {
  EXPECT_EQ(make_close_frame(1000, "")->view(), "\x88\x02\x03\xE8");
  EXPECT_EQ(make_close_frame(1001, "bye")->view(),
            "\x88\x05\x03\xE9"
            "bye");
}

TEST(FrameWriter, CutsALongReasonAtACharacter) {
  const auto reason = [](ByteView text) {
    const auto frame = make_close_frame(1000, text);
    EXPECT_EQ(frame->view()[1], static_cast<char>(frame->size() - 2));
    return std::string(frame->view().substr(4));
  };
  EXPECT_EQ(reason(std::string(123, 'a')), std::string(123, 'a'));
  EXPECT_EQ(reason(std::string(124, 'a')), std::string(123, 'a'));
  const std::string euro = "\xE2\x82\xAC";
  EXPECT_EQ(reason(std::string(121, 'a') + euro), std::string(121, 'a'));
  EXPECT_EQ(reason(std::string(120, 'a') + euro + "b"), std::string(120, 'a') + euro);
}

TEST(Mask, GoesOnWhereItStopped) {
  const std::string plain = "The quick brown fox jumps over the lazy dog";
  const std::uint32_t key = 0x11223344;
  std::string whole = plain;
  apply_mask(whole.data(), whole.size(), key);
  EXPECT_NE(whole, plain);
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    std::string parts = plain;
    const std::uint32_t turned = apply_mask(parts.data(), cut, key);
    apply_mask(parts.data() + cut, parts.size() - cut, turned);
    EXPECT_EQ(parts, whole) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace parley::ws
