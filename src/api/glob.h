// Glob patterns over channel names: * is any text, ? any one character, [abc] [a-z] [!a-z] one of a
// set, \ takes the next character as it is. Pure; work is at most pattern times text.
#pragma once

#include "base/bytes.h"

namespace parley::api {

bool matches_glob(ByteView pattern, ByteView text);

}  // namespace parley::api
