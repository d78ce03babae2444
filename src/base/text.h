// Text forms that several layers need: UTF-8, base64, hex, percent-encoding. Pure functions over
// views; nothing here knows a protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace parley {

// Streaming UTF-8 check (Unicode 15, table 3-7: no overlong forms, no surrogates, at most
// U+10FFFF). feed() answers false as soon as the bytes so far cannot begin any valid text.
class Utf8Validator {
 public:
  bool feed(ByteView bytes);
  // True when no character is left unfinished.
  bool complete() const { return pending_ == 0; }
  void reset() { *this = Utf8Validator(); }

 private:
  std::uint8_t pending_ = 0;    // continuation bytes still due
  std::uint8_t lowest_ = 0x80;  // allowed range of the next continuation byte
  std::uint8_t highest_ = 0xBF;
};

bool is_valid_utf8(ByteView bytes);

std::string base64_encode(ByteView bytes);
// RFC 4648 section 4, padded; nothing on any other character or length.
std::optional<std::string> base64_decode(ByteView text);
// RFC 4648 section 5, without padding (JWT).
std::string base64url_encode(ByteView bytes);
std::optional<std::string> base64url_decode(ByteView text);
std::string hex_encode(ByteView bytes);
// Nothing on an odd length or another character; lower case only, as hex_encode writes.
std::optional<std::string> hex_decode(ByteView digits);

// %XX to bytes; with `plus_is_space`, '+' to a space as in query strings. Nothing on a broken
// escape.
std::optional<std::string> percent_decode(ByteView text, bool plus_is_space);
std::string percent_encode(ByteView bytes);

bool equals_ignore_case(ByteView a, ByteView b);
std::string to_lower(ByteView text);  // ASCII
// Decimal digits and nothing else; nothing beyond 64 bits.
std::optional<std::uint64_t> to_number(ByteView text);
bool has_control_characters(ByteView text);  // C0 and DEL
ByteView trim(ByteView text);                // spaces and tabs (HTTP's OWS)

// Compares without telling by its time where the first difference is.
bool equals_constant_time(ByteView a, ByteView b);

}  // namespace parley
