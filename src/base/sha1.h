// SHA-1, for the one place where a protocol still asks for it: the WebSocket accept key, where it
// proves that the server speaks RFC 6455 and protects nothing. OpenSSL is hidden in the .cc.
#pragma once

#include <string>

#include "base/bytes.h"

namespace parley {

// The digest's 20 raw bytes.
std::string sha1(ByteView bytes);

}  // namespace parley
