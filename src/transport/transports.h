// The transports to choose from; each is a hidden class behind Connection.
#pragma once

#include <memory>
#include <string>

#include "dialect/dialect.h"
#include "runtime/acceptor.h"
#include "transport/connection.h"
#include "transport/connection_counts.h"
#include "transport/options.h"
#include "ws/handshake.h"

namespace parley::transport {

// HTTP/1.1 on a fresh socket; it becomes a WebSocket when a request asks for that.
std::unique_ptr<Connection> make_http_connection(Listener& listener, int fd,
                                                 const runtime::PeerAddress& peer,
                                                 ConnectionCounts::Cell cell, Door door);

// Takes over the stream after the handshake, sends its response, and feeds `early` (what came
// behind the request).
struct Upgrade {
  std::unique_ptr<runtime::Stream> stream;
  std::unique_ptr<dialect::Dialect> dialect;
  ws::Handshake handshake;
  ConnectionCounts::Cell cell;
  std::span<char> early;
};
void start_websocket(Listener& listener, Upgrade upgrade);

}  // namespace parley::transport
