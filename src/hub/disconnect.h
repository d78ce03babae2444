// Why the server ends a connection. The code a client sees is the dialect's own; the catalogue
// (base/error.h) gives the WebSocket one.
#pragma once

#include "base/error.h"

namespace parley::hub {

struct Disconnect {
  Errc reason;
};

}  // namespace parley::hub
