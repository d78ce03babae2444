// How publications and people look in the JSON of the HTTP API: the same as to clients of the
// Centrifuge dialect. Pure.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>

#include "base/json_writer.h"
#include "hub/broker.h"

namespace parley::api {

// A string stands for its own text, so that clients without JSON read words and not quotes.
hub::Payload payload_of(const simdjson::dom::element& data);
// What was base64: JSON if it is that, otherwise binary.
hub::Payload payload_of(ByteView bytes);
// Compact JSON; nothing if it is none.
std::optional<Bytes> compact_json(ByteView text);

// JSON verbatim, text as a string, binary as {"base64":"…"}.
void write_payload(JsonWriter& json, const hub::Payload& payload);
void write_client_info(JsonWriter& json, const hub::ClientInfo& client);
void write_publication(JsonWriter& json, const hub::Publication& publication);

}  // namespace parley::api
