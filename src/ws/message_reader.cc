#include "ws/message_reader.h"

#include <algorithm>
#include <limits>

#include "ws/deflate.h"

namespace parley::ws {
namespace {

// A message at the limit that does not compress is a little larger compressed: 5 bytes for each
// stored block and a few at the end.
std::uint64_t compressed_limit(std::uint64_t message_bytes) {
  const std::uint64_t slack = message_bytes / 1024 + 64;
  return message_bytes + std::min(slack, std::numeric_limits<std::uint64_t>::max() - message_bytes);
}

}  // namespace

Result<void> MessageReader::feed(std::span<char> bytes, const ReaderLimits& limits,
                                 Inflater* inflater, MessageSink& sink) {
  const auto result = run(bytes, limits, inflater, sink);
  if (result.has_error()) stopped_ = true;
  if (stopped_) release_buffer();
  return result;
}

bool MessageReader::mid_message() const {
  return !stopped_ && (in_frame_ || fragments_ != 0 || parser_.mid_header());
}

Result<void> MessageReader::run(std::span<char> bytes, const ReaderLimits& limits,
                                Inflater* inflater, MessageSink& sink) {
  while (!stopped_ && !bytes.empty()) {
    if (!in_frame_) {
      const auto header = parser_.take(bytes, inflater != nullptr);
      if (header.has_error()) return header.error();
      if (!header->has_value()) return {};
      if (const auto begun = begin_frame(**header, limits); begun.has_error()) return begun;
    }
    const auto part = bytes.first(std::min<std::uint64_t>(remaining_, bytes.size()));
    bytes = bytes.subspan(part.size());
    remaining_ -= part.size();
    in_frame_ = remaining_ != 0;
    if (frame_.mask != 0) frame_.mask = apply_mask(part.data(), part.size(), frame_.mask);
    const ByteView view(part.data(), part.size());
    const auto taken = is_control(frame_.opcode) ? take_control(view, sink)
                                                 : take_data(view, limits, inflater, sink);
    if (taken.has_error()) return taken;
  }
  return {};
}

Result<void> MessageReader::begin_frame(const FrameHeader& header, const ReaderLimits& limits) {
  frame_ = header;
  remaining_ = header.length;
  in_frame_ = true;
  if (is_control(header.opcode)) return {};

  const bool first = header.opcode != Opcode::continuation;
  if (first != (fragments_ == 0)) return Errc::ws_protocol_error;
  if (first) {
    kind_ = header.opcode;
    compressed_ = header.rsv1;
  }
  if (fragments_++ > limits.fragments) return Errc::ws_too_many_fragments;
  const std::uint64_t limit =
      compressed_ ? compressed_limit(limits.message_bytes) : limits.message_bytes;
  // The buffer never exceeds the limit, unless the limit was lowered; no sum that could wrap.
  if (buffer_.size() > limit || header.length > limit - buffer_.size()) {
    return Errc::ws_message_too_big;
  }
  return {};
}

Result<void> MessageReader::take_data(ByteView part, const ReaderLimits& limits, Inflater* inflater,
                                      MessageSink& sink) {
  if (kind_ == Opcode::text && !compressed_ && !utf8_.feed(part)) return Errc::ws_invalid_utf8;
  if (in_frame_ || !frame_.fin) {
    buffer_.append(part);
    return {};
  }
  if (buffer_.empty()) return finish_message(part, limits, inflater, sink);
  buffer_.append(part);
  return finish_message(buffer_, limits, inflater, sink);
}

Result<void> MessageReader::finish_message(ByteView payload, const ReaderLimits& limits,
                                           Inflater* inflater, MessageSink& sink) {
  if (compressed_) {
    const auto inflated = inflater->inflate(payload, limits.message_bytes);
    if (inflated.has_error()) return inflated.error();
    payload = *inflated;
    if (kind_ == Opcode::text && !utf8_.feed(payload)) return Errc::ws_invalid_utf8;
  }
  if (kind_ == Opcode::text && !utf8_.complete()) return Errc::ws_invalid_utf8;
  fragments_ = 0;
  if (!sink.on_message(kind_, payload)) stopped_ = true;
  release_buffer();
  return {};
}

// A control frame may stand between the fragments of a message, so what arrived of it waits behind
// the message's bytes.
Result<void> MessageReader::take_control(ByteView part, MessageSink& sink) {
  if (!in_frame_ && part.size() == frame_.length) return deliver_control(part, sink);
  buffer_.append(part);
  if (in_frame_) return {};
  const std::size_t message_size = buffer_.size() - frame_.length;
  const auto result = deliver_control(ByteView(buffer_).substr(message_size), sink);
  buffer_.resize(message_size);
  if (buffer_.empty()) release_buffer();
  return result;
}

Result<void> MessageReader::deliver_control(ByteView payload, MessageSink& sink) {
  bool go_on = false;
  switch (frame_.opcode) {
    case Opcode::ping: go_on = sink.on_ping(payload); break;
    case Opcode::pong: go_on = sink.on_pong(payload); break;
    default: return deliver_close(payload, sink);
  }
  if (!go_on) stopped_ = true;
  return {};
}

Result<void> MessageReader::deliver_close(ByteView payload, MessageSink& sink) {
  std::optional<std::uint16_t> code;
  if (!payload.empty()) {
    if (payload.size() < 2) return Errc::ws_bad_close;
    code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
    if (!may_be_received(*code)) return Errc::ws_bad_close;
    payload.remove_prefix(2);
    if (!is_valid_utf8(payload)) return Errc::ws_invalid_utf8;
  }
  stopped_ = true;
  sink.on_close(code, payload);
  return {};
}

// clear() would keep the capacity for as long as the connection lives.
void MessageReader::release_buffer() { std::string().swap(buffer_); }

}  // namespace parley::ws
