// The Centrifuge protocol as JSON: one object a line; a frame of the transport holds one or more.
// Stateless. docs/dialects/centrifuge.md shows what is spoken.
#pragma once

#include <string>

#include "dialect/centrifuge_codec.h"

namespace parley::dialect::centrifuge {

// The first command of the frame, which is taken out of it. On an error `detail` says what was
// wrong.
Result<Command> take_command(ByteView& frame, std::string& detail);

std::string write_reply(std::uint32_t id, const Answer& answer);
std::string write_notice(const Notice& notice);
inline constexpr ByteView kPing = "{}";

// Pushes, with and without joins and leaves. Typing is not told.
const PayloadWriter& push_writer();
const PayloadWriter& quiet_push_writer();

}  // namespace parley::dialect::centrifuge
