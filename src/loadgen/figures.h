// Figures as people read them: three digits that count, a unit that fits, thousands in groups.
// Pure functions; the screen and the summary share them, so that a figure looks the same in both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"

namespace parley::loadgen {

// A number and its unit, apart so that numbers can stand in a column.
struct Figure {
  std::string number;
  std::string unit;

  std::string text() const { return unit.empty() ? number : number + " " + unit; }
};

std::string grouped(std::uint64_t number);          // 1,234,567
std::string decimals(double number, int places);    // 0.98
Figure time_figure(std::uint64_t microseconds);     // 980 µs, 1.25 ms, 12.3 s
Figure bytes_figure(double bytes);                  // 412 B, 1.50 KiB, 52.3 MiB
std::string duration(double seconds);               // 9 s, 1 min 20 s
std::string count_of(std::uint64_t, ByteView one);  // 1 room, 1,000 rooms

// As people write it: 300ms, 5s, 2m, 1h.
std::optional<Duration> parse_duration(ByteView text);

// Columns that UTF-8 text takes on a terminal; every character is taken for one column wide.
std::size_t width_of(ByteView text);
// The text, or its beginning and an ellipsis, in at most so many columns.
std::string fitted(ByteView text, std::size_t columns);
// Moved to the right end of so many columns.
std::string right_aligned(ByteView text, std::size_t columns);

}  // namespace parley::loadgen
