// HTTP/1.1 over one stream: requests are answered one after the other (pipelined ones wait), each
// has one deadline for all of it, and a WebSocket handshake hands the stream on. A body with a
// source is sent piece by piece: the next is asked for when the one before it has been written.
#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "http/parser.h"
#include "http/response.h"
#include "transport/listener.h"
#include "transport/transports.h"

namespace parley::transport {
namespace {

using metrics::Counter;

// Answers that may wait to be written before the next pipelined request is looked at: enough for
// many small ones to leave in one write, and however large they are, there are never many.
constexpr std::size_t kAnswersAhead = 64 * 1024;

// What was asked for may still be done.
constexpr const char* kTooSlow = "the answer took longer than limits.request_timeout";

class HttpConnection final : public Connection {
 public:
  HttpConnection(Listener& listener, int fd, const runtime::PeerAddress& peer,
                 ConnectionCounts::Cell cell, Door door)
      : Connection(listener),
        peer_{peer.text, door.tls, peer.loopback, door.insecure},
        cell_(cell),
        parser_(listener.options().http),
        answer_to_(LocalPtr<AnswerTo>::adopt(new AnswerTo(this))) {
    stream_ = door.tls
                  ? runtime::make_tls_stream(listener.shard(), fd, *this, *listener.front().tls)
                  : runtime::make_tcp_stream(listener.shard(), fd, *this);
    stream_->start_reading();
    arm(listener.options().request_timeout);
  }

  ~HttpConnection() override {
    answer_to_->connection = nullptr;
    if (stream_) listener_.count_closed(cell_);  // otherwise the WebSocket counts it
  }

  void drain() override {
    if (phase() != Phase::open) return;
    last_ = true;
    if (is_idle() && outbox_.empty()) end_after_writing();
  }

 private:
  // How an answer that comes later finds its connection, or finds it gone.
  struct AnswerTo : LocalCounted {
    explicit AnswerTo(HttpConnection* to) : connection(to) {}
    static void destroy(AnswerTo* self) { delete self; }
    HttpConnection* connection;
  };

  void on_bytes(std::span<char> bytes) override {
    if (phase() != Phase::open) return;
    while (!bytes.empty() && stream_ && phase() == Phase::open) {
      if (answering_) {
        waiting_.append(bytes.data(), bytes.size());
        stream_->pause_reading();  // so that `waiting_` never grows beyond one read
        return;
      }
      const bool was_started = parser_.started();
      std::size_t consumed = 0;
      http::ParseFault fault;
      const auto state = parser_.feed({bytes.data(), bytes.size()}, consumed, &fault);
      bytes = bytes.subspan(consumed);
      if (!state.has_value()) return refuse(state.error(), fault.detail);
      if (!was_started) arm(listener_.options().request_timeout);
      if (parser_.wants_continue()) enqueue(Frame::join("HTTP/1.1 100 Continue\r\n\r\n", {}));
      if (*state == http::RequestParser::State::complete) on_request(bytes);
    }
  }

  void on_request(std::span<char> rest) {
    listener_.shard().counters().add(Counter::http_requests);
    const http::Request& request = parser_.request();
    answering_ = true;
    arm(listener_.options().request_timeout);  // what the answer may take, now that all has come
    note(request);
    keep_alive_ = request.keep_alive;
    const http::OriginRules& origins = listener_.front().origins;
    if (const auto preflight = origins.preflight(request, peer_)) {
      cors_.clear();  // it has its own
      return answer(*preflight);
    }
    if (!origins.allows(request, peer_)) {
      return refuse_request(Errc::http_forbidden_origin, origin_hint(request));
    }
    if (ws::wants_upgrade(request)) {
      if (const auto* kind = dialect_for(request)) return upgrade(request, *kind, rest);
    }
    listener_.router().dispatch(request, peer_, [to = answer_to_](http::Response response) {
      if (to->connection != nullptr) to->connection->answer(std::move(response));
    });
  }

