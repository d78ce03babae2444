// MessageReader turns the bytes of one connection into messages and control frames: it unmasks in
// place, joins fragments, inflates and checks UTF-8. One per connection, on its shard; 96 bytes and
// no heap while nothing is half-received. A message that lies whole in the fed bytes is handed over
// without a copy; otherwise its beginning waits in one buffer that grows with what has arrived,
// never with what was announced, and is released with the message.
//
// A fault is told at the earliest byte that proves it: a length above the limit before its payload,
// a wrong UTF-8 byte before its message ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/text.h"
#include "ws/frame.h"
#include "ws/frame_parser.h"

namespace parley::ws {

class Inflater;

struct ReaderLimits {
  std::uint64_t message_bytes;  // after inflating; the limit itself is allowed
  std::uint32_t fragments;      // frames of one message behind its first, empty ones included
};

// Hears what a reader finds, in the order of the wire. Views live until the call returns; the
// reader must outlive the call. Answering false stops the reader for good: the connection is
// ending.
class MessageSink {
 public:
  virtual bool on_message(Opcode kind, ByteView payload) = 0;  // kind is text or binary
  virtual bool on_ping(ByteView payload) = 0;
  virtual bool on_pong(ByteView payload) = 0;
  // No code: the close frame was empty. Always the last call: what follows a close frame is not
  // read.
  virtual void on_close(std::optional<std::uint16_t> code, ByteView reason) = 0;

 protected:
  ~MessageSink() = default;
};

class MessageReader {
 public:
  explicit MessageReader(Role role) : parser_(role) {}

  // Consumes all of `bytes` and unmasks them in place. After an error, a close frame or a sink's
  // "false" the reader is stopped and swallows whatever else is fed.
  // `inflater` is null where permessage-deflate was not negotiated.
  Result<void> feed(std::span<char> bytes, const ReaderLimits& limits, Inflater* inflater,
                    MessageSink& sink);

  // Something is begun and not finished, be it half a frame header: the message timeout runs.
  bool mid_message() const;
  std::size_t buffered_bytes() const { return buffer_.size(); }

 private:
  Result<void> run(std::span<char> bytes, const ReaderLimits& limits, Inflater* inflater,
                   MessageSink& sink);
  Result<void> begin_frame(const FrameHeader& header, const ReaderLimits& limits);
  Result<void> take_data(ByteView part, const ReaderLimits& limits, Inflater* inflater,
                         MessageSink& sink);
  Result<void> finish_message(ByteView payload, const ReaderLimits& limits, Inflater* inflater,
                              MessageSink& sink);
  Result<void> take_control(ByteView part, MessageSink& sink);
  Result<void> deliver_control(ByteView payload, MessageSink& sink);
  Result<void> deliver_close(ByteView payload, MessageSink& sink);
  void release_buffer();

  FrameParser parser_;
  FrameHeader frame_;            // meaningful while in_frame_
  std::uint64_t remaining_ = 0;  // payload bytes of frame_ still due
  std::string buffer_;           // the message so far, then a control frame's payload so far
  std::uint32_t fragments_ = 0;  // frames of the message so far; 0: between messages
  Utf8Validator utf8_;           // of a text; complete again when the next begins
  Opcode kind_ = Opcode::text;   // of the message
  bool compressed_ = false;      // the message
  bool in_frame_ = false;
  bool stopped_ = false;
};

static_assert(sizeof(MessageReader) <= 96);

}  // namespace parley::ws
