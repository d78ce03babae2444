// Joins a payload writer with no framing at all, for the fuzz targets of the dialects: what a
// client would receive is the payload itself. Every message is handed to `check`, also when a push
// makes several.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "dialect/dialect.h"

namespace parley {

class PayloadEncoder final : public hub::Encoder {
 public:
  using Check = std::function<void(ByteView payload)>;

  PayloadEncoder(const dialect::PayloadWriter& writer, Check check)
      : writer_(writer), check_(std::move(check)) {}

  LocalPtr<Frame> encode(const hub::Push& push) override {
    LocalPtr<Frame> frame;
    writer_.write(push, scratch_, [&](const dialect::WireMessage& message) {
      check_(message.data);
      frame = Frame::join(message.data, {});
    });
    return frame;
  }

 private:
  const dialect::PayloadWriter& writer_;
  const Check check_;
  std::string scratch_;
};

}  // namespace parley
