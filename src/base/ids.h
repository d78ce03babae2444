// Names that travel: `SessionRef` points at a connection from anywhere in the process (weak: it
// opens only on its home shard and only while that session lives), `ConnectionId` names it for the
// outside, `random_id` makes other unguessable text.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace parley {

struct SessionRef {
  std::uint16_t shard = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  // 0: refers to nobody

  explicit operator bool() const { return generation != 0; }
  auto operator<=>(const SessionRef&) const = default;
};

// 128 random bits: unguessable, so that whoever shows the id of a lost connection was that client.
class ConnectionId {
 public:
  ConnectionId() = default;  // nil: nobody
  static ConnectionId random();
  static std::optional<ConnectionId> parse(ByteView text);  // as written by text()

  explicit operator bool() const { return *this != ConnectionId{}; }
  bool operator==(const ConnectionId&) const = default;
  std::string text() const;  // a UUID, 36 characters
  ByteView bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::array<char, 16> bytes_{};
};

// 2 * bytes hex digits from the system's random source.
std::string random_id(std::size_t bytes);

}  // namespace parley
