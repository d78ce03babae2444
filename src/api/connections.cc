// What the back end does to a user's connections: subscribe, unsubscribe, disconnect, refresh.
#include "api/methods.h"
#include "api/payload_json.h"
#include "hub/session.h"

namespace parley::api {
namespace {

constexpr std::size_t kMaxReasonBytes = 123;  // of a close frame (RFC 6455, 5.5.1)
constexpr std::uint64_t kFirstCode = 3000;
constexpr std::uint64_t kLastCode = 4999;

std::optional<Outcome> fault_of(const Target& target) {
  if (target.user.empty()) return bad_request(R"("user" is empty)");
  // Better no connection than all of them.
  if (!target.session.empty()) {
    return failure(Errc::not_available, R"(connections have no "session" id here; use "client")");
  }
  return std::nullopt;
}

hub::ConnectionFilter filter_of(const Target& target) { return {target.user, target.client, {}}; }

// How a command that reaches nobody ends, too: the user may be about to leave, or gone.
hub::Hub::Reply<std::size_t> when_reached(Answer answer) {
  return [answer = std::move(answer)](const Result<std::size_t>& reached) mutable {
    answer(reached.has_value() ? done() : failure(reached.error()));
  };
}

// The JSON that may come in either of two fields.
std::optional<Outcome> read_json(std::string_view name, const Base64& base64, Bytes& json) {
  if (base64.bytes.empty()) return std::nullopt;
  const std::string other = "b64" + std::string(name);
  if (!json.empty()) {
    return bad_request("there are both " + in_quotes(name) + " and " + in_quotes(other) +
                       "; send one of them");
  }
  auto compact = compact_json(base64.bytes);
  if (!compact) return bad_request(in_quotes(other) + " is no JSON in base64");
  json = std::move(*compact);
  return std::nullopt;
}

std::optional<bool> value_of(const std::optional<Toggle>& toggle) {
  return toggle ? std::optional(toggle->value) : std::nullopt;
}

std::optional<hub::JoinLeave> join_leave_of(const Override& overrides) {
  const auto& told = overrides.join_leave;
  const auto& pushed = overrides.force_push_join_leave;
  if (told && !told->value) return hub::JoinLeave::off;
  if (pushed && pushed->value) return hub::JoinLeave::everyone;
  if (told || pushed) return hub::JoinLeave::on_request;
  return std::nullopt;
}

hub::Disconnect disconnect_of(DisconnectWords words) {
  if (words.code == 0) return {Errc::disconnected, 0, std::move(words.reason)};
  // The rule by which clients stay away; see docs/http-api.md.
  const std::uint64_t hundreds = words.code % 1000 / 100;
  return {hundreds >= 5 ? Errc::disconnected : Errc::reconnect,
          static_cast<std::uint16_t>(words.code), std::move(words.reason)};
}

}  // namespace

void run(const Context& context, SubscribeRequest request, Answer answer) {
  if (auto fault = fault_of(request)) return answer(*fault);
  if (auto fault = fault_of_channel(context, request.channel)) return answer(*fault);
  if (auto fault = read_json("info", request.b64info, request.info)) return answer(*fault);
  if (auto fault = read_json("data", request.b64data, request.data)) return answer(*fault);
  if (context.hub.rules(request.channel) == nullptr) {
    return answer(failure(Errc::unknown_namespace));
  }
  hub::Grant grant{.channel_info = std::move(request.info),
                   .data = std::move(request.data),
                   .expires_at = request.expire_at};
  if (request.overrides) {
    grant.presence = value_of(request.overrides->presence);
    grant.join_leave = join_leave_of(*request.overrides);
    grant.recovers = value_of(request.overrides->force_recovery);
  }
  hub::SubscribeOptions options{.grant = std::move(grant), .since = request.recover_since};
  context.hub.for_connections(
      context.shard, filter_of(request),
      [channel = request.channel, options = std::move(options)](hub::Session& session) {
        // A connection that is subscribed already stays as it is.
        session.subscribe(channel, options, [&session, channel](Result<hub::SubscribeReply> reply) {
          if (!reply.has_value()) return;
          session.events().on_subscribed(channel, std::move(*reply));
        });
      },
      when_reached(std::move(answer)));
}

void run(const Context& context, UnsubscribeRequest request, Answer answer) {
  if (auto fault = fault_of(request)) return answer(*fault);
  if (auto fault = fault_of_channel(context, request.channel)) return answer(*fault);
  context.hub.for_connections(
      context.shard, filter_of(request),
      [channel = request.channel](hub::Session& session) {
        if (!session.unsubscribe(channel)) return;
        session.events().on_unsubscribed(channel, Errc::unsubscribed);
      },
      when_reached(std::move(answer)));
}

void run(const Context& context, DisconnectRequest request, Answer answer) {
  if (auto fault = fault_of(request)) return answer(*fault);
  DisconnectWords words = request.disconnect.value_or(DisconnectWords{});
  if (words.code != 0 && (words.code < kFirstCode || words.code > kLastCode)) {
    return answer(bad_request(R"("disconnect.code" is outside of 3000 to 4999)"));
  }
  if (words.reason.size() > kMaxReasonBytes) {
    return answer(bad_request(R"("disconnect.reason" is longer than 123 bytes)"));
  }
  hub::ConnectionFilter filter = filter_of(request);
  filter.except = std::move(request.whitelist);
  context.hub.for_connections(
      context.shard, std::move(filter),
      [disconnect = disconnect_of(std::move(words))](hub::Session& session) {
        session.transport().close(disconnect);
      },
      when_reached(std::move(answer)));
}

void run(const Context& context, RefreshRequest request, Answer answer) {
  if (auto fault = fault_of(request)) return answer(*fault);
  hub::Refresh refresh{request.expired, request.expire_at, std::move(request.info)};
  context.hub.for_connections(
      context.shard, filter_of(request),
      [refresh = std::move(refresh)](hub::Session& session) {
        if (!refresh.info.empty()) session.set_info(refresh.info);
        session.events().on_refreshed(refresh);
      },
      when_reached(std::move(answer)));
}

}  // namespace parley::api
