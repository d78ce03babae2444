// The plain dialect: a browser's bare WebSocket. A message goes verbatim to everyone in the room;
// with ?format=json both sides speak small envelopes instead. docs/dialects/plain.md is the
// contract.
#include <charconv>

#include "auth/verifier.h"
#include "base/clock.h"
#include "base/rate_limit.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "dialect/plain_json.h"
#include "hub/hub.h"
#include "hub/session.h"

namespace parley::dialect {
namespace {

constexpr ByteView kEchoRoom = "echo";
// Browsers cannot set headers on a WebSocket: new WebSocket(url, ['access_token', token]).
constexpr ByteView kTokenProtocol = "access_token";
constexpr std::size_t kGuestIdBytes = 3;

// What one connection chose in its URL, and what its token says: for as long as it lives.
struct PlainTerms {
  std::string room;
  Bytes pong;
  bool json = false;
  bool echo_self = true;
};

// And until it has joined its room.
struct PlainOpening : PlainTerms {
  hub::Identity identity;
  hub::SubscribeOptions subscribe;
  std::optional<std::int64_t> expires_at;
  bool wants_position = false;
};

class PlainDialect final : public Dialect, private hub::SessionEvents {
 public:
  PlainDialect(const PlainOptions& options, hub::Hub& hub, PlainOpening opening)
      : options_(options),
        terms_(opening),
        rate_(options.publish_rate),
        hub_(hub),
        opening_(std::make_unique<PlainOpening>(std::move(opening))) {}

  void on_open(Connection& connection) override {
    connection_ = &connection;
    hub::Encoder& encoder = connection.encoder(writer());
    hub::SessionEvents& events = *this;
    session_.emplace(hub_, connection.shard(), connection, hub::Encoders{&encoder, &encoder},
                     events, std::move(opening_->identity));
    if (opening_->expires_at) wake_at(*opening_->expires_at);
    const bool recovering = opening_->subscribe.since.has_value();
    const bool wants_position = opening_->wants_position;
    session_->subscribe(terms_.room, std::move(opening_->subscribe),
                        [this, recovering, wants_position](Result<hub::SubscribeReply> joined) {
                          on_joined(joined, recovering, wants_position);
                        });
    opening_.reset();
  }

  void on_message(const WireMessage& message) override {
    if (!message.binary && !options_.ping.empty() && message.data == options_.ping) {
      say(terms_.pong);
    } else if (terms_.json && !message.binary) {
      on_command(message.data);
    } else if (!rate_.allow(Clock::now())) {
      refuse(Errc::too_many_requests, {}, {});
    } else {
      const auto kind = message.binary ? hub::PayloadKind::binary : hub::PayloadKind::text;
      publish({kind, Bytes::copy_of(message.data)}, {});
    }
  }

  void on_tick() override { connection_->close({Errc::connection_expired}); }

  void settle(UniqueFunction<void()> done) override {
    session_->settle(terms_.room, std::move(done));
  }

 private:
  const PayloadWriter& writer() const {
    return terms_.json ? envelope_writer() : verbatim_writer();
  }

  void on_joined(const Result<hub::SubscribeReply>& joined, bool recovering, bool wants_position) {
    if (!joined.has_value()) return connection_->close({joined.error()});
    if (terms_.json) {
      say(welcome_envelope(
          {.room = terms_.room,
           .user = session_->user(),
           .id = session_->identity().id.text(),
           .members = joined->members,
           .position = wants_position ? &joined->position : nullptr,
           .recovered = recovering ? std::optional(joined->recovered) : std::nullopt}));
    }
    std::string scratch;
    for (const hub::Publication& publication : joined->publications) {
      writer().write(publication, scratch,
                     [this](const WireMessage& message) { connection_->reply(message); });
    }
  }

  void on_command(ByteView json) {
    std::string detail;
    std::string ref;
    Result<PlainCommand> parsed = parse_plain_command(json, detail, ref);
    if (!rate_.allow(Clock::now())) return refuse(Errc::too_many_requests, {}, ref);
    if (!parsed.has_value()) return refuse(parsed.error(), detail, ref);
    PlainCommand& command = *parsed;
    switch (command.kind) {
      case PlainCommand::Kind::publish:
        return publish(std::move(command.payload), std::move(command.ref));
      case PlainCommand::Kind::direct: return send_to_user(std::move(command));
      case PlainCommand::Kind::typing: return session_->typing(terms_.room);
      case PlainCommand::Kind::who:
        return session_->members(terms_.room, [this](Result<hub::Members> members) {
          if (!members.has_value()) return refuse(members.error(), {}, {});
          say(who_envelope(terms_.room, *members, wall_time_ms()));
        });
    }
  }

  // A message that is sent again with the ref of one that arrived is acknowledged, not repeated.
  void publish(hub::Payload payload, std::string ref) {
    hub::PublishOptions options{.ref = ref, .exclude_self = !terms_.echo_self};
    if (!ref.empty()) options.idempotency_key = std::string(session_->user()) + '\n' + ref;
    session_->publish(terms_.room, std::move(payload), std::move(options), answer_to(ref));
  }

