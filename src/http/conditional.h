// Conditional requests (RFC 9110, 13) and single ranges (14), for whatever has an entity tag and a
// size. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "http/message.h"

namespace parley::http {

// Is `etag` in the list of entity tags (or covered by "*")? A weak comparison ignores W/ prefixes.
bool lists_etag(const Request& request, ByteView name, ByteView etag, bool weak);

struct ByteRange {
  std::uint64_t first;
  std::uint64_t last;
};

enum class RangeKind { none, single, unsatisfiable };

// The Range header, if it counts: only for GET, only once, and with If-Range only for the very
// bytes that the client has.
std::optional<ByteView> wanted_range(const Request& request, ByteView etag);
// What is no single byte range (other units, several ranges, bad syntax) is `none`: the answer is
// then all of the content, as RFC 9110, 14.2 allows.
RangeKind parse_range(ByteView value, std::uint64_t size, ByteRange& range);

}  // namespace parley::http
