// Mark: what a message of a load carries: '~', its number in its stream, the time at which it was
// to be sent, and filling up to the wanted size. It is found in a received message by its '~',
// whatever envelope is around it. The time is the monotonic clock's, so it also holds between
// processes of one machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"

namespace parley::loadgen {

struct Mark {
  std::uint64_t number = 0;   // below 2^48
  std::uint64_t sent_us = 0;  // below 2^48: 8 years

  static constexpr std::size_t kBytes = 1 + 12 + 12;

  // `size` bytes, at least kBytes.
  std::string text(std::size_t size) const;
  // The first mark of `bytes`, which then begin behind it; nothing when there is none.
  static std::optional<Mark> take(ByteView& bytes);
};

std::uint64_t now_us();

}  // namespace parley::loadgen
