#include "dialect/plain_door.h"

#include <algorithm>
#include <charconv>

#include "auth/verifier.h"
#include "base/clock.h"
#include "base/text.h"
#include "hub/hub.h"

namespace parley::dialect {
namespace {

constexpr ByteView kEchoRoom = "echo";
constexpr std::size_t kGuestIdBytes = 3;
constexpr std::size_t kPollLimit = 100;  // messages, when the client does not say

// "epoch-offset", as a message's id, or an offset of whatever epoch.
std::optional<hub::StreamPosition> parse_position(ByteView text) {
  hub::StreamPosition position;
  const std::size_t dash = text.rfind('-');
  const ByteView digits = dash == ByteView::npos ? text : text.substr(dash + 1);
  if (dash != ByteView::npos) position.epoch = text.substr(0, dash);
  const auto parsed =
      std::from_chars(digits.data(), digits.data() + digits.size(), position.offset);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size() &&
                     (dash == ByteView::npos || dash > 0);
  return whole ? std::optional(position) : std::nullopt;
}

// A number of messages.
std::optional<std::size_t> parse_count(ByteView text, std::size_t least, std::size_t most) {
  const auto count = parse_position(text);
  const bool good =
      count && count->epoch.empty() && count->offset >= least && count->offset <= most;
  return good ? std::optional<std::size_t>(count->offset) : std::nullopt;
}

std::string token_of(const ConnectRequest& request) {
  const auto& offered = request.subprotocols;
  if (offered.size() == 2 && offered[0] == kTokenProtocol) return offered[1];
  return request.parameter("token").value_or("");
}

// The token may name the room as one that its bearer is to be in.
void read_grant(const auth::ConnectionClaims& claims, PlainOpening& opening) {
  if (std::ranges::find(claims.channels, opening.room) != claims.channels.end()) {
    opening.subscribe.grant.emplace();
  }
  for (const auto& [channel, options] : claims.subs) {
    if (channel != opening.room) continue;
    opening.subscribe.grant.emplace();
    opening.subscribe.grant->channel_info = Bytes::copy_of(options.info);
  }
}

// What the session will ask, now: a refusal before the upgrade can say more.
Errc admit(const hub::ChannelRules& rules, const PlainOpening& opening, std::string& detail) {
  if (opening.identity.unrestricted) return {};
  const bool granted = opening.subscribe.grant.has_value();
  if (!granted && !hub::may_subscribe(rules, opening.room, opening.identity.user)) {
    detail = "the room's rules want a token that names it, or another user";
    return Errc::permission_denied;
  }
  const bool may_read = rules.read_history >= hub::Access::subscriber ||
                        (granted && rules.read_history == hub::Access::token);
  if (opening.subscribe.recent > 0 && !may_read) {
    detail = "the room's rules do not let this client read the history";
    return Errc::permission_denied;
  }
  return {};
}

}  // namespace

PlainDoor::PlainDoor(PlainOptions options)
    : options_(std::move(options)),
      room_prefix_(options_.room_path + "/"),
      pong_(Bytes::copy_of(options_.pong)) {}

bool PlainDoor::serves(ByteView path) const {
  return path == options_.echo_path || path.starts_with(room_prefix_);
}

Result<PlainOpening> PlainDoor::open(const ConnectRequest& request, const hub::Hub& hub,
                                     std::string& detail) const {
  PlainOpening opening;
  opening.identity.unrestricted = request.insecure;
  Errc refused = read_room(request, hub, opening, detail);
  if (refused == Errc{}) refused = read_format(request, opening, detail);
  if (refused == Errc{}) refused = read_history(request, opening, detail);
  if (refused == Errc{}) refused = identify(request, opening, detail);
  if (refused == Errc{}) refused = admit(*hub.rules(opening.room), opening, detail);
  if (refused != Errc{}) return refused;
  return opening;
}

Result<PlainPoll> PlainDoor::poll(const ConnectRequest& request, const hub::Hub& hub,
                                  std::string& detail) const {
  PlainOpening opening;
  opening.identity.unrestricted = request.insecure;
  Errc refused = read_room(request, hub, opening, detail);
  if (refused == Errc{}) refused = read_since(request, opening, detail);
  if (refused == Errc{}) refused = read_limit(request, opening, detail);
  if (refused == Errc{}) refused = identify(request, opening, detail);
  if (refused == Errc{}) refused = admit(*hub.rules(opening.room), opening, detail);
  if (refused != Errc{}) return refused;
  return PlainPoll{std::move(opening.room), std::move(opening.subscribe.since),
                   opening.subscribe.recent};
}

Errc PlainDoor::read_room(const ConnectRequest& request, const hub::Hub& hub, PlainOpening& opening,
                          std::string& detail) const {
  opening.room = request.path == options_.echo_path ? std::string(kEchoRoom)
                                                    : request.path.substr(room_prefix_.size());
  if (!hub::is_valid_channel_name(opening.room, hub.limits().channel_name_bytes) ||
      opening.room.find('/') != std::string::npos) {
    return Errc::bad_room_name;
  }
  if (hub.rules(opening.room) != nullptr) return {};
  detail = "the words before the room's colon name no [[namespace]] of the configuration";
  return Errc::unknown_namespace;
}

Errc PlainDoor::read_format(const ConnectRequest& request, PlainOpening& opening,
                            std::string& detail) const {
  const auto format = request.parameter("format").value_or("");
  if (!format.empty() && format != "json" && format != "raw") {
    detail = "format is \"json\" or \"raw\"";
    return Errc::http_bad_request;
  }
  opening.json = format == "json";
  opening.subscribe.members = opening.json;
  opening.subscribe.join_leave = true;
  opening.echo_self = request.parameter("self").value_or("1") != "0";
  const auto pong = request.parameter("pong");
  opening.pong = pong ? Bytes::copy_of(*pong) : pong_;
  if (!is_valid_utf8(opening.pong)) {
    detail = "pong is UTF-8, as every text message";
    return Errc::http_bad_request;
  }
  if (const auto client = request.parameter("client")) {
    const auto id = ConnectionId::parse(*client);
    if (!id) {
      detail = "client is a UUID in lower case, as crypto.randomUUID() makes it";
      return Errc::http_bad_request;
    }
    opening.identity.origin = *id;
  }
  return {};
}

Errc PlainDoor::read_history(const ConnectRequest& request, PlainOpening& opening,
                             std::string& detail) const {
  const auto history = request.parameter("history");
  if (const Errc refused = read_since(request, opening, detail); refused != Errc{}) return refused;
  opening.wants_position = opening.subscribe.since || history;
  if (opening.subscribe.since || !history) return {};
  const auto count = parse_count(*history, 0, options_.history_page);
  if (!count) {
    detail = "history is a number up to " + std::to_string(options_.history_page);
    return Errc::http_bad_request;
  }
  opening.subscribe.recent = *count;
  return {};
}

Errc PlainDoor::read_since(const ConnectRequest& request, PlainOpening& opening,
                           std::string& detail) {
  const auto since = request.parameter("since");
  if (!since) return {};
  opening.subscribe.since = parse_position(*since);
  if (opening.subscribe.since) return {};
  detail = "since is the id of a message, or its offset";
  return Errc::http_bad_request;
}

Errc PlainDoor::read_limit(const ConnectRequest& request, PlainOpening& opening,
                           std::string& detail) const {
  opening.subscribe.recent = std::min(kPollLimit, options_.history_page);
  const auto limit = request.parameter("limit");
  if (!limit) return {};
  const auto count = parse_count(*limit, 1, options_.history_page);
  if (!count) {
    detail = "limit is a number from 1 to " + std::to_string(options_.history_page);
    return Errc::http_bad_request;
  }
  opening.subscribe.recent = *count;
  return {};
}

Errc PlainDoor::identify(const ConnectRequest& request, PlainOpening& opening,
                         std::string& detail) const {
  std::string user = request.parameter("username").value_or("");
  if (options_.verifier != nullptr && !request.insecure) {
    const auto claims =
        options_.verifier->connection(token_of(request), wall_time_ms() / 1000, &detail);
    if (!claims.has_value()) return claims.error();
    if (claims->user.empty()) {
      detail = "the token names no user (sub)";
      return Errc::unauthorized;
    }
    if (user.empty()) user = claims->user;
    if (user != claims->user) {
      detail = "username is not the token's";
      return Errc::unauthorized;
    }
    opening.identity.info = Bytes::copy_of(claims->info);
    opening.expires_at = claims->expires_at;
    read_grant(*claims, opening);
  }
  if (user.empty()) user = "guest-" + random_id(kGuestIdBytes);
  if (!hub::is_valid_user_name(user, options_.user_name_bytes)) return Errc::bad_user_name;
  opening.identity.user = Bytes::copy_of(user);
  return {};
}

}  // namespace parley::dialect
