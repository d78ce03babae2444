// What a request may cost and how a refusal is told: shared by the parts of the request parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace parley::http {

struct ParserLimits {
  std::size_t request_line_bytes = 8 * 1024;
  std::size_t header_bytes = 16 * 1024;  // all header lines together, line ends included
  std::size_t header_count = 100;
  std::size_t body_bytes = 1024 * 1024;
};

// What was wrong, for the problem response. The detail is a literal and never repeats the peer's
// bytes.
struct ParseFault {
  Errc code = Errc::http_bad_request;
  std::string_view detail;
};

// How far a part of the parser came with the bytes so far; `failed` leaves its reason in a
// ParseFault.
enum class Progress : std::uint8_t { need_more, complete, failed };

}  // namespace parley::http
