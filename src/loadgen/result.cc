#include "loadgen/result.h"

#include <algorithm>
#include <cmath>

#include "base/json_writer.h"
#include "base/text.h"

namespace parley::loadgen {
namespace {

// More places than a measurement has would only lengthen the text.
double rounded(double value, int places) {
  const double scale = std::pow(10.0, places);
  return std::round(value * scale) / scale;
}

// A target or a command line may be any bytes, JSON may not.
std::string as_utf8(std::string text) {
  if (!is_valid_utf8(text)) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
        '?');
  }
  return text;
}

template <class T>
void optional_member(JsonWriter& json, ByteView name, const std::optional<T>& value) {
  if (value) {
    json.member(name, *value);
  } else {
    json.key(name).null();
  }
}

void optional_member(JsonWriter& json, ByteView name, std::optional<double> value, int places) {
  if (value) value = rounded(*value, places);
  optional_member(json, name, value);
}

void write_histogram(JsonWriter& json, ByteView name, const Histogram& histogram) {
  json.key(name)
      .begin_object()
      .member("count", histogram.count())
      .member("min", histogram.min())
      .member("mean", rounded(histogram.mean(), 1))
      .member("p50", histogram.percentile(50))
      .member("p90", histogram.percentile(90))
      .member("p99", histogram.percentile(99))
      .member("p999", histogram.percentile(99.9))
      .member("max", histogram.max())
      .key("buckets")
      .begin_array();
  for (const auto& [top, count] : histogram.buckets()) {
    json.begin_array().value(top).value(count).end_array();
  }
  json.end_array().end_object();
}

void write_question(JsonWriter& json, const Result& result) {
  json.member("workload", result.workload)
      .member("dialect", result.dialect)
      .member("target", as_utf8(result.target))
      .member("command", as_utf8(result.command))
      .key("options")
      .begin_object()
      .member("connections", result.connections)
      .member("rooms", result.rooms)
      .member("size", result.size)
      .member("in_flight", result.in_flight)
      .member("rate", result.rate)
      .member("threads", result.threads)
      .member("compressed", result.compressed)
      .member("tls", result.tls)
      .end_object()
      .member("started", result.started)
      .member("machine", as_utf8(result.machine));
}

void write_totals(JsonWriter& json, const Result& result) {
  const double seconds = result.elapsed_seconds;
  const auto per_second = [seconds](std::uint64_t count) {
    return seconds > 0 ? rounded(static_cast<double>(count) / seconds, 1) : 0.0;
  };
  json.member("elapsed_s", rounded(seconds, 3))
      .key("totals")
      .begin_object()
      .member("published", result.published)
      .member("deliveries", result.deliveries)
      .member("bytes_received", result.bytes_received)
      .member("failed_connections", result.failed_connections)
      .member("errors", result.errors)
      .end_object()
      .key("rates")
      .begin_object()
      .member("published_per_s", per_second(result.published))
      .member("deliveries_per_s", per_second(result.deliveries));
  optional_member(json, "deliveries_per_cpu_s", result.deliveries_per_cpu_second(), 1);
  json.end_object();
}

void write_server(JsonWriter& json, const Result& result) {
  json.key("server");
  if (!result.server_pid) {
    json.null();
    return;
  }
  json.begin_object().member("pid", *result.server_pid);
  optional_member(json, "cpu_s", result.server_cpu_seconds, 3);
  optional_member(json, "core_used", result.server_cores(), 3);
  optional_member(json, "rss_bytes", result.resident_bytes);
  optional_member(json, "rss_per_connection", result.bytes_per_connection, 1);
  json.key("memory").begin_array();
  for (const auto& [connections, bytes] : result.memory) {
    json.begin_array().value(connections).value(bytes).end_array();
  }
  json.end_array().end_object();
}

void write_storm(JsonWriter& json, const StormResult& storm) {
  json.key("storm")
      .begin_object()
      .member("dropped", storm.dropped)
      .member("back", storm.back)
      .member("recovered", storm.recovered)
      .member("lost", storm.lost)
      .member("duplicates", storm.duplicates)
      .member("refused", storm.refused);
  write_histogram(json, "back_us", storm.back_us);
  write_histogram(json, "quiet_us", storm.quiet_us);
  write_histogram(json, "during_us", storm.during_us);
  json.end_object();
}

void write_series(JsonWriter& json, const std::vector<Moment>& series) {
  json.key("series").begin_array();
  for (const Moment& moment : series) {
    json.begin_object()
        .member("t", rounded(moment.at_seconds, 3))
        .member("published_per_s", rounded(moment.published_per_second, 1))
        .member("deliveries_per_s", rounded(moment.deliveries_per_second, 1))
        .member("p50", moment.p50_us)
        .member("p99", moment.p99_us)
        .member("max", moment.max_us)
        .member("connections", moment.connections);
    optional_member(json, "cores", moment.server_cores, 3);
    optional_member(json, "rss_bytes", moment.resident_bytes);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::optional<double> Result::deliveries_per_cpu_second() const {
  if (!server_cpu_seconds || *server_cpu_seconds <= 0) return std::nullopt;
  return static_cast<double>(deliveries) / *server_cpu_seconds;
}

std::optional<double> Result::server_cores() const {
  if (!server_cpu_seconds || elapsed_seconds <= 0) return std::nullopt;
  return *server_cpu_seconds / elapsed_seconds;
}

std::string to_json(const Result& result) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("parley_bench", 1);
  write_question(json, result);
  write_totals(json, result);
  write_histogram(json, "latency_us", result.latency);
  write_server(json, result);
  if (result.storm) write_storm(json, *result.storm);
  write_series(json, result.series);
  json.key("notes").begin_array();
  for (const std::string& note : result.notes) json.value(as_utf8(note));
  json.end_array().end_object();
  return text;
}

}  // namespace parley::loadgen
