#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/figures.h"
#include "loadgen/screen.h"

namespace parley::loadgen {
namespace {

constexpr std::size_t kTextColumns = 76;
constexpr std::size_t kTableLabel = 24;
constexpr std::size_t kTableNumber = 12;
constexpr std::size_t kPercentileLabel = 12;
constexpr std::size_t kPercentile = 10;

std::string padded(std::string text, std::size_t columns) {
  const std::size_t width = width_of(text);
  return text.append(columns > width ? columns - width : 0, ' ');
}

void add_figure(std::string& out, ByteView label, const Figure& figure) {
  out +=
      "  " + padded(std::string(label), kTableLabel) + right_aligned(figure.number, kTableNumber);
  out += figure.unit.empty() ? "\n" : " " + figure.unit + "\n";
}

Figure rate_figure(double per_second) {
  if (per_second < 100) return {decimals(per_second, 1), "/s"};
  return {grouped(static_cast<std::uint64_t>(std::round(per_second))), "/s"};
}

// In bytes, since this is what people compare: 408 B against 4,065 B.
Figure per_connection_figure(double bytes) {
  return {grouped(static_cast<std::uint64_t>(std::max(0.0, std::round(bytes)))), "B"};
}

std::string question(const Result& result) {
  std::string text = result.workload + "  " + result.target + "  " + result.dialect;
  if (result.compressed) text += ", compressed";
  text += "\n" + count_of(result.connections, "connection");
  if (result.rooms > 1) text += " in " + count_of(result.rooms, "room");
  if (result.published > 0) {
    text += ", messages of " + grouped(result.size) + " B, ";
    text += result.in_flight > 0 ? grouped(result.in_flight) + " in flight"
                                 : rate_figure(result.rate).text() + " wanted";
  }
  return text + ", " + decimals(result.elapsed_seconds, 1) + " s\n";
}

void add_rates(std::string& out, const Result& result) {
  if (result.elapsed_seconds <= 0 || result.published + result.deliveries == 0) return;
  const double seconds = result.elapsed_seconds;
  add_figure(out, "deliveries", rate_figure(static_cast<double>(result.deliveries) / seconds));
  if (const auto rate = result.deliveries_per_cpu_second(); rate && result.deliveries > 0) {
    const auto number = grouped(static_cast<std::uint64_t>(std::round(*rate)));
    add_figure(out, "  per server CPU second", {number, ""});
  }
  add_figure(out, "published", rate_figure(static_cast<double>(result.published) / seconds));
  Figure received = bytes_figure(static_cast<double>(result.bytes_received) / seconds);
  received.unit += "/s";
  add_figure(out, "received", received);
}

void add_server(std::string& out, const Result& result) {
  if (const auto cores = result.server_cores()) {
    add_figure(out, "server CPU", {decimals(*cores, 2), "cores"});
  }
  if (result.resident_bytes) {
    add_figure(out, "server memory", bytes_figure(static_cast<double>(*result.resident_bytes)));
  }
  if (result.bytes_per_connection) {
    add_figure(out, "  each connection", per_connection_figure(*result.bytes_per_connection));
  }
}

void add_storm(std::string& out, const StormResult& storm) {
  add_figure(out, "dropped", {grouped(storm.dropped), "connections"});
  add_figure(out, "  back", {grouped(storm.back), ""});
  add_figure(out, "  back and recovered", {grouped(storm.recovered), ""});
  add_figure(out, "  attempts refused", {grouped(storm.refused), ""});
  add_figure(out, "  messages lost", {grouped(storm.lost), ""});
  add_figure(out, "  messages twice", {grouped(storm.duplicates), ""});
}

void add_percentiles(std::string& out, ByteView label, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  out += "  " + padded(std::string(label), kPercentileLabel);
  for (const double percent : {50.0, 90.0, 99.0, 99.9, 100.0}) {
    out += right_aligned(time_figure(histogram.percentile(percent)).text(), kPercentile);
  }
  out += "\n";
}

void add_latencies(std::string& out, const Result& result) {
  std::string rows;
  add_percentiles(rows, "latency", result.latency);
  if (result.storm) {
    add_percentiles(rows, "  quiet", result.storm->quiet_us);
    add_percentiles(rows, "  in storm", result.storm->during_us);
    add_percentiles(rows, "recovered in", result.storm->back_us);
  }
  if (rows.empty()) return;
  out += "\n" + std::string(2 + kPercentileLabel, ' ');
  for (const ByteView name : {"p50", "p90", "p99", "p99.9", "max"}) {
    out += right_aligned(name, kPercentile);
  }
  out += "\n" + rows;
}

void add_errors(std::string& out, const Result& result) {
  if (result.failed_connections + result.errors == 0) {
    out += "\n  No errors.\n";
    return;
  }
  out += "\n";
  if (result.failed_connections > 0) {
    out += "  " + count_of(result.failed_connections, "connection") + " failed.\n";
  }
  if (result.errors > 0) {
    out += "  " + count_of(result.errors, "error") +
           ": refusals, cut connections, messages that did not come.\n";
  }
}

// Words in lines of at most kTextColumns, a dash before the first.
void add_note(std::string& out, ByteView note) {
  std::string line = "  -";
  while (!note.empty()) {
    const std::size_t end = std::min(note.find(' '), note.size());
    const ByteView word = note.substr(0, end);
    note.remove_prefix(std::min(end + 1, note.size()));
    if (width_of(line) + 1 + width_of(word) > kTextColumns && width_of(line) > 3) {
      out += line + "\n";
      line = "   ";
    }
    line.append(" ").append(word);
  }
  out += line + "\n";
}

}  // namespace

std::string summary(const Result& result) {
  std::string out = question(result) + "\n";
  add_rates(out, result);
  add_server(out, result);
  if (result.storm) add_storm(out, *result.storm);
  add_latencies(out, result);
  add_errors(out, result);
  if (!result.notes.empty()) out += "\n";
  for (const std::string& note : result.notes) add_note(out, note);
  return out;
}

}  // namespace parley::loadgen
