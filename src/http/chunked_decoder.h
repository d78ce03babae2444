// ChunkedDecoder takes the chunked transfer coding off a body (RFC 9112, 7.1) and nothing else than
// its grammar: no sign, prefix, space or 17th digit in a size, line ends are CRLF. Chunk extensions
// are bounded and ignored; trailers are checked, bounded and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "http/parser_limits.h"

namespace parley::http {

class ChunkedDecoder {
 public:
  explicit ChunkedDecoder(const ParserLimits& limits) : limits_(limits) {}

  // Appends decoded bytes to `body`. `complete`: the body ends after `consumed` of these bytes.
  Progress feed(ByteView bytes, std::size_t& consumed, std::string& body, ParseFault& fault);
  void reset();

 private:
  enum class At : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    end_lf
  };

  Progress step(char c, std::size_t body_size, ParseFault& fault);
  Progress size_byte(char c, ParseFault& fault);
  Progress trailer_byte(char c, ParseFault& fault);

  const ParserLimits& limits_;
  At at_ = At::size;
  std::uint8_t digits_ = 0;
  std::uint64_t size_ = 0;           // of the current chunk; then what of it is still due
  std::size_t extension_bytes_ = 0;  // of all chunks
  std::size_t trailer_bytes_ = 0;
  std::size_t trailer_count_ = 0;
};

}  // namespace parley::http
