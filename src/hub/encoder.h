// Encoder: turns a push into the one frame that all its clients share. One object per dialect
// format and transport framing and shard; it is the key of the buckets in LocalHub, and the only
// way in which the hub touches a wire format.
#pragma once

#include "base/bytes.h"
#include "hub/push.h"

namespace parley::hub {

class Encoder {
 public:
  virtual ~Encoder() = default;
  // Null: clients of this format are not told about this kind of push.
  virtual LocalPtr<Frame> encode(const Push& push) = 0;
};

}  // namespace parley::hub
