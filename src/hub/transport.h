// What the hub sees of a connection. Both calls only note what is to happen: bytes leave and
// connections close at the end of the turn, so delivery never calls back into the hub.
#pragma once

#include "base/bytes.h"
#include "hub/disconnect.h"

namespace parley::hub {

class Transport {
 public:
  virtual void send(const LocalPtr<Frame>& frame) = 0;
  virtual void close(const Disconnect& disconnect) = 0;

 protected:
  ~Transport() = default;
};

}  // namespace parley::hub
