#include "ws/frame_parser.h"

#include <algorithm>
#include <cstring>

namespace parley::ws {
namespace {

constexpr std::size_t kFixedSize = 2;
constexpr std::size_t kMaskSize = 4;
constexpr std::uint8_t kFin = 0x80, kRsv1 = 0x40, kRsv23 = 0x30, kOpcodeBits = 0x0F;
constexpr std::uint8_t kMasked = 0x80, kLengthBits = 0x7F;
constexpr std::uint8_t kLength16 = 126, kLength64 = 127;  // section 5.2: values of the 7 bits

std::size_t length_size(std::uint8_t second) {
  switch (second & kLengthBits) {
    case kLength16: return 2;
    case kLength64: return 8;
    default: return 0;
  }
}

std::uint64_t big_endian(const unsigned char* bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[i];
  return value;
}

bool first_byte_ok(std::uint8_t first, bool deflate) {
  if ((first & kRsv23) != 0) return false;
  const std::uint8_t opcode = first & kOpcodeBits;
  switch (static_cast<Opcode>(opcode)) {
    case Opcode::text:
    case Opcode::binary: return deflate || (first & kRsv1) == 0;
    case Opcode::continuation: return (first & kRsv1) == 0;
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong: return (first & kRsv1) == 0 && (first & kFin) != 0;
  }
  return false;  // reserved
}

}  // namespace

Result<std::optional<FrameHeader>> FrameParser::take(std::span<char>& input, bool deflate) {
  while (!input.empty()) {
    const std::size_t size = std::min(header_size() - have_, input.size());
    std::memcpy(&bytes_[have_], input.data(), size);
    have_ += static_cast<std::uint8_t>(size);
    input = input.subspan(size);
    if (!acceptable(deflate)) return Errc::ws_protocol_error;
    if (have_ >= kFixedSize && have_ == header_size()) {
      have_ = 0;
      return std::optional(decode());
    }
  }
  return std::optional<FrameHeader>();
}

std::size_t FrameParser::header_size() const {
  if (have_ < kFixedSize) return kFixedSize;
  return kFixedSize + length_size(bytes_[1]) + ((bytes_[1] & kMasked) != 0 ? kMaskSize : 0);
}

bool FrameParser::acceptable(bool deflate) const {
  if (!first_byte_ok(bytes_[0], deflate)) return false;
  if (have_ < kFixedSize) return true;
  const bool masked = (bytes_[1] & kMasked) != 0;
  if (masked != (role_ == Role::server)) return false;
  const std::size_t size = length_size(bytes_[1]);
  if (size == 0) return true;
  if (is_control(static_cast<Opcode>(bytes_[0] & kOpcodeBits))) return false;  // above 125
  if (have_ < kFixedSize + size) return true;
  // The shortest form only; the top bit of 64 must be zero (section 5.2).
  const std::uint64_t length = big_endian(&bytes_[kFixedSize], size);
  return size == 2 ? length > kMaxControlPayload : length > 0xFFFF && length >> 63 == 0;
}

FrameHeader FrameParser::decode() const {
  FrameHeader header;
  header.fin = (bytes_[0] & kFin) != 0;
  header.rsv1 = (bytes_[0] & kRsv1) != 0;
  header.opcode = static_cast<Opcode>(bytes_[0] & kOpcodeBits);
  const std::size_t size = length_size(bytes_[1]);
  header.length = size == 0 ? bytes_[1] & kLengthBits : big_endian(&bytes_[kFixedSize], size);
  if (role_ == Role::server) std::memcpy(&header.mask, &bytes_[kFixedSize + size], kMaskSize);
  return header;
}

}  // namespace parley::ws
