#include "loadgen/figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace parley::loadgen {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

// As many places as leave three digits; the limits are where rounding would add a fourth.
std::string three_digits(double number) {
  return decimals(number, number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, 1, ',');
  return text;
}

std::string decimals(double number, int places) {
  std::array<char, 48> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number,
                                          std::chars_format::fixed, places);
  return error == std::errc() ? std::string(text.data(), end) : "-";
}

Figure time_figure(std::uint64_t microseconds) {
  const auto us = static_cast<double>(microseconds);
  if (us < 1000) return {std::to_string(microseconds), "µs"};
  if (us < 999'500) return {three_digits(us / 1e3), "ms"};
  return {three_digits(us / 1e6), "s"};
}

Figure bytes_figure(double bytes) {
  if (bytes < 1023.5) return {decimals(bytes, 0), "B"};
  static constexpr std::array<const char*, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (bytes /= 1024; bytes >= 1023.5 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return {three_digits(bytes), kUnits[unit]};
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::max(0.0, std::round(seconds)));
  if (whole < 60) return std::to_string(whole) + " s";
  return grouped(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

std::string count_of(std::uint64_t count, ByteView one) {
  std::string text = grouped(count) + " ";
  text.append(one);
  if (count != 1) text.push_back('s');
  return text;
}

std::size_t width_of(ByteView text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string fitted(ByteView text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::size_t end = 0;
  for (std::size_t taken = 0; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++taken == columns) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string right_aligned(ByteView text, std::size_t columns) {
  const std::size_t width = width_of(text);
  return std::string(columns > width ? columns - width : 0, ' ').append(text);
}

std::optional<Duration> parse_duration(ByteView text) {
  constexpr std::pair<ByteView, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  std::int32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0) return std::nullopt;
  for (const auto& [unit, factor] : kUnits) {
    if (ByteView(stop, static_cast<std::size_t>(end - stop)) == unit) {
      return Duration(number * factor);
    }
  }
  return std::nullopt;
}

}  // namespace parley::loadgen
