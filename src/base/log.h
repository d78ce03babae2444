// Log lines: formatted by the caller, written by one background thread through a bounded queue. A
// full queue drops the oldest line and counts it; logging never blocks a shard. Lines never carry a
// token: targets go through redact_query() first. start() and stop() belong to main.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::log {

enum class Level { trace, debug, info, warning, error, off };

struct Options {
  Level level = Level::info;
  bool json = false;  // one JSON object a line instead of text
};

void start(const Options& options);  // before start() nothing is written
void stop();                         // writes what is queued, then ends the thread
bool enabled(Level level);
void write(Level level, std::string_view message);
std::uint64_t dropped_lines();

// "/echo?token=abc&username=x" -> "/echo?…": a query may hold secrets, the path may not.
std::string redact_query(std::string_view target);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warning)) {
    write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
  }
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace parley::log