  void send_to_user(PlainCommand command) {
    if (!hub::is_valid_user_name(command.to, options_.user_name_bytes)) {
      return refuse(Errc::bad_user_name, {}, command.ref);
    }
    session_->send_to_user(command.to, std::move(command.payload), command.ref,
                           answer_to(command.ref));
  }

  // The sender hears of every failure, and of success when it named its message.
  hub::Session::Reply<hub::PublishReply> answer_to(const std::string& ref) {
    return [this, ref](Result<hub::PublishReply> reply) {
      if (!reply.has_value()) {
        refuse(reply.error(), {}, ref);
      } else if (terms_.json && !ref.empty()) {
        say(ack_envelope(ref, *reply));
      }
    };
  }

  void refuse(Errc code, ByteView detail, const std::string& ref) {
    if (terms_.json) {
      say(error_envelope(code, detail, ref));
    } else if (error_info(code).close_code != 0) {
      connection_->close({code});  // the verbatim format has no other way to say it
    }
  }

  void say(ByteView text) { connection_->reply({false, text}); }

  void wake_at(std::int64_t seconds) {
    const Duration left(seconds * 1000 - wall_time_ms());
    connection_->wake_in(std::max(left, Duration(0)));
  }

  // hub::SessionEvents

  void on_subscribed(const std::string& channel, hub::SubscribeReply) override {
    if (terms_.json) say(channel_envelope("subscribed", channel));
  }

  void on_unsubscribed(const std::string& channel, Errc reason) override {
    if (channel == terms_.room) return connection_->close({reason});
    if (terms_.json) say(channel_envelope("unsubscribed", channel));
  }

  void on_refreshed(const hub::Refresh& refresh) override {
    if (refresh.expired) return connection_->close({Errc::connection_expired});
    if (refresh.expires_at) wake_at(*refresh.expires_at);
  }

  const PlainOptions& options_;
  const PlainTerms terms_;
  RateLimit rate_;
  hub::Hub& hub_;
  std::unique_ptr<PlainOpening> opening_;  // null once it is open
  Connection* connection_ = nullptr;
  std::optional<hub::Session> session_;
};

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

class PlainKind final : public DialectKind {
 public:
  explicit PlainKind(PlainOptions options)
      : options_(std::move(options)),
        room_prefix_(options_.room_path + "/"),
        pong_(Bytes::copy_of(options_.pong)) {}

  bool serves(ByteView path) const override {
    return path == options_.echo_path || path.starts_with(room_prefix_);
  }

  std::vector<std::string> subprotocols() const override { return {std::string(kTokenProtocol)}; }

  Result<std::unique_ptr<Dialect>> connect(const ConnectRequest& request, hub::Hub& hub,
                                           std::string& detail) const override {
    PlainOpening opening;
    opening.identity.unrestricted = request.insecure;
    Errc refused = read_room(request, hub, opening, detail);
    if (refused == Errc{}) refused = read_format(request, opening, detail);
    if (refused == Errc{}) refused = read_history(request, opening, detail);
    if (refused == Errc{}) refused = identify(request, opening, detail);
    if (refused == Errc{}) refused = admit(*hub.rules(opening.room), opening, detail);
    if (refused != Errc{}) return refused;
    return std::unique_ptr<Dialect>(
        std::make_unique<PlainDialect>(options_, hub, std::move(opening)));
  }

 private:
  // Each answers Errc{} when all is well.

  Errc read_room(const ConnectRequest& request, const hub::Hub& hub, PlainOpening& opening,
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

  Errc read_format(const ConnectRequest& request, PlainOpening& opening,
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

  Errc read_history(const ConnectRequest& request, PlainOpening& opening,
                    std::string& detail) const {
    const auto since = request.parameter("since");
    const auto history = request.parameter("history");
    opening.wants_position = since || history;
    if (since) {
      opening.subscribe.since = parse_position(*since);
      if (!opening.subscribe.since) {
        detail = "since is the id of a message, or its offset";
        return Errc::http_bad_request;
      }
    } else if (history) {
      const auto count = parse_position(*history);
      if (!count || !count->epoch.empty() || count->offset > options_.history_page) {
        detail = "history is a number up to " + std::to_string(options_.history_page);
        return Errc::http_bad_request;
      }
      opening.subscribe.recent = count->offset;
    }
    return {};
  }

  static std::string token_of(const ConnectRequest& request) {
    const auto& offered = request.subprotocols;
    if (offered.size() == 2 && offered[0] == kTokenProtocol) return offered[1];
    return request.parameter("token").value_or("");
  }

  Errc identify(const ConnectRequest& request, PlainOpening& opening, std::string& detail) const {
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

  // The token may name the room as one that its bearer is to be in.
  static void read_grant(const auth::ConnectionClaims& claims, PlainOpening& opening) {
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
  static Errc admit(const hub::ChannelRules& rules, const PlainOpening& opening,
                    std::string& detail) {
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

  const PlainOptions options_;
  const std::string room_prefix_;
  const Bytes pong_;
};

}  // namespace

std::unique_ptr<DialectKind> make_plain(PlainOptions options) {
  return std::make_unique<PlainKind>(std::move(options));
}

}  // namespace parley::dialect
