// HeadScanner finds the end of a request head and judges, byte by byte, what can be judged without
// looking back: line ends (CRLF only), folding, the request line's form, the limits. So a bad head
// is refused at its first bad byte, and no byte is read twice however slowly they come.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "http/parser_limits.h"

namespace parley::http {

class HeadScanner {
 public:
  explicit HeadScanner(const ParserLimits& limits) : limits_(limits) {}

  // `complete`: the head ends after `consumed` of these bytes.
  Progress feed(ByteView bytes, std::size_t& consumed, ParseFault& fault);
  void reset();

  // Bytes of the empty line that may precede a request line (RFC 9112, 2.2).
  std::size_t skipped() const { return skipped_; }
  bool started() const { return part_ != Part::before; }

 private:
  enum class Part : std::uint8_t { before, method, target, version, headers };

  Progress step(char c, ParseFault& fault);
  Progress end_line(ParseFault& fault);
  Progress end_request_line(ParseFault& fault);
  Progress request_line_byte(char c, ParseFault& fault);
  Progress header_byte(char c, ParseFault& fault);

  const ParserLimits& limits_;
  Part part_ = Part::before;
  bool after_cr_ = false;
  std::uint8_t skipped_ = 0;
  std::uint8_t version_size_ = 0;
  std::array<char, 8> version_{};
  bool part_begun_ = false;     // the method or target has at least one byte
  std::size_t line_bytes_ = 0;  // of the current line, its end not counted
  std::size_t header_bytes_ = 0;
  std::size_t header_count_ = 0;
};

}  // namespace parley::http
