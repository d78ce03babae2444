// Publication: one message of a channel, as it travels between shards. Plain values and Bytes only.
// StreamPosition: its place in the channel's stream. Offsets count 1, 2, 3… within an epoch; a
// stream that was lost begins again under a new epoch.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/ids.h"

namespace parley::hub {

enum class PayloadKind : std::uint8_t {
  text,    // UTF-8
  binary,  // any bytes
  json,    // one JSON value, UTF-8
};

struct StreamPosition {
  std::uint64_t offset = 0;
  std::string epoch;
};

struct Payload {
  PayloadKind kind = PayloadKind::text;
  Bytes data;
};

struct Publication {
  std::string channel;
  Payload payload;
  std::string publisher;     // user name
  std::string ref;           // the publisher's own name for it; empty: none
  SessionRef exclude;        // this connection does not want it back
  std::int64_t time_ms = 0;  // set by the owner shard
  StreamPosition position;   // set by the broker
};

}  // namespace parley::hub
