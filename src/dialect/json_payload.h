// What the JSON dialects share: the parser of this thread, and how a JSON value becomes a payload
// that clients of every dialect can read.
#pragma once

#include <simdjson.h>

#include "hub/publication.h"

namespace parley::dialect {

// One parser a thread: it keeps its buffers from message to message, and what it parsed is valid
// until the next one.
simdjson::dom::parser& json_parser();

// A string stands for its own text, so that a raw client reads words and not quotes; any other
// value for itself, without blanks and line breaks.
hub::Payload payload_of(const simdjson::dom::element& data);

}  // namespace parley::dialect
