// The messages of the Centrifuge client protocol (version 2) as values, whatever bytes they travel
// in: commands of a client, results and notices of the server. Its codes for our errors stand in
// centrifuge_codec.cc, one table each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "dialect/dialect.h"
#include "hub/hub.h"

namespace parley::dialect::centrifuge {

struct Connect {
  std::string token;
  // Where the client stands in channels that the server subscribes it to
  std::vector<std::pair<std::string, hub::StreamPosition>> since;
};
struct Subscribe {
  std::string channel;
  std::string token;
  std::optional<hub::StreamPosition> since;  // recover what came behind it
  bool join_leave = false;
  bool recovered_or_error = false;  // rather an error than a subscription with a gap
  Errc declined{};                  // set: asks for what is not spoken here
};
struct Unsubscribe {
  std::string channel;
};
struct Publish {
  std::string channel;
  hub::Payload payload;
  Errc declined{};
};
struct Presence {
  std::string channel;
};
struct PresenceStats {
  std::string channel;
};
struct History {
  std::string channel;
  hub::HistoryQuery query;
};
struct Refresh {
  std::string token;
};
struct SubRefresh {
  std::string channel;
  std::string token;
  Errc declined{};
};
struct Rpc {};
struct Send {};
struct Pong {};

struct Command {
  std::uint32_t id = 0;
  std::variant<Pong, Connect, Subscribe, Unsubscribe, Publish, Presence, PresenceStats, History,
               Refresh, SubRefresh, Rpc, Send>
      request;
};

// Results. `ttl` is in seconds; none: it does not expire.
struct SubscribeResult {
  hub::SubscribeReply reply;
  std::optional<std::uint64_t> since_offset;  // set: it was recovering from there
  std::optional<std::int64_t> ttl;
};
struct ConnectResult {
  ConnectionId client;
  ByteView version;
  std::optional<std::int64_t> ttl;
  std::vector<std::pair<std::string, SubscribeResult>> subs;
  std::int64_t ping_seconds = 0;  // 0: no pings of the protocol's own
};
struct RefreshResult {
  ConnectionId client;
  ByteView version;
  std::optional<std::int64_t> ttl;
};
struct SubRefreshResult {
  std::optional<std::int64_t> ttl;
};
struct UnsubscribeResult {};
struct PublishResult {};

using Answer = std::variant<Errc, ConnectResult, SubscribeResult, UnsubscribeResult, PublishResult,
                            std::vector<hub::ClientInfo>, hub::PresenceStats, hub::HistoryPage,
                            RefreshResult, SubRefreshResult>;

// What others did to this client.
struct Subscribed {
  std::string channel;
  hub::SubscribeReply reply;
};
struct Unsubscribed {
  std::string channel;
  Errc reason;
};
struct Refreshed {
  std::optional<std::int64_t> ttl;
};
using Notice = std::variant<Subscribed, Unsubscribed, Refreshed>;

// An error in a reply.
struct ErrorWords {
  std::uint16_t code;
  ByteView message;
  bool temporary;
};
ErrorWords error_words(Errc code);

// Codes of an unsubscribe notice: from 2500 on the client subscribes again.
std::uint16_t unsubscribe_code(Errc reason);

// Nothing: the protocol has no code of its own for it.
std::optional<CloseWords> close_words(Errc reason);

}  // namespace parley::dialect::centrifuge
