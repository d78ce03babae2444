// Publication: one message of a channel, as it travels between shards. Plain values and Bytes only.
// StreamPosition: its place in the channel's stream. Offsets count 1, 2, 3… within an epoch; a
// stream that was lost begins again under a new epoch. A publication that is not part of its stream
// has offset 0, and an epoch of its own.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace parley::hub {

enum class PayloadKind : std::uint8_t {
  text,    // UTF-8
  binary,  // any bytes
  json,    // one JSON value, UTF-8, without line breaks
};

struct StreamPosition {
  std::uint64_t offset = 0;
  std::string epoch;

  bool operator==(const StreamPosition&) const = default;
};

struct Payload {
  PayloadKind kind = PayloadKind::text;
  Bytes data;
};

// Who a connection is to others: what presence lists and publications show of it. A copy shares
// the texts.
struct ClientInfo {
  Bytes user;             // empty: anonymous, or the back end
  ConnectionId client{};  // nil: the back end
  Bytes connection_info;  // JSON of the connection's token; empty: none
  Bytes channel_info;     // JSON of the subscription's token; empty: none
};

// Small labels beside the payload, in the order in which they were given.
using Tags = std::vector<std::pair<std::string, std::string>>;

struct Publication {
  std::string channel = {};
  Payload payload = {};
  ClientInfo publisher = {};
  std::string ref = {};          // the publisher's own name for it; empty: none
  Tags tags = {};                // "key" names the value that a newer publication replaces
  ConnectionId exclude{};        // the origin that does not want it back from the history
  SessionRef exclude_now{};      // the session that does not want it back now
  std::int64_t time_ms = 0;      // since 1970; 0: the owner shard says now
  StreamPosition position = {};  // set by the broker
};

}  // namespace parley::hub
