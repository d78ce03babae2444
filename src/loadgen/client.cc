#include "loadgen/client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/ids.h"
#include "base/text.h"
#include "ws/frame_writer.h"
#include "ws/handshake.h"

namespace parley::loadgen {
namespace {

using runtime::IoResult;

constexpr std::size_t kMaxResponse = 64 * 1024;  // of the handshake, with an error's body
constexpr ws::ReaderLimits kLimits{.message_bytes = 64 << 20, .fragments = 1 << 20};

ByteView header_of(ByteView head, ByteView name) {
  for (std::size_t at = head.find("\r\n"); at != ByteView::npos; at = head.find("\r\n", at)) {
    at += 2;
    const ByteView line = head.substr(at, head.find("\r\n", at) - at);
    const std::size_t colon = line.find(':');
    if (colon != ByteView::npos && equals_ignore_case(line.substr(0, colon), name)) {
      return trim(line.substr(colon + 1));
    }
  }
  return {};
}

// "HTTP 403: …", with the server's own words if there are any.
std::string refusal(ByteView response) {
  const std::size_t end = response.find("\r\n\r\n");
  ByteView body = end == ByteView::npos ? ByteView() : response.substr(end + 4);
  if (body.size() > 300) body = body.substr(0, 300);
  const ByteView status = response.substr(0, response.find("\r\n"));
  const std::size_t space = status.find(' ');
  std::string words = "the server answered HTTP " +
                      std::string(space == ByteView::npos ? status : status.substr(space + 1));
  if (!body.empty()) words += ": " + std::string(trim(body));
  return words;
}

}  // namespace

Client::Client(ClientContext& context, const Endpoint& endpoint, ClientEvents& events)
    : context_(context), endpoint_(endpoint), events_(events) {}

Client::~Client() = default;

void Client::open(WireKind kind, Login login, std::uint64_t serial) {
  wire_ = make_wire(kind, std::move(login));
  reader_ = std::make_unique<ws::MessageReader>(ws::Role::client);
  response_.clear();
  ending_.reset();
  frozen_ = false;
  deflate_ = false;
  phase_ = Phase::connecting;
  context_.shard.schedule(*this, context_.connect_timeout);
  fd_ = start_connecting(endpoint_, serial);
  if (fd_ < 0) {
    return end({.words = std::string("cannot make a connection: ") + std::strerror(errno)});
  }
  stream_ = endpoint_.tls ? make_tls_stream(context_.shard, fd_, *this, *context_.tls)
                          : make_tcp_stream(context_.shard, fd_, *this);
  stream_->wait_writable();
  if (endpoint_.tls) connected();  // the TLS handshake begins by itself when the socket is there
}

void Client::publish(std::uint32_t id, ByteView channel, ByteView data) {
  if (phase_ != Phase::open) return;
  Wire::Out out;
  wire_->publish(id, channel, data, out);
  say(out);
}

bool Client::direct(std::uint32_t id, ByteView user, ByteView data) {
  if (phase_ != Phase::open) return true;
  Wire::Out out;
  const bool can = wire_->direct(id, user, data, out);
  say(out);
  return can;
}

bool Client::members(std::uint32_t id, ByteView channel) {
  if (phase_ != Phase::open) return true;
  Wire::Out out;
  const bool can = wire_->members(id, channel, out);
  say(out);
  return can;
}

void Client::close(std::uint16_t code) {
  if (phase_ != Phase::open) return drop();
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
  send(ws::Opcode::close, payload);
  // The server answers and closes; if not, the timer ends it.
  context_.shard.schedule(*this, context_.connect_timeout);
}

void Client::drop() {
  if (phase_ == Phase::over) return;
  const linger reset{.l_onoff = 1, .l_linger = 0};
  if (stream_) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  end({.words = "dropped by this client"});
}

void Client::freeze() {
  frozen_ = true;
  if (stream_) stream_->pause_reading();
}

void Client::thaw() {
  if (!frozen_) return;
  frozen_ = false;
  if (phase_ == Phase::over || !stream_) return;
  stream_->start_reading();
  if (!outbox_.empty()) context_.shard.mark_dirty(*this);
}

void Client::connected() {
  phase_ = Phase::upgrading;
  key_ = base64_encode(random_id(8));
  const std::string target = endpoint_.path.empty() ? wire_->target() : endpoint_.path;
  outbox_.push(Frame::join(ws::make_client_request({.host = endpoint_.authority(),
                                                    .target = target,
                                                    .key = key_,
                                                    .deflate = context_.deflate}),
                           {}));
  context_.shard.mark_dirty(*this);
  stream_->start_reading();
}

void Client::on_writable() {
  if (phase_ == Phase::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      return end({.refused = error == ECONNREFUSED,
                  .words = error == ECONNREFUSED
                               ? "nothing listens at " + endpoint_.authority()
                               : std::string("cannot connect: ") + std::strerror(error)});
    }
    return connected();
  }
  context_.shard.mark_dirty(*this);
}

