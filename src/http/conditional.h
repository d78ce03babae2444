// Conditional requests (RFC 9110, 13) and single ranges (14), for whatever has an entity tag and a
// size. Pure functions.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "http/message.h"

namespace parley::http {

// If-Match and If-None-Match. True: the response, which has the status 412 or 304 now, is all.
bool precondition_fails(const Request& request, ByteView etag, Response& response);

struct ByteRange {
  std::uint64_t first;
  std::uint64_t size;
};

// Which of `size` bytes to send: all, or what Range and If-Range say, and then the response has its
// status and Content-Range. None when the response, a refusal now, has another content (416).
ByteRange select_range(const Request& request, ByteView etag, std::uint64_t size,
                       Response& response);

}  // namespace parley::http
