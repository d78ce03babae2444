// Joins a dialect's payload writer with WebSocket framing: the payload is written, compressed if
// that is agreed and worth it, and framed once for all subscribers of the bucket.
#pragma once

#include <string>
#include <utility>

#include "dialect/dialect.h"
#include "hub/encoder.h"
#include "transport/listener.h"

namespace parley::transport {

class WsEncoder final : public hub::Encoder {
 public:
  WsEncoder(Listener& listener, const dialect::PayloadWriter& writer, int window_bits)
      : listener_(listener), writer_(writer), window_bits_(window_bits) {}

  LocalPtr<Frame> encode(const hub::Push& push) override {
    LocalPtr<Frame> frame;
    writer_.write(push, scratch_, [&](const dialect::WireMessage& message) {
      LocalPtr<Frame> next = listener_.frame_of(message, window_bits_);
      frame = frame ? Frame::join(frame->view(), next->view()) : std::move(next);
    });
    return frame;
  }

 private:
  Listener& listener_;
  const dialect::PayloadWriter& writer_;
  const int window_bits_;
  std::string scratch_;
};

}  // namespace parley::transport
