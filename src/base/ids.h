// Names that travel: `SessionRef` points at a connection from anywhere in the process (weak: it
// opens only on its home shard and only while that session lives), `random_id` makes unguessable
// text for the outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace parley {

struct SessionRef {
  std::uint16_t shard = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  // 0: refers to nobody

  explicit operator bool() const { return generation != 0; }
  bool operator==(const SessionRef&) const = default;
};

// 2 * bytes hex digits from the system's random source.
std::string random_id(std::size_t bytes);

}  // namespace parley
