// What the transports are told by the configuration; docs/config.md explains each. Fixed before the
// shards start, shared by all of them.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "http/parser.h"
#include "ws/message_reader.h"

namespace parley::transport {

// What the listening socket says of all connections that come through it.
struct Door {
  bool tls = false;
  bool insecure = false;  // clients may do everything, without a token
};

struct Options {
  http::ParserLimits http;
  Duration request_timeout{10'000};
  Duration keep_alive_timeout{60'000};
  std::size_t answer_rate = 8 << 10;  // bytes a second; 0: off

  ws::ReaderLimits ws{64 << 10, 1024};
  Duration message_timeout{30'000};
  Duration ping_interval{25'000};
  Duration pong_timeout{10'000};
  bool compression = true;
  std::size_t compression_threshold = 256;
  int compression_level = 6;

  std::size_t outbox_bytes = 1 << 20;
  Duration close_timeout{5'000};
  std::size_t connections = 0;
  std::size_t connections_per_address = 0;  // 0: off
};

}  // namespace parley::transport
