// WebSocket over one stream: frames to messages for the dialect, pushes to the outbox, pings, the
// close handshake, and the slow-consumer rule. Tables are left as soon as the end is decided, not
// when the socket is gone.
#include "transport/listener.h"
#include "transport/transports.h"
#include "ws/frame_writer.h"
#include "ws/message_reader.h"

namespace parley::transport {
namespace {

using metrics::Counter;

constexpr Duration kLongestSleep{3'600'000};

class WsTransport final : public Connection, private dialect::Connection, private ws::MessageSink {
 public:
  WsTransport(Listener& listener, Upgrade upgrade)
      : transport::Connection(listener), dialect_(std::move(upgrade.dialect)), cell_(upgrade.cell) {
    const ws::DeflateAgreement& deflate = upgrade.handshake.deflate;
    if (deflate.enabled) window_bits_ = static_cast<std::uint8_t>(deflate.server_max_window_bits);
    stream_ = std::move(upgrade.stream);
    stream_->set_events(*this);
    stream_->start_reading();
    enqueue(Frame::join(upgrade.handshake.response, {}));
    arm(listener.options().ping_interval);
  }

  ~WsTransport() override {
    on_over();
    listener_.count_closed(cell_);
  }

  void open(std::span<char> early) {
    dialect_->on_open(*this);
    if (!early.empty()) on_bytes(early);
  }

  void drain() override { close({Errc::shutdown}); }

 private:
  // hub::Transport and dialect::Connection

  void send(const LocalPtr<Frame>& frame) override {
    if (phase() != Phase::open || close_reason_ != Errc{}) return;
    enqueue(frame);
    if (outbox_.backlog() > listener_.options().outbox_bytes) relieve();
  }

  void close(const hub::Disconnect& disconnect) override {
    if (phase() != Phase::open || close_reason_ != Errc{}) return;
    close_reason_ = disconnect.reason;
    const dialect::CloseWords words = dialect_->close_words(disconnect);
    close_frame_ = ws::make_close_frame(words.code, words.text);
    listener_.shard().mark_dirty(*this);
  }

  void wake_in(Duration delay) override {
    dialect_due_ = Clock::now() + delay;
    arm(next_deadline());
  }

  void use_own_heartbeat() override { own_heartbeat_ = true; }

  std::size_t shard() const override { return listener_.shard().index(); }

  hub::Encoder& encoder(const dialect::PayloadWriter& writer) override {
    return listener_.encoder(writer, window_bits_);
  }

  void reply(const dialect::WireMessage& message) override {
    send(listener_.frame_of(message, window_bits_));
  }

  // A burst within one turn is no slowness: only what the socket does not take now counts. Channels
  // whose rules say so lose messages instead of the client its connection.
  void relieve() {
    const std::size_t limit = listener_.options().outbox_bytes;
    const auto result = outbox_.write_to(*stream_);
    listener_.shard().counters().add(Counter::bytes_sent, result.bytes);
    if (outbox_.backlog() <= limit) return;
    listener_.shard().counters().add(Counter::messages_dropped, outbox_.drop_lanes(limit / 2));
    if (outbox_.backlog() > limit) close({Errc::slow_consumer});
  }

  void before_flush() override {
    if (close_reason_ == Errc{}) return;
    listener_.shard().counters().add(close_reason_);
    finish(std::move(close_frame_));
  }

  // The peer broke the protocol: nothing more is read, but what it said before comes back to it
  // first.
  void fail(Errc reason) {
    dialect_->settle([this, reason] { close({reason}); });
  }

  // Sends the last frame and waits for the peer to close.
  void finish(LocalPtr<Frame> close_frame) {
    if (close_reason_ == Errc::slow_consumer) outbox_.drop_unsent();
    on_over();
    enqueue(std::move(close_frame));
    end_after_writing();
  }

  void on_over() override { dialect_.reset(); }

  // ws::MessageSink

