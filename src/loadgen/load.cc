#include "loadgen/load.h"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <thread>

#include "loadgen/local_server.h"
#include "loadgen/squads.h"

namespace parley::loadgen {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kSpareDescriptors = 64;  // beside the connections
constexpr std::uint64_t kMemorySteps = 10;       // idle: points of the line
constexpr Duration kLook{50};                    // between two looks while waiting
constexpr Duration kNoProgress{20'000};          // then a wait has failed
constexpr Duration kSettle{300};                 // before memory is read
constexpr double kBusy = 0.95;                   // of its cores: then the load is the limit

struct Kind {
  Workload workload;
  ByteView name;
  MakeSquad* make;
};
constexpr Kind kKinds[] = {{Workload::fanout, "fanout", make_fanout},
                           {Workload::echo, "echo", make_echo},
                           {Workload::idle, "idle", make_idle},
                           {Workload::storm, "storm", make_storm},
                           {Workload::mixed, "mixed", make_mixed}};

const Kind& kind_of(Workload workload) {
  return *std::ranges::find(kKinds, workload, &Kind::workload);
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Least squares: by how much the bytes grow with each connection.
std::optional<double> slope(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& points) {
  if (points.size() < 2) return std::nullopt;
  double mean_x = 0, mean_y = 0;
  for (const auto& [x, y] : points) {
    mean_x += static_cast<double>(x) / static_cast<double>(points.size());
    mean_y += static_cast<double>(y) / static_cast<double>(points.size());
  }
  double covariance = 0, variance = 0;
  for (const auto& [x, y] : points) {
    covariance += (static_cast<double>(x) - mean_x) * (static_cast<double>(y) - mean_y);
    variance += (static_cast<double>(x) - mean_x) * (static_cast<double>(x) - mean_x);
  }
  return covariance / variance;
}

class Run {
 public:
  Run(const LoadOptions& options, const std::function<void(const Progress&)>& show)
      : options_(options), show_(show), squads_(options, kind_of(options.workload).make) {
    result_.workload = workload_name(options.workload);
    result_.dialect = wire_name(options.kind);
    result_.target = options.endpoint.url();
    result_.connections = options.connections;
    result_.rooms = options.rooms;
    result_.size = options.size;
    result_.in_flight = options.rate > 0 ? 0 : options.in_flight;
    result_.rate = options.rate;
    result_.threads = options.threads;
    result_.tls = options.endpoint.tls;
    result_.started = utc_now();
    result_.machine = machine_description();
    find_server();
  }

  std::optional<Result> go(std::string& why) {
    if (!connect_all(why)) return std::nullopt;
    if (options_.workload == Workload::idle) {
      hold();
    } else {
      squads_.for_each([](Squad& squad) { squad.start(); });
      if (!measure(why)) return std::nullopt;
      drain();
    }
    squads_.for_each([this](Squad& squad) { squad.add_to(result_); });
    tell_doubts();
    return std::move(result_);
  }

 private:
  void find_server() {
    pids_ = options_.server_pids;
    if (pids_.empty() && options_.endpoint.is_loopback()) {
      pids_ = processes_listening_on(options_.endpoint.port);
    }
    if (!pids_.empty()) result_.server_pid = pids_.front();
    if (pids_.size() > 1) {
      result_.notes.push_back("CPU and memory are those of " + std::to_string(pids_.size()) +
                              " processes that listen there, together.");
    }
  }

  // In steps, so that the memory of the server makes a line.
  bool connect_all(std::string& why) {
    const std::uint64_t steps = options_.workload == Workload::idle ? kMemorySteps : 1;
    for (std::uint64_t step = 1; step <= steps; ++step) {
      const std::uint64_t wanted = options_.connections * step / steps;
      squads_.for_each([wanted](Squad& squad) { squad.connect(wanted); });
      if (!wait_connected(wanted, why)) return false;
      note_memory(wanted);
    }
    return true;
  }

  bool wait_connected(std::uint64_t wanted, std::string& why) {
    std::uint64_t failed = 0, before = 0;
    TimePoint progressed = Clock::now();
    for (bool settled = false; !settled;) {
      std::this_thread::sleep_for(kLook);
      settled = true;
      squads_.for_each([&settled](Squad& squad) { settled &= squad.has_settled(); });
      const Tally tally = squads_.take();
      failed += tally.failed_connections + tally.errors;
      result_.bytes_received += tally.bytes_received;
      if (tally.connected + failed != before) progressed = Clock::now();
      before = tally.connected + failed;
      if (failed > 0 || Clock::now() - progressed > kNoProgress) {
        why = failed > 0 ? tally.fault : "the server does not answer any more";
        why += " (" + std::to_string(tally.connected) + " of " + std::to_string(wanted) +
               " clients were connected)";
        return false;
      }
      show({.title = title(),
            .phase = "connecting",
            .fraction =
                static_cast<double>(tally.connected) / static_cast<double>(options_.connections),
            .now = {.connections = tally.connected}});
    }
    return true;
  }

  void note_memory(std::uint64_t connections) {
    if (options_.workload != Workload::idle) return;
    std::this_thread::sleep_for(kSettle);
    if (const auto sample = sample_processes(pids_)) {
      result_.memory.emplace_back(connections, sample->resident_bytes);
    }
  }

  // idle: nobody may be cut while nothing happens.
  void hold() {
    const TimePoint start = Clock::now();
    while (Clock::now() - start < options_.duration) {
      std::this_thread::sleep_for(kLook);
      const Tally tally = squads_.take();
      count(tally);
      show({.title = title(),
            .phase = "idle",
            .fraction = Seconds(Clock::now() - start) / Seconds(options_.duration),
            .now = {.connections = tally.connected},
            .errors = result_.errors});
    }
    result_.elapsed_seconds = Seconds(Clock::now() - start).count();
    result_.bytes_per_connection = slope(result_.memory);
    if (const auto sample = sample_processes(pids_)) {
      result_.resident_bytes = sample->resident_bytes;
    }
  }

  bool measure(std::string& why) {
    const bool storm = options_.workload == Workload::storm;
    if (!pass("warming up", options_.warmup, false, why)) return false;
    result_.latency.clear();
    const auto before = sample_processes(pids_);
    const double own_before = own_cpu_seconds();
    measuring_since_ = Clock::now();
    if (storm) {
      if (!pass("quiet", options_.duration / 2, true, why)) return false;
      squads_.for_each([](Squad& squad) { squad.strike(); });
      if (!pass_storm(why)) return false;
    }
    const Duration rest = storm ? options_.duration / 2 : options_.duration;
    if (!pass(storm ? "after the storm" : "measuring", rest, true, why)) return false;
    result_.elapsed_seconds = Seconds(Clock::now() - measuring_since_).count();
    own_cores_ = (own_cpu_seconds() - own_before) / result_.elapsed_seconds;
    const auto after = sample_processes(pids_);
    if (before && after) {
      result_.server_cpu_seconds = after->cpu_seconds - before->cpu_seconds;
      result_.resident_bytes = after->resident_bytes;
    }
    return true;
  }

  // Lets time pass, and looks now and then.
  bool pass(const char* phase, Duration time, bool counts, std::string& why) {
    const Duration step = std::clamp<Duration>(time / 50, Duration(100), Duration(1000));
    const TimePoint start = Clock::now();
    TimePoint last = start;
    auto server = sample_processes(pids_);
    TimePoint delivered = start;
    while (Clock::now() - start < time) {
      std::this_thread::sleep_for(std::min<Clock::duration>(step, time - (Clock::now() - start)));
      const Tally tally = squads_.take();
      const TimePoint now = Clock::now();
      const auto sample = sample_processes(pids_);
      const Moment moment = moment_of(tally, Seconds(now - last).count(), server, sample);
      last = now;
      server = sample;
      if (counts) {
        count(tally);
        result_.series.push_back(moment);
      } else if (tally.errors > 0) {
        count(tally);
      }
      show({.title = title(),
            .phase = phase,
            .fraction = Seconds(now - start) / Seconds(time),
            .seconds_left = counts ? Seconds(time - (now - start)).count() : 0,
            .now = moment,
            .errors = result_.errors});
      if (tally.deliveries > 0) delivered = now;
      if (now - delivered > kNoProgress / 2) {
        why = "messages were published, and none has arrived for 10 s";
        if (!first_fault_.empty()) why += ": " + first_fault_;
        return false;
      }
    }
    return true;
  }

  bool pass_storm(std::string& why) {
    const TimePoint start = Clock::now();
    for (bool back = false; !back;) {
      if (!pass("storm", Duration(200), true, why)) return false;
      back = true;
      squads_.for_each([&back](Squad& squad) { back &= squad.has_recovered(); });
      if (!back && Clock::now() - start > 3 * kNoProgress) {
        result_.notes.emplace_back("Not all clients were back a minute after the storm.");
        return true;
      }
    }
    return true;
  }

  // What was sent before the end shall arrive: else it was lost.
  void drain() {
    squads_.for_each([](Squad& squad) { squad.stop(); });
    const TimePoint start = Clock::now();
    std::uint64_t outstanding = 0;
    do {
      std::this_thread::sleep_for(kLook);
      const Tally tally = squads_.take();
      outstanding = tally.outstanding;
      result_.errors += tally.errors;
      if (first_fault_.empty()) first_fault_ = tally.fault;
    } while (outstanding > 0 && Clock::now() - start < kNoProgress / 4);
    if (outstanding > 0) {
      result_.errors += outstanding;
      result_.notes.push_back(std::to_string(outstanding) + " messages never arrived.");
    }
  }

  void count(const Tally& tally) {
    result_.published += tally.published;
    result_.deliveries += tally.deliveries;
    result_.bytes_received += tally.bytes_received;
    result_.errors += tally.errors;
    result_.failed_connections += tally.failed_connections;
    result_.latency.add(tally.latency);
    if (first_fault_.empty()) first_fault_ = tally.fault;
  }

  Moment moment_of(const Tally& tally, double seconds, const std::optional<ServerSample>& before,
                   const std::optional<ServerSample>& after) const {
    Moment moment;
    moment.at_seconds = Seconds(Clock::now() - measuring_since_).count();
    moment.published_per_second = static_cast<double>(tally.published) / seconds;
    moment.deliveries_per_second = static_cast<double>(tally.deliveries) / seconds;
    moment.p50_us = tally.latency.percentile(50);
    moment.p99_us = tally.latency.percentile(99);
    moment.max_us = tally.latency.max();
    moment.connections = tally.connected;
    if (after) moment.resident_bytes = after->resident_bytes;
    if (before && after) {
      moment.server_cores = (after->cpu_seconds - before->cpu_seconds) / seconds;
    }
    return moment;
  }

  void tell_doubts() {
    if (!first_fault_.empty()) {
      result_.notes.push_back(std::to_string(result_.errors + result_.failed_connections) +
                              " faults, the first: " + first_fault_);
    }
    const bool closed_loop = options_.rate == 0 && options_.workload != Workload::idle;
    if (!options_.spin && own_cores_ > kBusy * static_cast<double>(options_.threads)) {
      result_.notes.emplace_back(
          "The load used all of its threads: the server may be faster than this shows. Give more "
          "with --threads.");
    }
    const auto cores = result_.server_cores();
    if (closed_loop && cores && *cores < 0.8 && options_.in_flight > 1) {
      result_.notes.emplace_back(
          "The server was not busy all the time: compare by CPU second, or load it more.");
    }
    if (pids_.empty()) {
      result_.notes.emplace_back(
          "The server's CPU and memory are not known: it runs elsewhere, or as another user. Name "
          "it with --server-pid.");
    }
  }

  std::string title() const {
    return result_.workload + "  " + result_.target + "  " + result_.dialect;
  }

  void show(Progress progress) const {
    progress.wanted_connections = options_.connections;
    if (show_) show_(progress);
  }

  const LoadOptions& options_;
  const std::function<void(const Progress&)>& show_;
  Squads squads_;
  std::vector<std::int64_t> pids_;
  Result result_;
  TimePoint measuring_since_ = Clock::now();
  double own_cores_ = 0;
  std::string first_fault_;
};

}  // namespace

std::optional<Workload> workload(ByteView name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind.workload;
  }
  return std::nullopt;
}

ByteView workload_name(Workload workload) { return kind_of(workload).name; }

std::optional<Result> run_load(const LoadOptions& options,
                               const std::function<void(const Progress&)>& show, std::string& why) {
  const std::uint64_t wanted = options.connections + kSpareDescriptors;
  if (const std::uint64_t limit = raise_descriptor_limit(wanted); limit < wanted) {
    why = std::to_string(wanted) + " open files are needed and " + std::to_string(limit) +
          " are allowed: raise the limit with `ulimit -n " + std::to_string(wanted) +
          "`, or take fewer --connections";
    return std::nullopt;
  }
  return Run(options, show).go(why);
}

}  // namespace parley::loadgen