  // What the answer must know when the request's own bytes are gone; of a request that broke off,
  // as far as it was understood.
  void note(const http::Request& request) {
    is_head_ = request.method == "HEAD";
    minor_version_ = request.minor_version;
    http::Response cors;
    listener_.front().origins.add_cors(request, cors);
    cors_ = std::move(cors.headers);
  }

  static std::string origin_hint(const http::Request& request) {
    const auto origin = request.header("Origin");
    const std::string whose = origin ? std::string(*origin)
                                     : "http://" + std::string(request.header("Host").value_or(""));
    return "to let pages of " + whose +
           " in, start with --allow-origin or set http.allowed_origins";
  }

  const dialect::DialectKind* dialect_for(const http::Request& request) const {
    const auto path = request.decoded_path();
    if (!path) return nullptr;
    for (const auto* kind : listener_.front().dialects) {
      if (kind->serves(*path)) return kind;
    }
    return nullptr;
  }

  void upgrade(const http::Request& request, const dialect::DialectKind& kind,
               std::span<char> rest) {
    ByteView fault;
    auto handshake =
        ws::accept(request, {listener_.options().compression, kind.subprotocols()}, fault);
    if (!handshake.has_value()) return refuse_request(handshake.error(), std::string(fault));
    if (listener_.draining()) return refuse_request(Errc::shutdown, {});
    dialect::ConnectRequest opening{
        *request.decoded_path(),
        [&request](ByteView name) { return request.query_parameter(name); },
        {},
        peer_.insecure};
    for (const ByteView offered : request.elements("Sec-WebSocket-Protocol")) {
      opening.subprotocols.emplace_back(offered);
    }
    std::string detail;
    auto dialect = kind.connect(opening, listener_.front().hub, detail);
    if (!dialect.has_value()) {
      return refuse_request(dialect.error(), detail);
    }
    start_websocket(listener_,
                    {std::move(stream_), std::move(*dialect), std::move(*handshake), cell_, rest});
    end();
  }

  // A request that broke the rules of HTTP: nothing behind it can be trusted to be a request.
  void refuse(Errc code, std::string_view detail) {
    answering_ = true;
    keep_alive_ = false;
    note(parser_.request());
    refuse_request(code, std::string(detail));
  }

  void refuse_request(Errc code, const std::string& detail) {
    listener_.shard().counters().add(code);
    log::debug("{} refused: {} {}", peer_.address, error_info(code).name, detail);
    http::Response response = http::problem(code, detail);
    if (code == Errc::http_upgrade_required) {
      response.add("Sec-WebSocket-Version", "13");
      response.add("Upgrade", "websocket");
    }
    if (code == Errc::http_method_not_allowed) response.add("Allow", "GET");
    if (code == Errc::overloaded) response.add("Retry-After", "1");
    answer(std::move(response));
  }

  void answer(http::Response response) {
    if (phase() != Phase::open || !answering_ || source_) return;
    for (auto& [name, value] : cors_) response.add(std::move(name), std::move(value));
    // Later it may turn out that it does not stay; the other way round it may not.
    stays_ = keep_alive_ && !last_ && !response.close && !listener_.draining();
    enqueue(http::serialize(response, {is_head_, stays_, minor_version_}));
    answer_due_ = reading_due(response.content_length());
    arm_reading();
    left_ = response.source && !is_head_ ? response.source->size() : 0;
    if (left_ == 0) return answered();
    source_ = response.source;  // on_written() asks it
  }

  void send_piece() {
    source_->next([to = answer_to_](Result<std::string> piece) {
      if (to->connection != nullptr) to->connection->on_piece(piece);
    });
  }

  void on_piece(const Result<std::string>& piece) {
    if (phase() != Phase::open || !source_) return;
    // The length was promised: that it cannot be kept is told by cutting the connection.
    if (!piece.has_value() || piece->empty() || piece->size() > left_) return end();
    left_ -= piece->size();
    enqueue(Frame::join(*piece, {}));
    arm_reading();
    if (left_ == 0) answered();
  }

