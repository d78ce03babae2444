// Finished frames. A server's frame is written once, header and payload in one piece, and shared by
// every receiver on its shard; it is never masked and never fragmented. The client end serves the
// load generator and tests.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "ws/frame.h"

namespace parley::ws {

// Writes the header of an unmasked, unfragmented frame; `out` has room for kMaxServerHeaderSize.
// Returns its size.
std::size_t write_header(char* out, Opcode opcode, bool rsv1, std::uint64_t length);

// `compressed`: the payload comes from a Deflater.
LocalPtr<Frame> make_frame(Opcode opcode, ByteView payload, bool compressed = false);

// The reason is cut to 123 bytes, at the end of a character. An empty close frame is
// make_frame(Opcode::close, {}).
LocalPtr<Frame> make_close_frame(std::uint16_t code, ByteView reason);

// A masked frame. The mask's most significant byte is the first on the wire.
std::string make_client_frame(Opcode opcode, ByteView payload, std::uint32_t mask, bool fin = true,
                              bool rsv1 = false);

}  // namespace parley::ws
