// What `parley bench` is asked to do, and the run itself. docs/bench.md tells what each workload
// does and how it is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "loadgen/endpoint.h"
#include "loadgen/result.h"
#include "loadgen/screen.h"
#include "loadgen/wire.h"

namespace parley::loadgen {

enum class Workload : std::uint8_t { fanout, echo, idle, storm, mixed };
std::optional<Workload> workload(ByteView name);
ByteView workload_name(Workload workload);

struct LoadOptions {
  Workload workload = Workload::fanout;
  Endpoint endpoint;
  std::optional<Endpoint> publish_endpoint;  // fanout: where the publisher connects
  WireKind kind = WireKind::plain;
  std::string channel = "bench";  // the room, or the beginning of the rooms' names
  std::uint64_t connections = 1000;
  std::uint64_t rooms = 1;      // storm, mixed
  std::uint64_t size = 64;      // bytes of a message, at least Mark::kBytes
  std::uint64_t in_flight = 1;  // closed loop: unanswered messages (echo: of each connection)
  double rate = 0;              // open loop: messages a second; 0: closed
  Duration warmup{1000};
  Duration duration{10'000};
  std::uint64_t threads = 1;
  bool spin = false;  // never sleep: the load has cores to itself
  bool deflate = false;
  std::vector<std::int64_t> server_pids;  // empty: looked for
  std::uint64_t seed = 1;
};

// Runs on the calling thread, which only watches, and on `threads` load threads. Nothing: `why`
// says what was wrong and what to do; nothing was measured then.
std::optional<Result> run_load(const LoadOptions& options,
                               const std::function<void(const Progress&)>& show, std::string& why);

}  // namespace parley::loadgen
