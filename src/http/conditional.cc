#include "http/conditional.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "http/response.h"

namespace parley::http {
namespace {

bool parse_position(ByteView text, std::uint64_t& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  // A position beyond all numbers is beyond the file as well.
  if (error == std::errc::result_out_of_range) number = static_cast<std::uint64_t>(-1);
  return stop == end && error != std::errc::invalid_argument;
}

// Is `etag` in the list of entity tags (or covered by "*")? A weak comparison ignores W/ prefixes.
bool lists_etag(const Request& request, ByteView name, ByteView etag, bool weak) {
  return std::ranges::any_of(request.elements(name), [&](ByteView element) {
    if (weak && element.starts_with("W/")) element.remove_prefix(2);
    return element == "*" || element == etag;
  });
}

// The Range header, if it counts: only for GET, only once, and with If-Range only for the very
// bytes that the client has.
std::optional<ByteView> wanted_range(const Request& request, ByteView etag) {
  if (request.method != "GET" || request.count("range") != 1) return std::nullopt;
  const auto condition = request.header("if-range");
  if (condition && *condition != etag) return std::nullopt;
  return request.header("range");
}

enum class RangeKind { none, single, unsatisfiable };

// What is no single byte range (other units, several ranges, bad syntax) is `none`: the answer is
// then all of the content, as RFC 9110, 14.2 allows.
RangeKind parse_range(ByteView value, std::uint64_t size, ByteRange& range) {
  constexpr ByteView kUnit = "bytes=";
  if (!equals_ignore_case(value.substr(0, kUnit.size()), kUnit)) return RangeKind::none;
  const ByteView spec = trim(value.substr(kUnit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == ByteView::npos) return RangeKind::none;
  const ByteView first_text = spec.substr(0, dash);
  const ByteView last_text = spec.substr(dash + 1);

  if (first_text.empty()) {  // "-N": the last N bytes
    std::uint64_t length = 0;
    if (!parse_position(last_text, length)) return RangeKind::none;
    if (length == 0 || size == 0) return RangeKind::unsatisfiable;
    length = std::min(length, size);
    range = {size - length, length};
    return RangeKind::single;
  }
  std::uint64_t first = 0;
  std::uint64_t last = static_cast<std::uint64_t>(-1);
  if (!parse_position(first_text, first)) return RangeKind::none;
  if (!last_text.empty() && !parse_position(last_text, last)) return RangeKind::none;
  if (last < first) return RangeKind::none;
  if (first >= size) return RangeKind::unsatisfiable;
  range = {first, std::min(last, size - 1) - first + 1};
  return RangeKind::single;
}

}  // namespace

bool precondition_fails(const Request& request, ByteView etag, Response& response) {
  if (request.header("if-match") && !lists_etag(request, "if-match", etag, false)) {
    response.status = 412;
    return true;
  }
  if (!lists_etag(request, "if-none-match", etag, true)) return false;
  response.status = 304;
  return true;
}

ByteRange select_range(const Request& request, ByteView etag, std::uint64_t size,
                       Response& response) {
  ByteRange range{0, size};
  const auto wanted = wanted_range(request, etag);
  switch (wanted ? parse_range(*wanted, size, range) : RangeKind::none) {
    case RangeKind::none: break;
    case RangeKind::unsatisfiable:
      response = problem(Errc::http_range_not_satisfiable);
      response.add("Content-Range", "bytes */" + std::to_string(size));
      return {0, 0};
    case RangeKind::single:
      response.status = 206;
      response.add("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                        std::to_string(range.first + range.size - 1) + "/" +
                                        std::to_string(size));
  }
  return range;
}

}  // namespace parley::http