  // A client may read as slowly as limits.answer_rate lets it.
  TimePoint reading_due(std::uint64_t bytes) const {
    constexpr std::uint64_t kLongest = 365 * 24 * 3600;
    const Options& options = listener_.options();
    const std::uint64_t seconds =
        options.answer_rate == 0 ? kLongest : std::min(bytes / options.answer_rate, kLongest);
    return Clock::now() + options.keep_alive_timeout + std::chrono::seconds(seconds);
  }

  // Anew whenever some of an answer was taken.
  void arm_reading() {
    const auto left = std::chrono::ceil<Duration>(answer_due_ - Clock::now());
    arm(std::clamp(left, Duration(0), listener_.options().keep_alive_timeout));
  }

  void answered() {
    source_.reset();
    // Then on_written() goes on. What ends the connection is always written first.
    written_behind_ = !outbox_.empty() && (!goes_on() || outbox_.backlog() > kAnswersAhead);
    if (!written_behind_) next_request();
  }

  bool goes_on() const { return stays_ && !last_ && !listener_.draining(); }
  bool is_idle() const { return !answering_ && !parser_.started(); }

  void next_request() {
    answering_ = false;
    if (!goes_on()) {
      stream_->start_reading();  // until the peer has closed its side
      return end_after_writing();
    }
    parser_.next();  // (one that broke off in a request has no next)
    if (!waiting_.empty())
      listener_.shard().post([to = answer_to_] {
        if (to->connection != nullptr) to->connection->go_on();
      });
    if (waiting_.empty()) stream_->start_reading();
  }

  // With the requests that came while one was being answered.
  void go_on() {
    if (phase() != Phase::open || answering_) return;
    std::string bytes = std::exchange(waiting_, {});
    stream_->start_reading();
    on_bytes(bytes);
  }

  void on_written() override {
    if (source_) return send_piece();
    if (std::exchange(written_behind_, false)) next_request();
    if (phase() != Phase::open || !is_idle()) return;
    if (last_) return end_after_writing();
    arm(listener_.options().keep_alive_timeout);
  }

  void on_progress() override {
    if (source_ || written_behind_ || is_idle()) arm_reading();
  }

  void on_deadline() override {
    if (parser_.started() && !answering_) return refuse(Errc::http_request_timeout, {});
    if (answering_ && !source_ && !written_behind_) {
      keep_alive_ = false;
      return refuse_request(Errc::overloaded, kTooSlow);
    }
    const bool too_slow = !outbox_.empty() && Clock::now() >= answer_due_;
    listener_.shard().counters().add(too_slow ? Errc::slow_consumer : Errc::idle_timeout);
    end();  // a client that has not said anything, or does not read its answer, is told nothing
  }

  const http::Peer peer_;
  const ConnectionCounts::Cell cell_;
  http::RequestParser parser_;
  LocalPtr<AnswerTo> answer_to_;
  std::string waiting_;                       // bytes behind the request that is being answered
  std::shared_ptr<http::BodySource> source_;  // of the body that is being sent
  std::uint64_t left_ = 0;                    // bytes that it has still to give
  TimePoint answer_due_{};                    // by when the answer must have been read
  std::vector<std::pair<std::string, std::string>> cors_;  // headers of the answer
  bool answering_ = false;
  bool written_behind_ = false;  // the answer is made, and waits behind too many bytes
  bool stays_ = false;           // the answer said that the connection goes on
  bool last_ = false;            // close after this answer
  bool is_head_ = false;
  bool keep_alive_ = false;
  int minor_version_ = 1;
};

}  // namespace

std::unique_ptr<Connection> make_http_connection(Listener& listener, int fd,
                                                 const runtime::PeerAddress& peer,
                                                 ConnectionCounts::Cell cell, Door door) {
  return std::make_unique<HttpConnection>(listener, fd, peer, cell, door);
}

}  // namespace parley::transport
