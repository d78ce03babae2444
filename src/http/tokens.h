// The character classes of HTTP's grammar (RFC 9110, 5.6).
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace parley::http {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) || ByteView("!#$%&'*+-.^_`|~").find(c) != ByteView::npos;
}

constexpr bool is_token(ByteView text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

// What may stand inside a header value or a chunk extension: visible characters, space and tab.
constexpr bool is_text_char(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

}  // namespace parley::http