  bool on_message(ws::Opcode kind, ByteView payload) override {
    listener_.shard().counters().add(Counter::messages_received);
    message_began_ = silent_since_;  // of the next one, should its first bytes be here already
    dialect_->on_message({kind == ws::Opcode::binary, payload});
    return close_reason_ == Errc{};
  }

  bool on_ping(ByteView payload) override {
    send(ws::make_frame(ws::Opcode::pong, payload));
    return close_reason_ == Errc{};
  }

  bool on_pong(ByteView) override { return true; }  // any byte is a sign of life

  void on_close(std::optional<std::uint16_t> code, ByteView) override {
    // Section 5.5.1: the answer carries the code that was received.
    finish(code ? ws::make_close_frame(*code, {}) : ws::make_frame(ws::Opcode::close, {}));
  }

  void on_bytes(std::span<char> bytes) override {
    if (phase() != Phase::open || close_reason_ != Errc{}) return;
    awaits_pong_ = false;
    silent_since_ = Clock::now();
    auto* inflater = window_bits_ != 0 ? &listener_.inflater() : nullptr;
    const bool was_mid_message = reader_.mid_message();
    const auto fed = reader_.feed(bytes, listener_.options().ws, inflater, *this);
    if (!fed.has_value()) return fail(fed.error());
    if (reader_.mid_message() && !was_mid_message) {
      message_began_ = silent_since_;
      if (phase() == Phase::open) arm(next_deadline());
    }
  }

  // One timer serves pings, the message timeout and the dialect: it wakes at the earliest of them.
  Duration next_deadline() const {
    const Options& options = listener_.options();
    TimePoint due = dialect_due_;
    if (!own_heartbeat_) {
      due = std::min(due,
                     silent_since_ + (awaits_pong_ ? options.pong_timeout : options.ping_interval));
    }
    if (reader_.mid_message()) due = std::min(due, message_began_ + options.message_timeout);
    const TimePoint now = Clock::now();
    if (due - now > kLongestSleep) return kLongestSleep;
    return std::max(std::chrono::ceil<Duration>(due - now), Duration(0));
  }

  void on_deadline() override {
    const Options& options = listener_.options();
    const TimePoint now = Clock::now();
    if (now >= dialect_due_) {
      dialect_due_ = TimePoint::max();
      dialect_->on_tick();
      if (close_reason_ != Errc{}) return;
    }
    if (reader_.mid_message() && now >= message_began_ + options.message_timeout) {
      return close({Errc::message_timeout});
    }
    if (own_heartbeat_) return arm(next_deadline());
    if (awaits_pong_ && now >= silent_since_ + options.pong_timeout)
      return close({Errc::pong_timeout});
    if (!awaits_pong_ && now >= silent_since_ + options.ping_interval) {
      awaits_pong_ = true;
      silent_since_ = now;
      send(ws::make_frame(ws::Opcode::ping, {}));
    }
    arm(next_deadline());
  }

  std::unique_ptr<dialect::Dialect> dialect_;  // null once the end is decided
  ws::MessageReader reader_{ws::Role::server};
  TimePoint silent_since_ = Clock::now();  // heard of then, or pinged if it awaits a pong
  TimePoint message_began_{};
  TimePoint dialect_due_ = TimePoint::max();
  LocalPtr<Frame> close_frame_;
  const ConnectionCounts::Cell cell_;
  Errc close_reason_{};           // set: the close frame goes out at the end of the turn
  std::uint8_t window_bits_ = 0;  // 0: not compressed
  bool awaits_pong_ = false;
  bool own_heartbeat_ = false;
};

}  // namespace

void start_websocket(Listener& listener, Upgrade upgrade) {
  const std::span<char> early = upgrade.early;
  auto connection = std::make_unique<WsTransport>(listener, std::move(upgrade));
  WsTransport& started = *connection;
  listener.add(std::move(connection));
  started.open(early);
}

}  // namespace parley::transport
