#include "http/chunked_decoder.h"

#include <algorithm>

#include "http/tokens.h"

namespace parley::http {
namespace {

constexpr std::uint8_t kMaxSizeDigits = 16;
// Nobody uses chunk extensions; a sender could wrap each byte of a body in a long one.
constexpr std::size_t kMaxExtensionBytes = 1024;

Progress refuse(ParseFault& fault, std::string_view detail, Errc code = Errc::http_bad_request) {
  fault = {code, detail};
  return Progress::failed;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Progress ChunkedDecoder::feed(ByteView bytes, std::size_t& consumed, std::string& body,
                              ParseFault& fault) {
  for (consumed = 0; consumed < bytes.size();) {
    if (at_ == At::data) {
      const std::size_t part = std::min<std::uint64_t>(size_, bytes.size() - consumed);
      body.append(bytes.substr(consumed, part));
      consumed += part;
      size_ -= part;
      if (size_ == 0) at_ = At::data_cr;
      continue;
    }
    const Progress progress = step(bytes[consumed++], body.size(), fault);
    if (progress != Progress::need_more) return progress;
  }
  return Progress::need_more;
}

void ChunkedDecoder::reset() {
  at_ = At::size;
  digits_ = 0;
  size_ = 0;
  extension_bytes_ = trailer_bytes_ = trailer_count_ = 0;
}

Progress ChunkedDecoder::step(char c, std::size_t body_size, ParseFault& fault) {
  switch (at_) {
    case At::size: return size_byte(c, fault);
    case At::extension:
      if (c == '\r') {
        at_ = At::size_lf;
      } else if (!is_text_char(c)) {
        return refuse(fault, "a chunk extension has a control character");
      } else if (++extension_bytes_ > kMaxExtensionBytes) {
        return refuse(fault, "the chunk extensions are too long");
      }
      return Progress::need_more;
    case At::size_lf:
      if (c != '\n') return refuse(fault, "a chunk size line has a CR without LF");
      if (size_ > limits_.body_bytes - body_size) {
        return refuse(fault, "the body has too many bytes", Errc::http_body_too_large);
      }
      at_ = size_ == 0 ? At::trailer_start : At::data;
      return Progress::need_more;
    case At::data_cr:
      if (c != '\r') return refuse(fault, "a chunk is longer than its size");
      at_ = At::data_lf;
      return Progress::need_more;
    case At::data_lf:
      if (c != '\n') return refuse(fault, "a chunk is longer than its size");
      at_ = At::size;
      digits_ = 0;
      return Progress::need_more;
    case At::end_lf:
      return c == '\n' ? Progress::complete : refuse(fault, "the trailers end without LF");
    default: return trailer_byte(c, fault);
  }
}

Progress ChunkedDecoder::size_byte(char c, ParseFault& fault) {
  const int digit = hex_value(c);
  if (digit >= 0 && digits_ < kMaxSizeDigits) {
    ++digits_;
    size_ = size_ << 4 | static_cast<unsigned>(digit);
    return Progress::need_more;
  }
  if (digits_ == 0 || (c != ';' && c != '\r')) {
    return refuse(fault, "a chunk size is not 1 to 16 hexadecimal digits");
  }
  at_ = c == ';' ? At::extension : At::size_lf;
  return Progress::need_more;
}

Progress ChunkedDecoder::trailer_byte(char c, ParseFault& fault) {
  if (++trailer_bytes_ > limits_.header_bytes) {
    return refuse(fault, "the trailers have too many bytes", Errc::http_headers_too_large);
  }
  if (at_ == At::trailer_start) {
    if (c == '\r') {
      at_ = At::end_lf;
    } else if (!is_token_char(c)) {
      return refuse(fault, "a trailer has no name");
    } else if (++trailer_count_ > limits_.header_count) {
      return refuse(fault, "there are too many trailers", Errc::http_headers_too_large);
    } else {
      at_ = At::trailer_name;
    }
  } else if (at_ == At::trailer_name) {
    if (c == ':') {
      at_ = At::trailer_value;
    } else if (!is_token_char(c)) {
      return refuse(fault, "a trailer name is not a token");
    }
  } else if (at_ == At::trailer_value) {
    if (c == '\r') {
      at_ = At::trailer_lf;
    } else if (!is_text_char(c)) {
      return refuse(fault, "a trailer has a control character");
    }
  } else {  // trailer_lf
    if (c != '\n') return refuse(fault, "a trailer line has a CR without LF");
    at_ = At::trailer_start;
  }
  return Progress::need_more;
}

}  // namespace parley::http
