// For tests: a Request from text, and a header of a Response.
#pragma once

#include <string>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "http/parser.h"

namespace parley::http {

// Parses one whole request and keeps it alive.
class ParsedRequest {
 public:
  explicit ParsedRequest(std::string text) : text_(std::move(text)), parser_(limits_) {
    std::size_t consumed = 0;
    const auto state = parser_.feed(text_, consumed);
    CHECK(state.has_value() && *state == RequestParser::State::complete);
  }
  // "GET /path" with extra header lines, each ended by CRLF.
  ParsedRequest(const std::string& line, const std::string& headers)
      : ParsedRequest(line + " HTTP/1.1\r\nHost: localhost:8000\r\n" + headers + "\r\n") {}

  const Request& operator*() const { return parser_.request(); }
  const Request* operator->() const { return &parser_.request(); }

 private:
  ParserLimits limits_;
  std::string text_;
  RequestParser parser_;
};

inline std::string header_of(const Response& response, ByteView name) {
  for (const auto& [key, value] : response.headers) {
    if (equals_ignore_case(key, name)) return value;
  }
  return "";
}

}  // namespace parley::http
