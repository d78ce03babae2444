// The messages of `parley verify`: each has a name (publisher and counter) that it carries together
// with its channel and a body that follows from them, so that whoever receives it can tell whether
// every byte is as it was published. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace parley::loadgen {

// `publisher` is one connection of a client that publishes: its messages to a channel are counted
// 1, 2, 3, … and arrive in this order.
struct MessageName {
  std::uint32_t publisher = 0;
  std::uint32_t counter = 0;
  bool operator==(const MessageName&) const = default;

  std::string text() const;  // "p3-44"
};

// JSON without spaces, so that no server has a reason to write it otherwise.
std::string named_message(std::uint64_t seed, ByteView channel, MessageName name);

// The name of a message that came in this channel. Nothing: nobody has published this text there.
std::optional<MessageName> recognise(std::uint64_t seed, ByteView channel, ByteView data);

}  // namespace parley::loadgen
