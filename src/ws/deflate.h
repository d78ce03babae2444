// permessage-deflate's payload transformation (RFC 7692 section 7.2), without context takeover:
// every message stands alone. So one Inflater serves all connections of a shard, and one compressed
// frame serves all receivers with the same window. Both live on their shard. zlib is hidden in the
// .cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

struct z_stream_s;

namespace parley::ws {

class Inflater {
 public:
  Inflater();
  ~Inflater();

  // At most `cap` bytes: one more is ws_message_too_big, and nothing beyond it is inflated or
  // allocated. Anything but whole DEFLATE blocks is ws_bad_deflate. The view lives until the next
  // call.
  Result<ByteView> inflate(ByteView compressed, std::uint64_t cap);

 private:
  Result<bool> run(ByteView input, std::uint64_t cap);

  std::unique_ptr<z_stream_s> stream_;
  std::vector<char> output_;
  std::size_t produced_ = 0;
};

class Deflater {
 public:
  static constexpr int kMinWindowBits = 9;  // zlib turns 8 into 9, which a peer with 8 cannot read
  static constexpr int kMaxWindowBits = 15;

  static constexpr int kDefaultLevel = 6;  // zlib's: 1 is fastest, 9 smallest

  explicit Deflater(int window_bits, int level = kDefaultLevel);
  ~Deflater();

  // Nothing when the payload would not get smaller: send it as it is. The view lives until the next
  // call.
  std::optional<ByteView> deflate(ByteView payload);

 private:
  std::unique_ptr<z_stream_s> stream_;
  std::vector<char> output_;
};

}  // namespace parley::ws
