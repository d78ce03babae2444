// RequestParser: bytes of one connection in, requests out. Beast parses the head; on top of it
// stand our rules against request smuggling (RFC 9112, sections 2.2, 3.2, 6.1, 11.2) and our
// limits. Owned by one connection, used on its shard's thread. Bytes are kept only while a request
// is incomplete; a request that is whole in one feed is not copied. However the bytes are split,
// the outcome is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "http/chunked_decoder.h"
#include "http/head_scanner.h"
#include "http/message.h"
#include "http/parser_limits.h"

namespace parley::http {

class RequestParser {
 public:
  enum class State { need_more, complete };

  explicit RequestParser(const ParserLimits& limits);
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Consumes at most one request and says how many bytes that took; the rest (pipelined requests,
  // first WebSocket bytes) stays with the caller. After `complete`, call next() before the next
  // feed. After an error nothing more is accepted: answer it and close.
  Result<State> feed(ByteView bytes, std::size_t& consumed, ParseFault* detail = nullptr);

  // Valid from `complete` until next(); see Request for how long its views hold. Of a request that
  // is not complete, or was refused just now, what its head has told so far.
  const Request& request() const { return request_; }
  // Forgets the request and frees its memory.
  void next();

  // True once a request has begun: the deadline of the whole request runs.
  bool started() const { return phase_ != Phase::head || scanner_.started(); }
  // True right after the feed that ended a head with `Expect: 100-continue` and no body yet: the
  // client waits for "HTTP/1.1 100 Continue".
  bool wants_continue() const { return wants_continue_; }

 private:
  enum class Phase : std::uint8_t { head, body, chunks, complete, failed };

  Progress read(ByteView bytes, std::size_t& consumed, ParseFault& fault);
  Progress read_head(ByteView bytes, std::size_t& consumed, ParseFault& fault);
  Progress read_body(ByteView bytes, std::size_t& consumed, ParseFault& fault);

  const ParserLimits limits_;
  Phase phase_ = Phase::head;
  bool wants_continue_ = false;
  HeadScanner scanner_;
  ChunkedDecoder chunks_;
  std::size_t content_length_ = 0;
  std::string head_;  // of a request that did not fit into one feed
  std::string body_;
  Request request_;
};

}  // namespace parley::http
