#include "http/conditional.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace parley::http {
namespace {

bool parse_number(ByteView text, std::uint64_t& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  // A position beyond all numbers is beyond the file as well.
  if (error == std::errc::result_out_of_range) number = static_cast<std::uint64_t>(-1);
  return stop == end && error != std::errc::invalid_argument;
}

}  // namespace

bool lists_etag(const Request& request, ByteView name, ByteView etag, bool weak) {
  return std::ranges::any_of(request.elements(name), [&](ByteView element) {
    if (weak && element.starts_with("W/")) element.remove_prefix(2);
    return element == "*" || element == etag;
  });
}

std::optional<ByteView> wanted_range(const Request& request, ByteView etag) {
  if (request.method != "GET" || request.count("range") != 1) return std::nullopt;
  const auto condition = request.header("if-range");
  if (condition && *condition != etag) return std::nullopt;
  return request.header("range");
}

RangeKind parse_range(ByteView value, std::uint64_t size, ByteRange& range) {
  constexpr ByteView kUnit = "bytes=";
  if (!equals_ignore_case(value.substr(0, kUnit.size()), kUnit)) return RangeKind::none;
  const ByteView spec = trim(value.substr(kUnit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == ByteView::npos) return RangeKind::none;
  const ByteView first = spec.substr(0, dash);
  const ByteView last = spec.substr(dash + 1);

  if (first.empty()) {  // "-N": the last N bytes
    std::uint64_t length = 0;
    if (!parse_number(last, length)) return RangeKind::none;
    if (length == 0 || size == 0) return RangeKind::unsatisfiable;
    range = {size - std::min(length, size), size - 1};
    return RangeKind::single;
  }
  range = {0, static_cast<std::uint64_t>(-1)};
  if (!parse_number(first, range.first)) return RangeKind::none;
  if (!last.empty() && !parse_number(last, range.last)) return RangeKind::none;
  if (range.last < range.first) return RangeKind::none;
  if (range.first >= size) return RangeKind::unsatisfiable;
  range.last = std::min(range.last, size - 1);
  return RangeKind::single;
}

}  // namespace parley::http
