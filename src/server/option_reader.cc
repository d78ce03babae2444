#include "server/option_reader.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace parley::server {
namespace {

struct Unit {
  std::string_view name;
  Duration value;
};
constexpr Unit kUnits[] = {{"ms", Duration(1)},
                           {"s", Duration(1000)},
                           {"m", Duration(60'000)},
                           {"h", Duration(3'600'000)}};
constexpr std::uint64_t kLongest = 1'000'000'000;  // of a unit: no product overflows

// A whole number; `rest` is what follows it.
std::optional<std::uint64_t> read_number(const std::string& text, std::string_view& rest) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  rest = {stop, end};
  return number;
}

std::string duration_text(Duration duration) {
  const auto ms = duration.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

}  // namespace

std::uint64_t OptionReader::number(const std::string& flag, std::uint64_t least, std::uint64_t most,
                                   std::uint64_t otherwise) {
  if (!is_given(flag)) return otherwise;
  std::string_view rest;
  const auto number = read_number(given_.text(flag), rest);
  if (number && rest.empty() && *number >= least && *number <= most) return *number;
  refuse(flag + " must be a number from " + std::to_string(least) + " to " + std::to_string(most) +
         ", not \"" + given_.text(flag) + '"');
  return otherwise;
}

Duration OptionReader::duration(const std::string& flag, Duration least, Duration most,
                                Duration otherwise) {
  if (!is_given(flag)) return otherwise;
  std::string_view rest;
  const auto number = read_number(given_.text(flag), rest);
  for (const Unit& unit : kUnits) {
    if (!number || *number > kLongest || rest != unit.name) continue;
    const Duration duration = static_cast<Duration::rep>(*number) * unit.value;
    if (duration >= least && duration <= most) return duration;
  }
  refuse(flag + " must be a time from " + duration_text(least) + " to " + duration_text(most) +
         " with its unit, as in 500ms, 10s or 2m, not \"" + given_.text(flag) + '"');
  return otherwise;
}

std::string OptionReader::text(const std::string& flag, const std::string& otherwise) const {
  return is_given(flag) ? given_.text(flag) : otherwise;
}

}  // namespace parley::server
