// Why the server ends a connection. The code that a client sees is its dialect's; the catalogue
// (base/error.h) gives the WebSocket one. The back end may choose both code and words.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace parley::hub {

struct Disconnect {
  Errc reason{};
  std::uint16_t code = 0;  // 3000 to 4999; 0: the dialect's code for the reason
  std::string text = {};   // with a code: at most 123 bytes of UTF-8
};

}  // namespace parley::hub
