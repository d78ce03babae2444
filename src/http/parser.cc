#include "http/parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "http/authority.h"

namespace parley::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

ByteView view_of(string_view text) { return {text.data(), text.size()}; }

// Beast's parser, told to stop at the end of the head.
class HeadParser final : public beast_http::basic_parser<true> {
 public:
  explicit HeadParser(Request& request) : request_(request) {
    skip(true);
    header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadScanner's limits hold
  }

 private:
  void on_request_impl(beast_http::verb, string_view method, string_view target, int version,
                       error_code&) override {
    request_.method = view_of(method);
    request_.target = view_of(target);
    request_.minor_version = version - 10;
  }
  void on_field_impl(beast_http::field, string_view name, string_view value, error_code&) override {
    request_.headers.push_back({view_of(name), view_of(value)});
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}

  Request& request_;
};

// How the end of the body is known.
struct Framing {
  bool chunked = false;
  std::size_t content_length = 0;
};

// The checks below say what is wrong, or nothing.
using Verdict = std::optional<ParseFault>;

Verdict bad_request(std::string_view detail) { return ParseFault{Errc::http_bad_request, detail}; }

std::string_view explain(const error_code& error) {
  if (error == beast_http::error::bad_field) {
    return "a header name is not a token followed by a colon";
  }
  if (error == beast_http::error::bad_value) return "a header value is malformed";
  if (error == beast_http::error::bad_content_length ||
      error == beast_http::error::multiple_content_length ||
      error == beast_http::error::bad_transfer_encoding) {
    return "Content-Length and Transfer-Encoding contradict each other or themselves";
  }
  return "the request head is malformed";
}

Verdict parse_syntax(ByteView head, Request& request) {
  HeadParser parser(request);
  error_code error;
  const std::size_t used = parser.put({head.data(), head.size()}, error);
  if (error) return bad_request(explain(error));
  if (!parser.is_done() || used != head.size()) return bad_request("the request head is malformed");
  return std::nullopt;
}

Verdict check_host(const Request& request) {
  const std::size_t hosts = request.count("host");
  if (hosts > 1) return bad_request("there is more than one Host header");
  if (hosts == 0) {
    if (request.minor_version == 0) return std::nullopt;
    return bad_request("the Host header is missing");
  }
  if (!parse_authority(*request.header("host"))) {
    return bad_request("the Host header is not a host with an optional port");
  }
  return std::nullopt;
}

// Cuts "scheme://authority" off an absolute-form target. The authority must be the one of Host, so
// that nobody in front of us can have read another (RFC 9112, 3.2.2).
Verdict strip_origin(const Request& request, ByteView& target) {
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == ByteView::npos) return bad_request("the request target is not a path");
  const ByteView scheme = target.substr(0, scheme_end);
  target.remove_prefix(scheme_end + 3);
  const ByteView authority = target.substr(0, target.find_first_of("/?"));
  target.remove_prefix(authority.size());

  const auto origin = canonical_origin(scheme, authority);
  if (!origin) return bad_request("the request target is not an http or https address");
  const auto host = request.header("host");
  if (host && canonical_origin(scheme, *host) != origin) {
    return bad_request("the request target and the Host header name different hosts");
  }
  return std::nullopt;
}

Verdict split_target(Request& request) {
  if (request.method == "CONNECT") {
    return ParseFault{Errc::http_not_implemented, "CONNECT is for proxies; this server is none"};
  }
  ByteView rest = request.target;
  if (rest == "*" && request.method == "OPTIONS") {
    request.path = rest;
    return std::nullopt;
  }
  if (!rest.starts_with('/')) {
    if (Verdict fault = strip_origin(request, rest)) return fault;
  }
  const std::size_t question = rest.find('?');
  request.path = rest.substr(0, question);
  if (request.path.empty()) request.path = "/";
  if (question != ByteView::npos) request.query = rest.substr(question + 1);
  return std::nullopt;
}

Verdict find_framing(const Request& request, const ParserLimits& limits, Framing& framing) {
  const std::size_t lengths = request.count("content-length");
  if (const auto coding = request.header("transfer-encoding")) {
    if (lengths != 0) return bad_request("both Content-Length and Transfer-Encoding are given");
    if (request.minor_version == 0) return bad_request("HTTP/1.0 has no Transfer-Encoding");
    if (request.count("transfer-encoding") > 1) {
      return bad_request("there is more than one Transfer-Encoding header");
    }
    framing.chunked = equals_ignore_case(*coding, "chunked");
    if (framing.chunked) return std::nullopt;
    const auto codings = request.elements("transfer-encoding");
    if (codings.empty() || !equals_ignore_case(codings.back(), "chunked")) {
      return bad_request("the last transfer coding is not chunked, so the body has no end");
    }
    return ParseFault{Errc::http_not_implemented, "the only transfer coding known is chunked"};
  }
  if (lengths == 0) return std::nullopt;
  const auto length = to_number(*request.header("content-length"));
  if (lengths > 1 || !length) {
    return bad_request("Content-Length is not one decimal number");
  }
  if (*length > limits.body_bytes) {
    return ParseFault{Errc::http_body_too_large, "the body has too many bytes"};
  }
  framing.content_length = static_cast<std::size_t>(*length);
  return std::nullopt;
}

