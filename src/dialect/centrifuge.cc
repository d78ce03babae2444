// The Centrifuge protocol over one WebSocket: the conversation. Commands run in their order, and so
// do their replies; those that change what the client is or hears run alone, the others at the same
// time. docs/dialects/centrifuge.md is the contract.
#include <algorithm>

#include "base/log.h"
#include "base/rate_limit.h"
#include "dialect/centrifuge_expiry.h"
#include "dialect/centrifuge_json.h"
#include "dialect/centrifuge_opening.h"
#include "dialect/centrifuge_queue.h"
#include "dialect/centrifuge_tokens.h"
#include "hub/session.h"

namespace parley::dialect {
namespace centrifuge {
namespace {

constexpr Duration kLongestSleep{3'600'000};
constexpr std::size_t kReasonBytes = 123;  // of a close frame, RFC 6455 section 5.5

// A client told "expires" starts its refresh after `ttl`: never at once.
std::optional<std::int64_t> ttl_until(std::optional<std::int64_t> expires_at) {
  if (!expires_at) return std::nullopt;
  return std::max<std::int64_t>(*expires_at - wall_time_s(), 1);
}

class CentrifugeDialect final : public Dialect,
                                private hub::SessionEvents,
                                private CommandQueue::Runner {
 public:
  CentrifugeDialect(const CentrifugeOptions& options, hub::Hub& hub, Terms terms)
      : options_(options), hub_(hub), terms_(std::move(terms)), rate_(options.publish_rate) {}

  void on_open(Connection& connection) override {
    connection_ = &connection;
    if (!terms_.frame_pings) connection.use_own_heartbeat();
    heartbeat_due_ = Clock::now() + options_.authentication_timeout;
    arm();
  }

  void on_message(const WireMessage& message) override {
    ByteView frame = message.data;
    if (frame.ends_with('\n')) frame.remove_suffix(1);
    do {
      if (phase_ == Phase::closed) return;
      std::string detail;
      Result<Command> command = take_command(frame, detail);
      if (!command.has_value()) return break_off(detail);
      if (std::holds_alternative<Pong>(command->request)) {
        on_pong();
      } else if (commands_.size() >= options_.pending_commands) {
        close({Errc::too_many_commands});
      } else {
        commands_.push(*std::move(command));
      }
    } while (!frame.empty());
  }

  void on_tick() override {
    if (phase_ == Phase::closed) return;
    const TimePoint now = Clock::now();
    if (now >= heartbeat_due_) on_heartbeat_due(now);
    expire();
    arm();
  }

  void settle(UniqueFunction<void()> done) override { commands_.push(std::move(done)); }

  CloseWords close_words(const hub::Disconnect& disconnect) const override {
    if (disconnect.code == 0) {
      if (auto words = centrifuge::close_words(disconnect.reason)) return *std::move(words);
    }
    return Dialect::close_words(disconnect);
  }

 private:
  enum class Phase : std::uint8_t {
    opening,  // no connect command yet
    connecting,
    connected,
    refused,  // connect was answered with an error: nothing else may come
    closed,
  };

  // A token's fault: an answer where there is one for it, otherwise the end.
  void refuse(Exchange& exchange, Errc code, const std::string& why) {
    log::debug("a token was refused: {}", why);
    if (code == Errc::bad_command) return break_off(why);
    if (code == Errc::unauthorized) return refuse_token(why);
    answer(exchange, code);
  }

  void answer(Exchange& exchange, const Answer& answer) {
    commands_.answer(exchange, write_reply(exchange.command.id, answer));
  }
  // The answer to a question that was put to the hub, as `T` makes it.
  template <class T, class Question>
  hub::Session::Reply<Question> answer_as(Exchange& exchange) {
    return [this, &exchange](Result<Question> result) {
      if (!result.has_value()) return answer(exchange, result.error());
      if constexpr (std::is_same_v<T, Question>) {
        answer(exchange, *std::move(result));
      } else {
        answer(exchange, T{});
      }
    };
  }

  void write(ByteView reply) override { say(reply); }

  void run(Exchange& exchange) override {
    const bool connects = std::holds_alternative<Connect>(exchange.command.request);
    if (phase_ != (connects ? Phase::opening : Phase::connected)) {
      return break_off(connects                   ? "a second connect"
                       : phase_ == Phase::refused ? "connect was refused"
                                                  : "the first command is connect");
    }
    if (!exchange.exclusive && !rate_.allow(Clock::now())) {
      return answer(exchange, Errc::too_many_requests);
    }
    std::visit([&](auto& request) { run(exchange, request); }, exchange.command.request);
  }

  void run(Exchange& exchange, const Connect& connect) {
    std::string why;
    Result<auth::ConnectionClaims> claims = authenticate(options_, terms_, connect.token, why);
    if (!claims.has_value()) {
      phase_ = Phase::refused;
      return refuse(exchange, claims.error(), why);
    }
    auto grants = grants_of(*claims);
    expiries_.connection = claims->expires_at;
    if (!grants.empty()) opening_ = std::make_unique<Opening>(*connection_, exchange);
    hub::Transport& transport = opening_ ? static_cast<hub::Transport&>(*opening_) : *connection_;
    hub::SessionEvents& events = *this;
    session_.emplace(hub_, connection_->shard(), transport,
                     hub::Encoders{&connection_->encoder(push_writer()),
                                   &connection_->encoder(quiet_push_writer())},
                     events,
                     hub::Identity{.user = Bytes::copy_of(claims->user),
                                   .info = bytes_of(claims->info),
                                   .unrestricted = terms_.insecure});
    phase_ = Phase::connecting;
    if (grants.empty()) return finish_connect(exchange, {});
    opening_->awaited = grants.size();
    for (auto& [channel, grant] : grants) {
      if (phase_ == Phase::closed) return;
      join_as_granted(channel, std::move(grant), connect);
    }
  }

  void join_as_granted(const std::string& channel, hub::Grant grant, const Connect& connect) {
    hub::SubscribeOptions options{.grant = std::move(grant)};
    const auto since = std::ranges::find(connect.since, channel,
                                         &std::pair<std::string, hub::StreamPosition>::first);
    if (since != connect.since.end()) options.since = since->second;
    const auto from = options.since ? std::optional(options.since->offset) : std::nullopt;
    session_->subscribe(channel, std::move(options),
                        [this, channel, from](Result<hub::SubscribeReply> joined) {
                          on_joined_as_granted(channel, from, std::move(joined));
                        });
  }

  void on_joined_as_granted(const std::string& channel, std::optional<std::uint64_t> from,
                            Result<hub::SubscribeReply> joined) {
    if (phase_ == Phase::closed) return;
    if (joined.has_value()) {
      opening_->subs.emplace_back(channel, result_of(channel, from, *std::move(joined)));
    } else if (joined.error() == Errc::too_many_channels || error_info(joined.error()).retryable) {
      return close({joined.error()});
    } else if (joined.error() != Errc::unsubscribed) {  // the back end was quicker
      return refuse_token("it names a channel that there cannot be");
    }
    if (--opening_->awaited > 0) return;
    opening_->exchange.after = [this] {
      session_->move_to(*connection_);
      opening_->release();
      opening_.reset();
    };
    finish_connect(opening_->exchange, std::move(opening_->subs));
  }

  void finish_connect(Exchange& exchange,
                      std::vector<std::pair<std::string, SubscribeResult>> subs) {
    phase_ = Phase::connected;
    heartbeat_due_ = terms_.frame_pings ? TimePoint::max() : Clock::now() + options_.ping_interval;
    const auto ping = std::chrono::ceil<std::chrono::seconds>(options_.ping_interval).count();
    arm();
    answer(exchange, ConnectResult{.client = session_->identity().id,
                                   .version = options_.server_version,
                                   .ttl = ttl_until(expiries_.connection),
                                   .subs = std::move(subs),
                                   .ping_seconds = terms_.frame_pings ? 0 : ping});
  }

  void run(Exchange& exchange, Subscribe& subscribe) {
    if (subscribe.declined != Errc{}) return answer(exchange, subscribe.declined);
    hub::SubscribeOptions options{.since = subscribe.since, .join_leave = subscribe.join_leave};
    if (!subscribe.token.empty()) {
      std::string why;
      auto grant =
          granted(options_, terms_, session_->identity(), subscribe.channel, subscribe.token, why);
      if (!grant.has_value()) return refuse(exchange, grant.error(), why);
      options.grant = *std::move(grant);
    }
    session_->subscribe(subscribe.channel, std::move(options),
                        [this, &exchange](Result<hub::SubscribeReply> joined) {
                          on_joined(exchange, std::move(joined));
                        });
  }

  void on_joined(Exchange& exchange, Result<hub::SubscribeReply> joined) {
    const auto& subscribe = std::get<Subscribe>(exchange.command.request);
    if (!joined.has_value()) return answer(exchange, joined.error());
    const bool has_gap = subscribe.since && joined->recoverable && !joined->recovered;
    if (has_gap && subscribe.recovered_or_error) {
      session_->unsubscribe(subscribe.channel);
      return answer(exchange, Errc::unrecoverable_position);
    }
    const auto from = subscribe.since ? std::optional(subscribe.since->offset) : std::nullopt;
    answer(exchange, result_of(subscribe.channel, from, *std::move(joined)));
  }

  SubscribeResult result_of(const std::string& channel, std::optional<std::uint64_t> from,
                            hub::SubscribeReply joined) {
    set_expiry(channel, joined.expires_at);
    if (!joined.recoverable) from.reset();
    const auto ttl = ttl_until(joined.expires_at);
    return {std::move(joined), from, ttl};
  }

  void run(Exchange& exchange, const Unsubscribe& unsubscribe) {
    session_->unsubscribe(unsubscribe.channel);
    set_expiry(unsubscribe.channel, std::nullopt);
    answer(exchange, UnsubscribeResult{});
  }

  void run(Exchange& exchange, Publish& publish) {
    if (publish.declined != Errc{}) return answer(exchange, publish.declined);
    session_->publish(publish.channel, std::move(publish.payload), {},
                      answer_as<PublishResult, hub::PublishReply>(exchange));
  }

  void run(Exchange& exchange, const Presence& presence) {
    using Clients = std::vector<hub::ClientInfo>;
    session_->presence(presence.channel, answer_as<Clients, Clients>(exchange));
  }

  void run(Exchange& exchange, const PresenceStats& stats) {
    session_->presence_stats(stats.channel,
                             answer_as<hub::PresenceStats, hub::PresenceStats>(exchange));
  }

  void run(Exchange& exchange, const History& history) {
    session_->history(history.channel, history.query,
                      [this, &exchange](Result<hub::HistoryPage> page) {
                        if (!page.has_value()) return answer(exchange, page.error());
                        if (!page->complete) return answer(exchange, Errc::unrecoverable_position);
                        answer(exchange, *std::move(page));
                      });
  }

  void run(Exchange& exchange, const Refresh& refresh) {
    if (options_.verifier == nullptr) return answer(exchange, Errc::not_available);
    std::string why;
    Result<auth::ConnectionClaims> claims = authenticate(options_, terms_, refresh.token, why);
    if (claims.has_value() && claims->user != session_->user()) {
      why = "it is for another user";
      claims = Errc::unauthorized;
    }
    if (claims.has_value()) {
      renew(claims->expires_at, bytes_of(claims->info));
    } else if (!terms_.insecure) {
      return refuse(exchange, claims.error(), why);
    }
    answer(exchange, RefreshResult{session_->identity().id, options_.server_version,
                                   ttl_until(expiries_.connection)});
  }

  void run(Exchange& exchange, const SubRefresh& refresh) {
    if (refresh.declined != Errc{}) return answer(exchange, refresh.declined);
    if (options_.verifier == nullptr) return answer(exchange, Errc::not_available);
    if (!session_->is_subscribed(refresh.channel)) {
      return answer(exchange, Errc::permission_denied);
    }
    std::string why;
    const auto grant =
        granted(options_, terms_, session_->identity(), refresh.channel, refresh.token, why);
    if (!grant.has_value()) return refuse(exchange, grant.error(), why);
    std::optional<std::int64_t> expires_at;
    if (*grant) expires_at = (*grant)->expires_at;
    set_expiry(refresh.channel, expires_at);
    answer(exchange, SubRefreshResult{ttl_until(expires_at)});
  }

  // A back end that answers calls is not configured.
  void run(Exchange& exchange, Rpc) { answer(exchange, Errc::not_available); }
  void run(Exchange&, Send) { close({Errc::not_available}); }
  void run(Exchange&, Pong) {}

  void on_subscribed(const std::string& channel, hub::SubscribeReply reply) override {
    if (phase_ == Phase::closed) return;
    set_expiry(channel, reply.expires_at);
    const auto missed = std::move(reply.publications);
    tell(write_notice(Subscribed{channel, std::move(reply)}));
    std::string scratch;
    for (const hub::Publication& publication : missed) {
      push_writer().write(publication, scratch,
                          [this](const WireMessage& message) { tell(std::string(message.data)); });
    }
  }

  void on_unsubscribed(const std::string& channel, Errc reason) override {
    if (phase_ == Phase::closed) return;
    set_expiry(channel, std::nullopt);
    tell(write_notice(Unsubscribed{channel, reason}));
  }

  void on_refreshed(const hub::Refresh& refresh) override {
    if (phase_ == Phase::closed) return;
    if (refresh.expired) return close({Errc::connection_expired});
    renew(refresh.expires_at, refresh.info);
    tell(write_notice(Refreshed{ttl_until(expiries_.connection)}));
  }

  void renew(std::optional<std::int64_t> expires_at, const Bytes& info) {
    expiries_.connection = expires_at;
    if (!info.empty()) session_->set_info(info);
    arm();
  }

  void on_pong() {
    if (!awaits_pong_) return break_off("a pong without a ping");
    awaits_pong_ = false;
    heartbeat_due_ += options_.ping_interval - options_.pong_timeout;
    arm();
  }

  void on_heartbeat_due(TimePoint now) {
    if (phase_ != Phase::connected) return close({Errc::authentication_timeout});
    if (awaits_pong_) return close({Errc::pong_timeout});
    say(kPing);
    awaits_pong_ = true;
    heartbeat_due_ = now + options_.pong_timeout;
  }

  // Ends what has expired longer ago than the grace allows.
  void expire() {
    const std::int64_t latest = (wall_time_ms() - options_.expiry_grace.count()) / 1000;
    if (expiries_.connection && *expiries_.connection <= latest) {
      return close({Errc::connection_expired});
    }
    for (const std::string& channel : expiries_.take_expired(latest)) {
      session_->unsubscribe(channel);
      tell(write_notice(Unsubscribed{channel, Errc::subscription_expired}));
    }
  }

  void set_expiry(const std::string& channel, std::optional<std::int64_t> at) {
    expiries_.set(channel, at);
    if (at) arm();
  }

  // Wakes at the earliest of all that may become due.
  void arm() {
    if (phase_ == Phase::closed) return;
    Duration delay = kLongestSleep;
    const TimePoint now = Clock::now();
    if (heartbeat_due_ - now < delay) delay = std::chrono::ceil<Duration>(heartbeat_due_ - now);
    if (const auto expiry = expiries_.earliest()) {
      const std::int64_t due = *expiry * 1000 + options_.expiry_grace.count();
      delay = std::min(delay, Duration(due - wall_time_ms()));
    }
    connection_->wake_in(std::max(delay, Duration(0)));
  }

  void tell(std::string text) {
    if (opening_) return opening_->hold(std::move(text));
    say(text);
  }
  void say(ByteView text) { connection_->reply({false, text}); }

  void break_off(ByteView detail) {
    close({Errc::bad_command, 3501, "bad request: " + std::string(detail)});
  }
  void refuse_token(ByteView why) {
    close({Errc::unauthorized, 3500, "invalid token: " + std::string(why)});
  }
  void close(hub::Disconnect disconnect) {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    commands_.stop();
    if (disconnect.text.size() > kReasonBytes) disconnect.text.resize(kReasonBytes);
    connection_->close(disconnect);
  }

  const CentrifugeOptions& options_;
  hub::Hub& hub_;
  const Terms terms_;
  Connection* connection_ = nullptr;
  CommandQueue commands_{*this};
  RateLimit rate_;
  // Until the client is connected: when it must be; later, when a ping or its pong is due.
  TimePoint heartbeat_due_{};
  Expiries expiries_;
  Phase phase_ = Phase::opening;
  bool awaits_pong_ = false;
  std::unique_ptr<Opening> opening_;
  std::optional<hub::Session> session_;  // last: it leaves the hub before anything else goes
};

bool speaks_protobuf(const ConnectRequest& request) {
  const auto offers = [&](ByteView name) {
    return std::ranges::find(request.subprotocols, name) != request.subprotocols.end();
  };
  return request.parameter("cf_protocol") == "protobuf" ||
         request.parameter("format") == "protobuf" ||
         (offers("centrifuge-protobuf") && !offers("centrifuge-json"));
}

class CentrifugeKind final : public DialectKind {
 public:
  explicit CentrifugeKind(CentrifugeOptions options) : options_(std::move(options)) {}

