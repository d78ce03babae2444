#include "http/head_scanner.h"

#include "http/tokens.h"

namespace parley::http {
namespace {

Progress refuse(ParseFault& fault, Errc code, std::string_view detail) {
  fault = {code, detail};
  return Progress::failed;
}

// Bytes above ASCII should be percent-encoded, but people type them (curl sends what it is given),
// and they cannot be mistaken for anything else.
bool is_target_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7F && c != '#';
}

}  // namespace

Progress HeadScanner::feed(ByteView bytes, std::size_t& consumed, ParseFault& fault) {
  for (consumed = 0; consumed < bytes.size();) {
    const Progress progress = step(bytes[consumed++], fault);
    if (progress != Progress::need_more) return progress;
  }
  return Progress::need_more;
}

void HeadScanner::reset() {
  part_ = Part::before;
  skipped_ = version_size_ = 0;
  after_cr_ = part_begun_ = false;
  line_bytes_ = header_bytes_ = header_count_ = 0;
}

Progress HeadScanner::step(char c, ParseFault& fault) {
  if (part_ == Part::headers && ++header_bytes_ > limits_.header_bytes) {
    return refuse(fault, Errc::http_headers_too_large, "the headers have too many bytes");
  }
  if (after_cr_) {
    if (c != '\n') return refuse(fault, Errc::http_bad_request, "a line has a CR without LF");
    after_cr_ = false;
    return end_line(fault);
  }
  if (c == '\n') return refuse(fault, Errc::http_bad_request, "a line ends with LF alone");
  if (c == '\r') {
    after_cr_ = true;
    return Progress::need_more;
  }
  return part_ == Part::headers ? header_byte(c, fault) : request_line_byte(c, fault);
}

Progress HeadScanner::request_line_byte(char c, ParseFault& fault) {
  if (++line_bytes_ > limits_.request_line_bytes) {
    return refuse(fault, Errc::http_uri_too_long, "the request line has too many bytes");
  }
  if (part_ == Part::before) part_ = Part::method;
  if (part_ == Part::version) {
    if (version_size_ == version_.size()) {
      return refuse(fault, Errc::http_bad_request,
                    "the request line does not end after its version");
    }
    version_[version_size_++] = c;
  } else if (c == ' ' && part_begun_) {
    part_ = part_ == Part::method ? Part::target : Part::version;
    part_begun_ = false;
  } else if (part_ == Part::method && !is_token_char(c)) {
    return refuse(fault, Errc::http_bad_request, "the method is not a token");
  } else if (part_ == Part::target && !is_target_char(c)) {
    return refuse(fault, Errc::http_bad_request,
                  "the request target has a fragment or a byte that must be percent-encoded");
  } else {
    part_begun_ = true;
  }
  return Progress::need_more;
}

Progress HeadScanner::header_byte(char c, ParseFault& fault) {
  if (line_bytes_++ == 0 && (c == ' ' || c == '\t')) {
    return refuse(fault, Errc::http_bad_request, "a header line begins with a space (obs-fold)");
  }
  return Progress::need_more;
}

Progress HeadScanner::end_line(ParseFault& fault) {
  switch (part_) {
    case Part::before:
      if (skipped_ != 0) {
        return refuse(fault, Errc::http_bad_request, "empty lines instead of a request");
      }
      skipped_ = 2;
      return Progress::need_more;
    case Part::headers:
      if (line_bytes_ == 0) return Progress::complete;
      if (++header_count_ > limits_.header_count) {
        return refuse(fault, Errc::http_headers_too_large, "there are too many headers");
      }
      line_bytes_ = 0;
      return Progress::need_more;
    default: return end_request_line(fault);
  }
}

Progress HeadScanner::end_request_line(ParseFault& fault) {
  if (part_ == Part::method || (part_ == Part::target && !part_begun_)) {
    return refuse(fault, Errc::http_bad_request, "the request line has no target");
  }
  const ByteView version(version_.data(), version_size_);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    // A target without a version is HTTP/0.9.
    const bool is_version = part_ == Part::target || version.starts_with("HTTP/");
    return is_version ? refuse(fault, Errc::http_version_not_supported, "")
                      : refuse(fault, Errc::http_bad_request, "the HTTP version is malformed");
  }
  part_ = Part::headers;
  line_bytes_ = 0;
  return Progress::need_more;
}

}  // namespace parley::http