void Client::on_readable() {
  if (ending_ || frozen_) return;
  const std::span<char> buffer = context_.shard.receive_buffer();
  const IoResult got = stream_->read(buffer);
  if (got.status == IoResult::Status::would_block) return;
  if (got.status == IoResult::Status::closed) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return end({.refused = error == ECONNREFUSED,
                .words = error == ECONNREFUSED ? "nothing listens at " + endpoint_.authority()
                         : phase_ == Phase::upgrading && !response_.empty()
                             ? refusal(response_)
                             : "the server cut the connection"});
  }
  context_.bytes_received += got.bytes;
  if (phase_ == Phase::upgrading) {
    read_response(buffer.first(got.bytes));
  } else {
    read_frames(buffer.first(got.bytes));
  }
}

void Client::on_timer() {
  end({.words = phase_ == Phase::open ? "the server did not close its side"
                                      : "no answer within the connect timeout"});
}

void Client::read_response(std::span<char> bytes) {
  response_.append(bytes.data(), bytes.size());
  const std::size_t head_end = response_.find("\r\n\r\n");
  if (head_end == std::string::npos) {
    if (response_.size() > kMaxResponse) end({.words = "the answer to the handshake has no end"});
    return;
  }
  const ByteView head = ByteView(response_).substr(0, head_end + 2);
  if (!head.starts_with("HTTP/1.1 101")) {
    // The rest of the words may follow; the server closes behind them.
    const ByteView length = header_of(head, "Content-Length");
    const bool whole = response_.size() - head_end - 4 >= std::strtoul(length.data(), nullptr, 10);
    if (whole || response_.size() > kMaxResponse) end({.words = refusal(response_)});
    return;
  }
  if (!ws::check_accept(key_, header_of(head, "Sec-WebSocket-Accept"))) {
    return end({.words = "the server's Sec-WebSocket-Accept is wrong: no WebSocket server"});
  }
  deflate_ =
      header_of(head, "Sec-WebSocket-Extensions").find("permessage-deflate") != ByteView::npos;
  std::string early = response_.substr(head_end + 4);
  response_ = {};
  phase_ = Phase::open;
  Timer::cancel();
  Wire::Out out;
  wire_->open(out, events_);
  say(out);
  if (!early.empty()) read_frames({early.data(), early.size()});
}

void Client::read_frames(std::span<char> bytes) {
  ws::Inflater* inflater = deflate_ ? &context_.inflater : nullptr;
  const auto fed = reader_->feed(bytes, kLimits, inflater, *this);
  if (!fed.has_value()) {
    end({.was_open = true,
         .words =
             "the server broke the protocol: " + std::string(error_info(fed.error()).meaning)});
  }
}

bool Client::on_message(ws::Opcode, ByteView payload) {
  ++context_.messages_received;
  if (events_.take(payload)) return !ending_;
  Wire::Out out;
  wire_->on_message(payload, out, events_);
  say(out);
  return !ending_;
}

bool Client::on_ping(ByteView payload) {
  send(ws::Opcode::pong, payload);
  return true;
}

void Client::on_close(std::optional<std::uint16_t> code, ByteView reason) {
  std::string words = "the server closed with " + std::to_string(code.value_or(1005));
  if (!reason.empty()) words += " (" + std::string(reason) + ")";
  if (code) {  // section 5.5.1: the answer carries the code that was received
    const char payload[] = {static_cast<char>(*code >> 8), static_cast<char>(*code)};
    send(ws::Opcode::close, {payload, sizeof payload});
    write();
  }
  end({.was_open = true, .code = code.value_or(1005), .words = std::move(words)});
}

void Client::say(Wire::Out& messages) {
  for (const std::string& message : messages) send(ws::Opcode::text, message);
}

void Client::send(ws::Opcode opcode, ByteView payload) {
  if (phase_ != Phase::open || ending_) return;
  next_mask_ = next_mask_ * 1664525 + 1013904223;  // any sequence will do: nobody is between us
  outbox_.push(Frame::join(ws::make_client_frame(opcode, payload, next_mask_), {}));
  context_.shard.mark_dirty(*this);
}

void Client::flush() {
  if (ending_) {
    const Ending ending = *std::exchange(ending_, std::nullopt);
    stream_.reset();
    reader_.reset();
    wire_.reset();
    outbox_.clear();
    fd_ = -1;
    phase_ = Phase::over;
    return events_.on_ended(ending);  // which may destroy this
  }
  if (phase_ == Phase::upgrading || phase_ == Phase::open) write();
}

void Client::write() {
  if (outbox_.empty() || frozen_) return;
  const IoResult result = outbox_.write_to(*stream_);
  if (result.status == IoResult::Status::would_block) return stream_->wait_writable();
  // What the server had to say before it cut the connection is still to be read: reading tells.
}

void Client::end(Ending ending) {
  if (ending_ || phase_ == Phase::over) return;
  ending.was_open |= phase_ == Phase::open;
  ending_ = std::move(ending);
  Timer::cancel();
  if (stream_) stream_->pause_reading();
  context_.shard.mark_dirty(*this);
}

}  // namespace parley::loadgen
