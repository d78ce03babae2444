// The plain dialect: a browser's bare WebSocket. A message goes verbatim to everyone in the room;
// with ?format=json both sides speak small envelopes instead. docs/dialects/plain.md is the
// contract.
#include "base/clock.h"
#include "base/rate_limit.h"
#include "dialect/dialect.h"
#include "dialect/plain_door.h"
#include "dialect/plain_json.h"
#include "hub/hub.h"
#include "hub/session.h"

namespace parley::dialect {
namespace {

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

class PlainKind final : public DialectKind {
 public:
  explicit PlainKind(PlainOptions options) : door_(std::move(options)) {}

  bool serves(ByteView path) const override { return door_.serves(path); }

  std::vector<std::string> subprotocols() const override { return {std::string(kTokenProtocol)}; }

  Result<std::unique_ptr<Dialect>> connect(const ConnectRequest& request, hub::Hub& hub,
                                           std::string& detail) const override {
    auto opening = door_.open(request, hub, detail);
    if (!opening.has_value()) return opening.error();
    return std::unique_ptr<Dialect>(
        std::make_unique<PlainDialect>(door_.options(), hub, std::move(*opening)));
  }

 private:
  const PlainDoor door_;
};

}  // namespace

std::unique_ptr<DialectKind> make_plain(PlainOptions options) {
  return std::make_unique<PlainKind>(std::move(options));
}

}  // namespace parley::dialect
