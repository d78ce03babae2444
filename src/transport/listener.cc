#include "transport/listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "http/response.h"
#include "transport/transports.h"
#include "transport/ws_encoder.h"
#include "ws/frame_writer.h"

namespace parley::transport {

using metrics::Counter;

namespace {

constexpr Duration kDrainStep{50};

}  // namespace

class Listener::DrainTimer final : public runtime::Timer {
 public:
  explicit DrainTimer(Listener& listener) : listener_(listener) {}
  void on_timer() override { listener_.drain_some(); }

 private:
  Listener& listener_;
};

Listener::Listener(runtime::Shard& shard, const Front& front, http::Router router)
    : shard_(shard), front_(front), router_(std::move(router)) {}

Listener::~Listener() {
  while (!connections_.empty()) destroy(connections_.front());
}

void Listener::listen(int listening_fd, Door door, HandOn hand_on) {
  acceptors_.push_back(std::make_unique<runtime::Acceptor>(
      shard_, listening_fd,
      [this, door, hand_on = std::move(hand_on)](int fd, const runtime::PeerAddress& peer) {
        if (hand_on) {
          hand_on(fd, peer);
        } else {
          adopt(fd, peer, door);
        }
      }));
}

void Listener::adopt(int fd, const runtime::PeerAddress& peer, Door door) {
  const Options& limits = options();
  std::optional<ConnectionCounts::Cell> cell;
  if (!draining_) {
    cell = front_.counts.try_open(peer.text, limits.connections, limits.connections_per_address);
  }
  if (!cell) {
    shard_.counters().add(draining_ ? Errc::shutdown : Errc::too_many_connections);
    refuse(fd, door.tls);
    return;
  }
  shard_.counters().add(Counter::connections_opened);
  add(make_http_connection(*this, fd, peer, *cell, door));
}

void Listener::refuse(int fd, bool tls) {
  if (!tls) {  // before a TLS handshake there is no way to say anything
    const Errc reason = draining_ ? Errc::shutdown : Errc::too_many_connections;
    const auto response = http::serialize(http::problem(reason), {.keep_alive = false});
    const ByteView bytes = response->view();
    // Fits into an empty socket buffer; should it not, the refusal alone will do.
    [[maybe_unused]] const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::shutdown(fd, SHUT_WR);
  }
  ::close(fd);
}

void Listener::add(std::unique_ptr<Connection> connection) {
  connections_.push_back(*connection.release());
  ++connection_count_;
}

void Listener::destroy(Connection& connection) {
  delete &connection;  // leaves the list by itself
  --connection_count_;
}

void Listener::count_closed(ConnectionCounts::Cell cell) {
  front_.counts.close(cell);
  shard_.counters().add(Counter::connections_closed);
}

hub::Encoder& Listener::encoder(const dialect::PayloadWriter& writer, int window_bits) {
  auto& encoder = encoders_[{&writer, window_bits}];
  if (encoder == nullptr) encoder = std::make_unique<WsEncoder>(*this, writer, window_bits);
  return *encoder;
}

LocalPtr<Frame> Listener::frame_of(const dialect::WireMessage& message, int window_bits) {
  const auto opcode = message.binary ? ws::Opcode::binary : ws::Opcode::text;
  if (window_bits != 0 && message.data.size() >= options().compression_threshold) {
    auto& deflater = deflaters_[window_bits];
    if (deflater == nullptr) {
      deflater = std::make_unique<ws::Deflater>(window_bits, options().compression_level);
    }
    if (const auto compressed = deflater->deflate(message.data)) {
      shard_.counters().add(Counter::frames_compressed);
      return ws::make_frame(opcode, *compressed, true);
    }
  }
  return ws::make_frame(opcode, message.data);
}

void Listener::drain(Duration spread, Duration deadline, std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  for (auto& acceptor : acceptors_) acceptor->stop();
  const auto steps = static_cast<std::size_t>(std::max<std::int64_t>(spread / kDrainStep, 1));
  drain_step_ = connection_count_ / steps + 1;
  drain_deadline_ = Clock::now() + deadline;
  drain_timer_ = std::make_unique<DrainTimer>(*this);
  drain_some();
}

void Listener::drain_some() {
  if (connections_.empty()) {
    if (auto done = std::exchange(drained_, nullptr)) done();
    return;
  }
  const bool too_late = Clock::now() >= drain_deadline_;
  std::size_t left = too_late ? connection_count_ : drain_step_;
  for (auto at = connections_.begin(); at != connections_.end() && left > 0; --left) {
    Connection& connection = *at;
    ++at;
    // Those that were asked go to the back, so that each step finds new ones at the front.
    connections_.splice(connections_.end(), connections_, connections_.iterator_to(connection));
    if (too_late) {
      connection.end();
    } else {
      connection.drain();
    }
  }
  shard_.schedule(*drain_timer_, kDrainStep);
}

}  // namespace parley::transport
