// The plain dialect: a browser's bare WebSocket. A message goes verbatim to everyone in the room;
// with ?format=json both sides speak small envelopes instead. docs/dialects/plain.md is the
// contract.
#include "auth/jwt.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "dialect/plain_json.h"
#include "dialect/rate_limit.h"
#include "hub/channel.h"
#include "hub/hub.h"
#include "hub/session.h"

namespace parley::dialect {
namespace {

constexpr ByteView kEchoRoom = "echo";
constexpr std::size_t kGuestIdBytes = 3;
constexpr std::size_t kConnectionIdBytes = 8;

// What one connection chose in its URL.
struct PlainTerms {
  std::string room;
  std::string user;
  bool json = false;
  bool echo_self = true;
  std::string pong;
};

class PlainDialect final : public Dialect {
 public:
  PlainDialect(const PlainOptions& options, hub::Hub& hub, PlainTerms terms)
      : options_(options), hub_(hub), terms_(std::move(terms)), rate_(options.publish_rate) {}

  void on_open(Connection& connection) override {
    connection_ = &connection;
    const PayloadWriter& writer = terms_.json ? envelope_writer() : verbatim_writer();
    session_.emplace(hub_, connection.shard(), connection, connection.encoder(writer), terms_.user);
    session_->subscribe(terms_.room, [this](Result<hub::SubscribeReply> joined) {
      if (!terms_.json) return;
      say(welcome_envelope(terms_.room, terms_.user, random_id(kConnectionIdBytes), joined->members,
                           wall_time_ms()));
    });
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

  // The owner of the room answers behind all that was published before, on the same way.
  void settle(UniqueFunction<void()> done) override {
    session_->members(terms_.room,
                      [done = std::move(done)](Result<hub::Members>) mutable { done(); });
  }

 private:
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
          say(who_envelope(terms_.room, *members, wall_time_ms()));
        });
    }
  }

  void publish(hub::Payload payload, std::string ref) {
    session_->publish(terms_.room, std::move(payload), {ref, !terms_.echo_self}, answer_to(ref));
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

  const PlainOptions& options_;
  hub::Hub& hub_;
  const PlainTerms terms_;
  RateLimit rate_;
  Connection* connection_ = nullptr;
  std::optional<hub::Session> session_;
};

class PlainKind final : public DialectKind {
 public:
  explicit PlainKind(PlainOptions options)
      : options_(std::move(options)), room_prefix_(options_.room_path + "/") {}

  bool serves(ByteView path) const override {
    return path == options_.echo_path || path.starts_with(room_prefix_);
  }

  Result<std::unique_ptr<Dialect>> connect(const ConnectRequest& request, hub::Hub& hub,
                                           std::string& detail) const override {
    PlainTerms terms;
    terms.room = request.path == options_.echo_path ? std::string(kEchoRoom)
                                                    : request.path.substr(room_prefix_.size());
    if (!hub::is_valid_channel_name(terms.room, options_.room_name_bytes)) {
      return Errc::bad_room_name;
    }
    const auto format = request.parameter("format").value_or("");
    if (!format.empty() && format != "json" && format != "raw") {
      detail = "format is \"json\" or \"raw\"";
      return Errc::http_bad_request;
    }
    terms.json = format == "json";
    terms.echo_self = request.parameter("self").value_or("1") != "0";
    terms.pong = request.parameter("pong").value_or(options_.pong);
    if (!is_valid_utf8(terms.pong)) {
      detail = "pong is UTF-8, as every text message";
      return Errc::http_bad_request;
    }
    if (const auto refused = identify(request, terms, detail); refused != Errc{}) return refused;
    return std::unique_ptr<Dialect>(
        std::make_unique<PlainDialect>(options_, hub, std::move(terms)));
  }

 private:
  // Errc{} when the client is who it says.
  Errc identify(const ConnectRequest& request, PlainTerms& terms, std::string& detail) const {
    terms.user = request.parameter("username").value_or("");
    if (!options_.token_secret.empty()) {
      const auto claims = auth::verify_hs256(request.parameter("token").value_or(""),
                                             options_.token_secret, wall_time_ms() / 1000, &detail);
      if (!claims.has_value()) return claims.error();
      if (terms.user.empty()) terms.user = claims->user;
      if (terms.user != claims->user) {
        detail = "username is not the token's";
        return Errc::unauthorized;
      }
    }
    if (terms.user.empty()) terms.user = "guest-" + random_id(kGuestIdBytes);
    const bool valid = hub::is_valid_user_name(terms.user, options_.user_name_bytes);
    return valid ? Errc{} : Errc::bad_user_name;
  }

  const PlainOptions options_;
  const std::string room_prefix_;
};

}  // namespace

std::unique_ptr<DialectKind> make_plain(PlainOptions options) {
  return std::make_unique<PlainKind>(std::move(options));
}

}  // namespace parley::dialect
