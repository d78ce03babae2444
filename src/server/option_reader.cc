#include "server/option_reader.h"

#include <charconv>
#include <optional>

#include "loadgen/figures.h"

namespace parley::server {
namespace {

std::optional<std::uint64_t> parse_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

std::string duration_text(Duration duration) {
  const auto ms = duration.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

}  // namespace

std::uint64_t OptionReader::number(const std::string& flag, std::uint64_t least, std::uint64_t most,
                                   std::uint64_t otherwise) {
  if (!is_given(flag)) return otherwise;
  const auto number = parse_number(given_.text(flag));
  if (number && *number >= least && *number <= most) return *number;
  refuse(flag + " must be a number from " + std::to_string(least) + " to " + std::to_string(most) +
         ", not \"" + given_.text(flag) + '"');
  return otherwise;
}

Duration OptionReader::duration(const std::string& flag, Duration least, Duration most,
                                Duration otherwise) {
  if (!is_given(flag)) return otherwise;
  const auto duration = loadgen::parse_duration(given_.text(flag));
  if (duration && *duration >= least && *duration <= most) return *duration;
  refuse(flag + " must be a time from " + duration_text(least) + " to " + duration_text(most) +
         " with its unit, as in 500ms, 10s or 2m, not \"" + given_.text(flag) + '"');
  return otherwise;
}

std::string OptionReader::text(const std::string& flag, const std::string& otherwise) const {
  return is_given(flag) ? given_.text(flag) : otherwise;
}

}  // namespace parley::server
