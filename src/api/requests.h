// The requests of the HTTP API: one struct for each method, read by the tables in requests.cc. The
// names of the fields are those of the Centrifugo server API.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/fields.h"
#include "hub/broker.h"

namespace parley::api {

inline constexpr std::size_t kMaxBroadcastChannels = 1000;
inline constexpr std::size_t kMaxIdempotencyKeyBytes = 128;

struct ChannelList : std::vector<std::string> {};

template <>
struct JsonType<ChannelList> {
  static constexpr std::string_view kWhat = "a list of 1 to 1000 channels";
  static constexpr std::string_view kSchema =
      R"("type":"array","items":{"type":"string"},"minItems":1,"maxItems":1000)";
  static bool read(ChannelList& to, const dom::element& from);
};

// Of publish and broadcast.
struct Message {
  std::optional<hub::Payload> data;
  Base64 b64data;
  bool skip_history = false;
  hub::Tags tags;
  std::string idempotency_key;
  bool delta = false;
  std::uint64_t version = 0;
  std::string version_epoch;
};

struct PublishRequest : Message {
  std::string channel;
};

struct BroadcastRequest : Message {
  ChannelList channels;
};

// Whose connections are meant.
struct Target {
  std::string user;
  std::optional<ConnectionId> client;
  std::string session;
};

struct Toggle {
  bool value = false;
};

struct Override {
  std::optional<Toggle> presence;
  std::optional<Toggle> join_leave;
  std::optional<Toggle> force_recovery;
  std::optional<Toggle> force_positioning;
  std::optional<Toggle> force_push_join_leave;
};

struct SubscribeRequest : Target {
  std::string channel;
  Bytes info;
  Base64 b64info;
  Bytes data;
  Base64 b64data;
  std::optional<hub::StreamPosition> recover_since;
  std::optional<std::int64_t> expire_at;
  std::optional<Override> overrides;
};

struct UnsubscribeRequest : Target {
  std::string channel;
};

struct DisconnectWords {
  std::uint64_t code = 0;
  std::string reason;
};

struct DisconnectRequest : Target {
  std::vector<ConnectionId> whitelist;
  std::optional<DisconnectWords> disconnect;
};

struct RefreshRequest : Target {
  bool expired = false;
  std::optional<std::int64_t> expire_at;
  Bytes info;
};

struct PresenceRequest {
  std::string channel;
};

struct PresenceStatsRequest {
  std::string channel;
};

struct HistoryRequest {
  std::string channel;
  std::int64_t limit = 0;
  std::optional<hub::StreamPosition> since;
  bool reverse = false;
};

struct HistoryRemoveRequest {
  std::string channel;
};

struct ChannelsRequest {
  std::string pattern;
};

struct InfoRequest {};

// clang-format off
template <> std::span<const Field<hub::StreamPosition>> fields();
template <> std::span<const Field<Toggle>> fields();
template <> std::span<const Field<Override>> fields();
template <> std::span<const Field<DisconnectWords>> fields();
template <> std::span<const Field<PublishRequest>> fields();
template <> std::span<const Field<BroadcastRequest>> fields();
template <> std::span<const Field<SubscribeRequest>> fields();
template <> std::span<const Field<UnsubscribeRequest>> fields();
template <> std::span<const Field<DisconnectRequest>> fields();
template <> std::span<const Field<RefreshRequest>> fields();
template <> std::span<const Field<PresenceRequest>> fields();
template <> std::span<const Field<PresenceStatsRequest>> fields();
template <> std::span<const Field<HistoryRequest>> fields();
template <> std::span<const Field<HistoryRemoveRequest>> fields();
template <> std::span<const Field<ChannelsRequest>> fields();
template <> std::span<const Field<InfoRequest>> fields();
// clang-format on

}  // namespace parley::api