  bool serves(ByteView path) const override { return path == options_.path; }
  std::vector<std::string> subprotocols() const override { return {"centrifuge-json"}; }

  Result<std::unique_ptr<Dialect>> connect(const ConnectRequest& request, hub::Hub& hub,
                                           std::string& detail) const override {
    if (speaks_protobuf(request)) {
      detail = "only the JSON form of the protocol is spoken";
      return Errc::http_bad_request;
    }
    Terms terms{.insecure = request.insecure,
                .frame_pings = request.parameter("cf_ws_frame_ping_pong") == "true"};
    if (options_.verifier == nullptr || request.insecure) {
      terms.user = request.parameter("username").value_or("");
    }
    if (!terms.user.empty() && !hub::is_valid_user_name(terms.user, options_.user_name_bytes)) {
      return Errc::bad_user_name;
    }
    return std::unique_ptr<Dialect>(
        std::make_unique<CentrifugeDialect>(options_, hub, std::move(terms)));
  }

 private:
  const CentrifugeOptions options_;
};

}  // namespace
}  // namespace centrifuge

std::unique_ptr<DialectKind> make_centrifuge(CentrifugeOptions options) {
  return std::make_unique<centrifuge::CentrifugeKind>(std::move(options));
}

}  // namespace parley::dialect
