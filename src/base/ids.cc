#include "base/ids.h"

#include <sys/random.h>

#include <iterator>

#include "base/check.h"
#include "base/text.h"

namespace parley {

namespace {

void fill_randomly(char* data, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::getrandom(data + filled, size - filled, 0);
    CHECK(got > 0);  // Linux never fails here once booted
    filled += static_cast<std::size_t>(got);
  }
}

// RFC 9562 section 4: 8-4-4-4-12 hex digits.
constexpr std::size_t kUuidCharacters = 36;
constexpr std::size_t kUuidDashes[] = {8, 13, 18, 23};

}  // namespace

ConnectionId ConnectionId::random() {
  ConnectionId id;
  fill_randomly(id.bytes_.data(), id.bytes_.size());
  // RFC 9562 section 5.4: version 4, variant 10.
  id.bytes_[6] = static_cast<char>((id.bytes_[6] & 0x0F) | 0x40);
  id.bytes_[8] = static_cast<char>((id.bytes_[8] & 0x3F) | 0x80);
  return id;
}

std::optional<ConnectionId> ConnectionId::parse(ByteView text) {
  if (text.size() != kUuidCharacters) return std::nullopt;
  std::string digits(text);
  for (auto dash = std::rbegin(kUuidDashes); dash != std::rend(kUuidDashes); ++dash) {
    if (digits[*dash] != '-') return std::nullopt;
    digits.erase(*dash, 1);
  }
  const auto raw = hex_decode(digits);
  if (!raw) return std::nullopt;
  ConnectionId id;
  raw->copy(id.bytes_.data(), id.bytes_.size());
  return id;
}

std::string ConnectionId::text() const {
  std::string out = hex_encode(bytes());
  for (const std::size_t dash : kUuidDashes) out.insert(dash, 1, '-');
  return out;
}

std::string random_id(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill_randomly(raw.data(), raw.size());
  return hex_encode(raw);
}

}  // namespace parley
