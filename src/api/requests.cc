#include "api/requests.h"

#include <array>

namespace parley::api {
namespace {

constexpr std::string_view kChannel = "Name of the channel.";
constexpr bool kRequired = true;

template <class T, std::size_t... kSizes>
constexpr auto concat(const std::array<T, kSizes>&... parts) {
  std::array<T, (kSizes + ...)> all{};
  auto end = all.begin();
  ((end = std::copy(parts.begin(), parts.end(), end)), ...);
  return all;
}

template <class Object>
constexpr std::array kMessage = {
    field<Object, &Object::data>(
        "data", "What subscribers get: any JSON value. A string is plain text to raw clients."),
    field<Object, &Object::b64data>(
        "b64data", "Instead of data: bytes. Taken as JSON if they are that, otherwise as binary."),
    field<Object, &Object::skip_history>("skip_history",
                                         "Deliver without keeping it in the history."),
    field<Object, &Object::tags>("tags", "Labels that travel beside the data; at most 32."),
    field<Object, &Object::idempotency_key>(
        "idempotency_key",
        "A second publication to the same channel with this key within 5 minutes is answered as "
        "the first and not sent again. At most 128 bytes."),
    field<Object, &Object::delta>("delta", "Accepted and ignored."),
    field<Object, &Object::version>(
        "version",
        "Above 0: dropped without an error unless it is higher than that of the channel's newest "
        "publication in the same version_epoch."),
    field<Object, &Object::version_epoch>("version_epoch", "Versions compare within one epoch."),
};

template <class Object>
constexpr std::array kTarget = {
    field<Object, &Object::user>("user", "All connections of this user, on all of their devices.",
                                 kRequired),
    field<Object, &Object::client>("client", "Only the connection with this client id."),
    field<Object, &Object::session>(
        "session", "Not available: connections here have a client id and no session id."),
};

}  // namespace

bool JsonType<ChannelList>::read(ChannelList& to, const dom::element& from) {
  dom::array list;
  if (from.get(list) != simdjson::SUCCESS) return false;
  if (list.size() == 0 || list.size() > kMaxBroadcastChannels) return false;
  for (const dom::element item : list) {
    if (!JsonType<std::string>::read(to.emplace_back(), item)) return false;
  }
  return true;
}

template <>
std::span<const Field<hub::StreamPosition>> fields() {
  using R = hub::StreamPosition;
  static constexpr std::array kFields = {
      field<R, &R::offset>("offset", "Of the last publication that is known."),
      field<R, &R::epoch>("epoch", "Of the stream; empty fits any."),
  };
  return kFields;
}

template <>
std::span<const Field<Toggle>> fields() {
  static constexpr std::array kFields = {
      field<Toggle, &Toggle::value>("value", "On or off.", kRequired)};
  return kFields;
}

template <>
std::span<const Field<Override>> fields() {
  using R = Override;
  static constexpr std::array kFields = {
      field<R, &R::presence>("presence", "Show the subscriber in presence."),
      field<R, &R::join_leave>("join_leave", "Tell joins and leaves to the subscriber on request."),
      field<R, &R::force_recovery>("force_recovery", "Let the subscriber recover."),
      field<R, &R::force_positioning>("force_positioning",
                                      "Accepted: whatever has a history is positioned."),
      field<R, &R::force_push_join_leave>("force_push_join_leave",
                                          "Tell joins and leaves to the subscriber."),
  };
  return kFields;
}

template <>
std::span<const Field<DisconnectWords>> fields() {
  using R = DisconnectWords;
  static constexpr std::array kFields = {
      field<R, &R::code>("code",
                         "3000 to 4999. Clients come back unless it is 3500 to 3999 or 4500 to "
                         "4999; without it 3503, and they stay away."),
      field<R, &R::reason>("reason", "For the client: at most 123 bytes."),
  };
  return kFields;
}

template <>
std::span<const Field<PublishRequest>> fields() {
  using R = PublishRequest;
  static constexpr auto kFields =
      concat(std::array{field<R, &R::channel>("channel", kChannel, kRequired)}, kMessage<R>);
  return kFields;
}

template <>
std::span<const Field<BroadcastRequest>> fields() {
  using R = BroadcastRequest;
  static constexpr auto kFields = concat(
      std::array{field<R, &R::channels>("channels", "Names of 1 to 1000 channels.", kRequired)},
      kMessage<R>);
  return kFields;
}

template <>
std::span<const Field<SubscribeRequest>> fields() {
  using R = SubscribeRequest;
  static constexpr auto kFields = concat(
      kTarget<R>,
      std::array{
          field<R, &R::channel>("channel", kChannel, kRequired),
          field<R, &R::info>("info", "Shown to others as chan_info: any JSON value."),
          field<R, &R::b64info>("b64info", "Instead of info: JSON in base64."),
          field<R, &R::data>("data", "For the client, told with the subscription: any JSON value."),
          field<R, &R::b64data>("b64data", "Instead of data: JSON in base64."),
          field<R, &R::recover_since>("recover_since",
                                      "Send what was published behind this position first."),
          field<R, &R::expire_at>("expire_at",
                                  "When the subscription ends, in seconds since 1970; "
                                  "0 or absent: never."),
          field<R, &R::overrides>("override", "Instead of the rules of the channel's namespace."),
      });
  return kFields;
}

template <>
std::span<const Field<UnsubscribeRequest>> fields() {
  using R = UnsubscribeRequest;
  static constexpr auto kFields =
      concat(kTarget<R>, std::array{field<R, &R::channel>("channel", kChannel, kRequired)});
  return kFields;
}

template <>
std::span<const Field<DisconnectRequest>> fields() {
  using R = DisconnectRequest;
  static constexpr auto kFields = concat(
      kTarget<R>,
      std::array{
          field<R, &R::whitelist>("whitelist", "Client ids of the connections that may stay."),
          field<R, &R::disconnect>("disconnect", "What the client is told."),
      });
  return kFields;
}

template <>
std::span<const Field<RefreshRequest>> fields() {
  using R = RefreshRequest;
  static constexpr auto kFields = concat(
      kTarget<R>, std::array{
                      field<R, &R::expired>("expired", "The connections have expired: end them."),
                      field<R, &R::expire_at>("expire_at",
                                              "When they expire, in seconds since "
                                              "1970; 0 or absent: never."),
                      field<R, &R::info>("info",
                                         "Shown to others as conn_info: any JSON value. "
                                         "Absent: as before."),
                  });
  return kFields;
}

template <>
std::span<const Field<PresenceRequest>> fields() {
  using R = PresenceRequest;
  static constexpr std::array kFields = {field<R, &R::channel>("channel", kChannel, kRequired)};
  return kFields;
}

template <>
std::span<const Field<PresenceStatsRequest>> fields() {
  using R = PresenceStatsRequest;
  static constexpr std::array kFields = {field<R, &R::channel>("channel", kChannel, kRequired)};
  return kFields;
}

template <>
std::span<const Field<HistoryRequest>> fields() {
  using R = HistoryRequest;
  static constexpr std::array kFields = {
      field<R, &R::channel>("channel", kChannel, kRequired),
      field<R, &R::limit>("limit",
                          "How many publications, at most limits.history_page (1000); -1: as many "
                          "as that; 0 or absent: only the position of the stream."),
      field<R, &R::since>("since", "Those behind this position (with reverse: before it)."),
      field<R, &R::reverse>("reverse", "Newest first."),
  };
  return kFields;
}

template <>
std::span<const Field<HistoryRemoveRequest>> fields() {
  using R = HistoryRemoveRequest;
  static constexpr std::array kFields = {field<R, &R::channel>("channel", kChannel, kRequired)};
  return kFields;
}

template <>
std::span<const Field<ChannelsRequest>> fields() {
  using R = ChannelsRequest;
  static constexpr std::array kFields = {
      field<R, &R::pattern>("pattern",
                            "Glob: * any text, ? one character, [a-z] one of a set, \\ "
                            "takes the next as it is. Absent: all channels."),
  };
  return kFields;
}

template <>
std::span<const Field<InfoRequest>> fields() {
  return {};
}

}  // namespace parley::api
