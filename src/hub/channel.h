// Channel names. A channel is the same bytes in every dialect: a room of the plain dialect is the
// channel of that name.
#pragma once

#include "base/bytes.h"
#include "base/text.h"

namespace parley::hub {

inline bool is_valid_channel_name(ByteView name, std::size_t max_bytes) {
  return !name.empty() && name.size() <= max_bytes && is_valid_utf8(name) &&
         !has_control_characters(name) && name.find('/') == ByteView::npos;
}

inline bool is_valid_user_name(ByteView name, std::size_t max_bytes) {
  return !name.empty() && name.size() <= max_bytes && is_valid_utf8(name) &&
         !has_control_characters(name);
}

}  // namespace parley::hub
