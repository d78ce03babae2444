// FrameParser turns header bytes into a FrameHeader, however they are cut. It keeps only the bytes
// of one unfinished header and judges each as soon as it is here, so that no announced length is
// ever believed before it is checked. The payload, and the order of frames within a message, are
// MessageReader's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/error.h"
#include "ws/frame.h"

namespace parley::ws {

class FrameParser {
 public:
  explicit FrameParser(Role role) : role_(role) {}

  // Takes header bytes from the front of `input`. A header: `input` now begins with its payload.
  // Nothing: `input` is used up and more is due. `deflate`: RSV1 is negotiated.
  Result<std::optional<FrameHeader>> take(std::span<char>& input, bool deflate);

  bool mid_header() const { return have_ != 0; }

 private:
  std::size_t header_size() const;
  bool acceptable(bool deflate) const;
  FrameHeader decode() const;

  Role role_;
  std::uint8_t have_ = 0;
  std::array<unsigned char, kMaxHeaderSize> bytes_{};
};

}  // namespace parley::ws