bool wants_keep_alive(const Request& request) {
  if (request.has_token("connection", "close")) return false;
  return request.minor_version == 1 || request.has_token("connection", "keep-alive");
}

// `head` is a whole head whose lines HeadScanner has accepted.
Verdict parse_head(ByteView head, const ParserLimits& limits, Request& request, Framing& framing) {
  request = Request();
  if (Verdict fault = parse_syntax(head, request)) return fault;
  if (Verdict fault = check_host(request)) return fault;
  if (Verdict fault = split_target(request)) return fault;
  if (Verdict fault = find_framing(request, limits, framing)) return fault;
  request.keep_alive = wants_keep_alive(request);
  return std::nullopt;
}

bool expects_continue(const Request& request) {
  return request.minor_version == 1 && request.has_token("expect", "100-continue");
}

}  // namespace

RequestParser::RequestParser(const ParserLimits& limits)
    : limits_(limits), scanner_(limits_), chunks_(limits_) {}

Result<RequestParser::State> RequestParser::feed(ByteView bytes, std::size_t& consumed,
                                                 ParseFault* detail) {
  DCHECK(phase_ != Phase::complete);
  wants_continue_ = false;
  consumed = 0;
  ParseFault fault{Errc::http_bad_request, "the connection has broken the rules before"};
  const Progress progress =
      phase_ == Phase::failed ? Progress::failed : read(bytes, consumed, fault);
  switch (progress) {
    case Progress::need_more: return State::need_more;
    case Progress::complete: phase_ = Phase::complete; return State::complete;
    case Progress::failed: break;
  }
  phase_ = Phase::failed;
  consumed = bytes.size();
  if (detail != nullptr) *detail = fault;
  return fault.code;
}

Progress RequestParser::read(ByteView bytes, std::size_t& consumed, ParseFault& fault) {
  const bool ends_head = phase_ == Phase::head;
  if (ends_head) {
    const Progress progress = read_head(bytes, consumed, fault);
    if (progress != Progress::complete) return progress;
  }
  const std::size_t head_bytes = consumed;  // of these bytes
  const ByteView rest = bytes.substr(head_bytes);
  std::size_t body_bytes = 0;
  const Progress progress = read_body(rest, body_bytes, fault);
  consumed = head_bytes + body_bytes;
  if (ends_head && progress == Progress::need_more) {
    wants_continue_ = rest.empty() && expects_continue(request_);
    if (head_.empty()) {  // the caller's bytes will be gone when the body ends
      head_ = bytes.substr(scanner_.skipped(), head_bytes - scanner_.skipped());
      Framing same;
      CHECK(!parse_head(head_, limits_, request_, same));
    }
  }
  return progress;
}

Progress RequestParser::read_head(ByteView bytes, std::size_t& consumed, ParseFault& fault) {
  const Progress progress = scanner_.feed(bytes, consumed, fault);
  if (progress == Progress::failed) return progress;
  ByteView head = bytes.substr(0, consumed);
  if (progress == Progress::need_more || !head_.empty()) {
    head_.append(head);
    head = head_;
  }
  if (progress == Progress::need_more) return progress;

  head.remove_prefix(scanner_.skipped());
  Framing framing;
  if (Verdict verdict = parse_head(head, limits_, request_, framing)) {
    fault = *verdict;
    return Progress::failed;
  }
  content_length_ = framing.content_length;
  phase_ = framing.chunked ? Phase::chunks : Phase::body;
  return Progress::complete;
}

Progress RequestParser::read_body(ByteView bytes, std::size_t& consumed, ParseFault& fault) {
  if (phase_ == Phase::chunks) {
    const Progress progress = chunks_.feed(bytes, consumed, body_, fault);
    if (progress == Progress::complete) request_.body = body_;
    return progress;
  }
  consumed = std::min(content_length_ - body_.size(), bytes.size());
  const ByteView part = bytes.substr(0, consumed);
  if (part.size() == content_length_) {
    request_.body = part;
    return Progress::complete;
  }
  body_.append(part);
  if (body_.size() < content_length_) return Progress::need_more;
  request_.body = body_;
  return Progress::complete;
}

void RequestParser::next() {
  DCHECK(phase_ == Phase::complete);
  phase_ = Phase::head;
  scanner_.reset();
  chunks_.reset();
  content_length_ = 0;
  head_ = std::string();
  body_ = std::string();
  request_ = Request();
}

}  // namespace parley::http
