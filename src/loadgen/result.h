// What a run of `parley bench` found, as plain values: the live screen, the JSON and the HTML
// report are all made from this. docs/bench.md describes the JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/histogram.h"

namespace parley::loadgen {

// What /proc tells of a server on this machine.
struct ServerSample {
  double cpu_seconds = 0;  // user and system, since it started
  std::uint64_t resident_bytes = 0;
};

// One interval of the run.
struct Moment {
  double at_seconds = 0;  // its end, since the measured part began
  double published_per_second = 0;
  double deliveries_per_second = 0;
  std::uint64_t p50_us = 0;  // of what was received in the interval
  std::uint64_t p99_us = 0;
  std::uint64_t max_us = 0;
  std::uint64_t connections = 0;
  std::optional<double> server_cores{};  // CPU seconds a second
  std::optional<std::uint64_t> resident_bytes{};
};

// `storm` alone.
struct StormResult {
  std::uint64_t dropped = 0;
  std::uint64_t back = 0;       // connected again
  std::uint64_t recovered = 0;  // and told by the server that nothing is missing
  std::uint64_t lost = 0;       // messages that a client of the storm never got
  std::uint64_t duplicates = 0;
  std::uint64_t refused = 0;  // attempts that failed and were made again
  Histogram back_us;          // from the drop until recovered, of each client
  Histogram quiet_us;         // latency at the clients that stayed, before the storm
  Histogram during_us;        // and until the last one was back
};

struct Result {
  // What was asked for
  std::string workload;
  std::string dialect;
  std::string target;
  std::string command;  // to run it again
  std::uint64_t connections = 0;
  std::uint64_t rooms = 1;
  std::uint64_t size = 0;       // bytes of a message
  std::uint64_t in_flight = 0;  // closed loop; 0: open loop at `rate`
  double rate = 0;
  std::uint64_t threads = 1;
  bool compressed = false;  // the server agreed to permessage-deflate
  bool tls = false;
  // Where
  std::string started;  // 2026-01-31T12:00:00Z
  std::string machine;  // "2 cores, Intel …, Linux 6.1.0"
  // What was seen
  double elapsed_seconds = 0;
  std::uint64_t published = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t failed_connections = 0;
  std::uint64_t errors = 0;  // refusals, cut connections, messages that did not come
  Histogram latency;
  std::optional<std::int64_t> server_pid;
  std::optional<double> server_cpu_seconds;
  std::optional<std::uint64_t> resident_bytes;  // at the end
  // Resident bytes of the server with so many connections, and the slope of the line through them.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> memory;
  std::optional<double> bytes_per_connection;
  std::optional<StormResult> storm;
  std::vector<Moment> series;
  std::vector<std::string> notes;  // what a reader should know before believing the figures

  // Nothing when the server is not on this machine or was too short at work to tell.
  std::optional<double> deliveries_per_cpu_second() const;
  std::optional<double> server_cores() const;  // CPU seconds a second
};

// In one line, without an end of line.
std::string to_json(const Result& result);

}  // namespace parley::loadgen
