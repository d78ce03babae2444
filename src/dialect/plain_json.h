// The JSON envelopes of the plain dialect (`?format=json`): what clients may say, and what the
// server says. docs/dialects/plain.md shows each with a transcript.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "dialect/dialect.h"
#include "hub/push.h"
#include "hub/session.h"

namespace parley::dialect {

inline constexpr std::size_t kMaxRefBytes = 64;

struct PlainCommand {
  enum class Kind { publish, direct, typing, who };
  Kind kind = Kind::publish;
  std::string to;        // direct
  hub::Payload payload;  // publish, direct
  std::string ref;
};

// {"data":…}, {"to":"lisi","data":…}, {"type":"typing"}, {"type":"who"}; each may carry "ref". On
// an error `detail` says what was wrong, and `ref` holds the message's ref if it could be read.
Result<PlainCommand> parse_plain_command(ByteView json, std::string& detail, std::string& ref);

struct Welcome {
  const std::string& room;
  ByteView user;
  const std::string& id;  // of the connection
  const hub::Members& members;
  const hub::StreamPosition* position;  // null: the client did not ask for the history
  std::optional<bool> recovered;        // none: it did not say where it was
};
std::string welcome_envelope(const Welcome& welcome);
// What the back end did: the connection is in the channel now, or no longer.
std::string channel_envelope(ByteView type, const std::string& channel);
std::string who_envelope(const std::string& room, const hub::Members& members,
                         std::int64_t time_ms);
std::string ack_envelope(const std::string& ref, const hub::PublishReply& reply);
std::string error_envelope(Errc code, ByteView detail, const std::string& ref);

// Pushes as the payload itself; joins, leaves, typing are not told.
const PayloadWriter& verbatim_writer();
// Pushes as envelopes.
const PayloadWriter& envelope_writer();

}  // namespace parley::dialect
