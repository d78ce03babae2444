// The words of RFC 6455 section 5: opcodes, the frame header, masking, close codes. Plain values
// shared by the parser, the reader and the writer; nothing here owns memory or keeps state.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-------+-+-------------+-------------------------------+
//   |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
//   |I|S|S|S|  (4)  |A|     (7)     |  (16 bits if len is 126,      |
//   |N|V|V|V|       |S|             |   64 bits if len is 127)      |
//   | |1|2|3|       |K|             |                               |
//   +-+-+-+-+-------+-+-------------+-------------------------------+
//   | Masking key, 32 bits, if MASK is set                          |
//   +---------------------------------------------------------------+
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace parley::ws {

// Which end of the connection we are. A server refuses unmasked frames, a client masked ones.
enum class Role : std::uint8_t { server, client };

enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

constexpr bool is_control(Opcode opcode) { return (static_cast<std::uint8_t>(opcode) & 0x8) != 0; }

inline constexpr std::size_t kMaxControlPayload = 125;  // section 5.5
inline constexpr std::size_t kMaxCloseReason = kMaxControlPayload - 2;
inline constexpr std::size_t kMaxHeaderSize = 14;        // 2 + 8 length + 4 mask
inline constexpr std::size_t kMaxServerHeaderSize = 10;  // without the mask

struct FrameHeader {
  std::uint64_t length = 0;
  std::uint32_t mask = 0;  // the four wire bytes in memory order; 0 when not masked
  Opcode opcode = Opcode::continuation;
  bool fin = false;
  bool rsv1 = false;  // "compressed" on the first frame of a message (RFC 7692)
};

// The codes of RFC 6455 section 7.4 and the IANA registry that an endpoint may put on the wire.
// 1004-1006 and 1015 are names for events that never travel; 1016-2999 are unassigned.
constexpr bool may_be_received(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

// XORs the bytes with the mask (section 5.3; four wire bytes in memory order) and returns the mask
// turned so that it goes on after them.
inline std::uint32_t apply_mask(char* data, std::size_t size, std::uint32_t mask) {
  char key[8];
  std::memcpy(key, &mask, 4);
  std::memcpy(key + 4, &mask, 4);
  std::uint64_t wide_mask;
  std::memcpy(&wide_mask, key, 8);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + i, 8);
    word ^= wide_mask;
    std::memcpy(data + i, &word, 8);
  }
  for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ key[i % 4]);
  std::memcpy(&mask, key + size % 4, 4);
  return mask;
}

}  // namespace parley::ws
