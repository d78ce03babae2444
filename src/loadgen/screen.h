// Screen: what `parley bench` shows while it runs. On a terminal a few lines that are redrawn in
// place, each time by one write: a progress bar, the rate with a sparkline, percentiles,
// connections, the server's CPU and memory. Elsewhere one plain line when the phase changes and
// every few seconds. Owned by the command; used on its thread only.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.h"
#include "loadgen/result.h"

namespace parley::loadgen {

// Where the run stands. What is 0 or nothing is not shown.
struct Progress {
  std::string title;        // "fanout  ws://127.0.0.1:8000  plain, 1,000 connections"
  std::string phase;        // "connecting", "warming up", "measuring"
  double fraction = 0;      // of the phase, 0 to 1
  double seconds_left = 0;  // of the whole run; 0: not known
  Moment now;
  std::uint64_t wanted_connections = 0;
  std::uint64_t errors = 0;
};

class Screen {
 public:
  // `live`: the file is a terminal that moves its cursor. `columns` of 0: as wide as it says,
  // asked anew for each picture. Colours unless NO_COLOR is set.
  Screen(std::FILE* out, bool live, unsigned columns = 0);

  void show(const Progress& progress, TimePoint now = Clock::now());
  void clear();  // nothing of the picture is left

 private:
  void draw(const Progress& progress);
  void print_line(const Progress& progress, TimePoint now);
  std::size_t columns() const;

  std::FILE* const out_;
  const bool live_;
  const bool colour_;
  const unsigned columns_;
  std::size_t lines_ = 0;      // drawn by the last show(); the cursor stands below them
  std::vector<double> rates_;  // of the last intervals, for the sparkline
  std::string last_phase_;
  TimePoint last_line_{};
};

// The result as text for a terminal: one table and the notes.
std::string summary(const Result& result);

}  // namespace parley::loadgen
