#include "ws/frame_writer.h"

#include <array>
#include <cstring>

namespace parley::ws {
namespace {

constexpr unsigned kFin = 0x80, kRsv1 = 0x40, kMasked = 0x80;

char* put_big_endian(char* out, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
    *out++ = static_cast<char>(value >> shift);
  return out;
}

char* put_header(char* out, unsigned first, unsigned mask_bit, std::uint64_t length) {
  *out++ = static_cast<char>(first);
  if (length <= kMaxControlPayload) return put_big_endian(out, mask_bit | length, 1);
  if (length <= 0xFFFF) return put_big_endian(put_big_endian(out, mask_bit | 126, 1), length, 2);
  return put_big_endian(put_big_endian(out, mask_bit | 127, 1), length, 8);
}

unsigned first_byte(Opcode opcode, bool fin, bool rsv1) {
  return static_cast<unsigned>(opcode) | (fin ? kFin : 0) | (rsv1 ? kRsv1 : 0);
}

}  // namespace

std::size_t write_header(char* out, Opcode opcode, bool rsv1, std::uint64_t length) {
  return static_cast<std::size_t>(put_header(out, first_byte(opcode, true, rsv1), 0, length) - out);
}

LocalPtr<Frame> make_frame(Opcode opcode, ByteView payload, bool compressed) {
  std::array<char, kMaxServerHeaderSize> header;
  const std::size_t size = write_header(header.data(), opcode, compressed, payload.size());
  return Frame::join({header.data(), size}, payload);
}

LocalPtr<Frame> make_close_frame(std::uint16_t code, ByteView reason) {
  std::array<char, kMaxControlPayload> payload;
  char* const text = put_big_endian(payload.data(), code, 2);
  std::size_t size = reason.size();
  if (size > kMaxCloseReason) {
    size = kMaxCloseReason;
    const auto continues = [&](std::size_t i) {
      return (static_cast<unsigned char>(reason[i]) & 0xC0) == 0x80;
    };
    while (size > 0 && continues(size)) --size;
  }
  reason.copy(text, size);
  return make_frame(Opcode::close, {payload.data(), 2 + size});
}

std::string make_client_frame(Opcode opcode, ByteView payload, std::uint32_t mask, bool fin,
                              bool rsv1) {
  std::array<char, kMaxHeaderSize> header;
  char* const key =
      put_header(header.data(), first_byte(opcode, fin, rsv1), kMasked, payload.size());
  char* const end = put_big_endian(key, mask, 4);
  const auto header_size = static_cast<std::size_t>(end - header.data());
  std::string frame(header.data(), header_size);
  frame.append(payload);
  std::uint32_t wire_mask;
  std::memcpy(&wire_mask, key, sizeof wire_mask);
  apply_mask(frame.data() + header_size, payload.size(), wire_mask);
  return frame;
}

}  // namespace parley::ws
