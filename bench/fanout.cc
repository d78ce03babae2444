// Fan-out: how many deliveries a second one core makes from one publisher into one room of many
// receivers.
//
// Two servers run as child processes on the same core: a bare loop that send()s what the publisher
// wrote to every socket (nothing of WebSocket but a fixed frame header), and Parley. The load
// generator has another core to itself. They take turns, A B A B, so that a noisy neighbour hits
// both; medians are printed.
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "fanout_crowd.h"

using namespace fanout;

namespace {

constexpr double kTargetOneInFlight = 0.85;  // Parley / bare, one message in flight
constexpr double kTargetBatched = 10.0;      // Parley with 16 in flight / bare with one
constexpr int kBatch = 16;
constexpr double kQuiet = 0.8;  // a server that gets less of its core has neighbours

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Figures median(const std::vector<Figures>& rounds) {
  std::vector<double> rates, per_cpu, busy;
  for (const Figures& round : rounds) {
    rates.push_back(round.rate);
    per_cpu.push_back(round.per_cpu_second);
    busy.push_back(round.server_busy);
  }
  return {median(rates), median(per_cpu), median(busy)};
}

struct Report {
  Figures bare_one, parley_one, bare_batch, parley_batch;

  [[nodiscard]] double one_in_flight() const { return parley_one.rate / bare_one.rate; }
  [[nodiscard]] double batched() const { return parley_batch.rate / bare_one.rate; }
  [[nodiscard]] double batched_both() const { return parley_batch.rate / bare_batch.rate; }
  [[nodiscard]] bool targets_met() const {
    return one_in_flight() >= kTargetOneInFlight && batched() >= kTargetBatched;
  }
  [[nodiscard]] bool quiet() const {
    return std::min({bare_one.server_busy, parley_one.server_busy, bare_batch.server_busy,
                     parley_batch.server_busy}) >= kQuiet;
  }
};

void print_ratio(const char* what, double by_rate, double by_cpu, double target) {
  std::printf("%-42s %8.2f %10.2f", what, by_rate, by_cpu);
  if (target > 0) std::printf("   (target %.2f)", target);
  std::printf("\n");
}

void print_row(const char* name, int window, const Figures& figures) {
  std::printf("%-16s %9d %15.0f %18.0f %11.0f %%\n", name, window, figures.rate,
              figures.per_cpu_second, figures.server_busy * 100);
}

void print(const Report& report, const Options& options) {
  std::printf(
      "%d receivers, %d-byte messages, medians of %d rounds of %g s, one core for the server\n\n",
      options.receivers, options.size, options.rounds, options.seconds);
  std::printf("%-16s %9s %15s %18s %13s\n", "server", "in flight", "deliveries/s", "per CPU second",
              "core used");
  print_row("bare send loop", 1, report.bare_one);
  print_row("parley", 1, report.parley_one);
  print_row("bare send loop", kBatch, report.bare_batch);
  print_row("parley", kBatch, report.parley_batch);
  std::printf("\n%-42s %8s %10s\n", "ratio", "by rate", "by CPU");
  print_ratio("parley / bare, 1 in flight", report.one_in_flight(),
              report.parley_one.per_cpu_second / report.bare_one.per_cpu_second,
              kTargetOneInFlight);
  print_ratio("parley, 16 in flight / bare, 1 in flight", report.batched(),
              report.parley_batch.per_cpu_second / report.bare_one.per_cpu_second, kTargetBatched);
  print_ratio("parley / bare, 16 in flight", report.batched_both(),
              report.parley_batch.per_cpu_second / report.bare_batch.per_cpu_second, 0);
  if (!report.quiet()) {
    std::printf(
        "\nThe machine is busy with other work: only the ratios by CPU time say anything.\n");
  }
}

void write_json(const Report& report, const Options& options) {
  std::ofstream out(options.json);
  const auto row = [&out](const char* name, const Figures& figures) {
    out << "  \"" << name << "\": {\"deliveries_per_second\": " << figures.rate
        << ", \"deliveries_per_cpu_second\": " << figures.per_cpu_second
        << ", \"core_used\": " << figures.server_busy << "},\n";
  };
  out << std::fixed << "{\n  \"receivers\": " << options.receivers << ", \"size\": " << options.size
      << ", \"rounds\": " << options.rounds << ", \"seconds\": " << options.seconds << ",\n";
  row("bare_1", report.bare_one);
  row("parley_1", report.parley_one);
  row("bare_16", report.bare_batch);
  row("parley_16", report.parley_batch);
  out << "  \"parley_1_to_bare_1\": " << report.one_in_flight()
      << ",\n  \"parley_16_to_bare_1\": " << report.batched()
      << ",\n  \"parley_16_to_bare_16\": " << report.batched_both() << "\n}\n";
  if (!out.flush()) fail("cannot write " + options.json);
}

// The first two cores that this process may use: one for the server, one for the load.
std::array<int, 2> two_cores() {
  cpu_set_t allowed;
  checked(sched_getaffinity(0, sizeof allowed, &allowed), "sched_getaffinity");
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  if (cores.size() < 2) fail("two cores are needed: one for the server, one for the load");
  return {cores[0], cores[1]};
}

void raise_descriptor_limit(int receivers) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < static_cast<rlim_t>(receivers) * 2 + 64)
    fail("too few descriptors: ulimit -n");
}

Report measure(const Options& options) {
  const auto [server_core, load_core] = two_cores();
  raise_descriptor_limit(options.receivers);
  const Server parley_server = Server::parley(server_core, options);
  pin_to(load_core);
  Crowd parley(parley_server, options,
               options.centrifuge ? Crowd::Speaks::centrifuge : Crowd::Speaks::plain, options.size);
  Options bare_options = options;
  bare_options.size = parley.payload_bytes();  // the same bytes to everyone
  const Server bare_server = Server::bare(server_core, bare_options);
  Crowd bare(bare_server, bare_options, Crowd::Speaks::frames, bare_options.size);
  std::vector<Figures> bare_one, parley_one, bare_batch, parley_batch;
  const Seconds duration(options.seconds);
  for (int round = 0; round < options.rounds; ++round) {
    bare_one.push_back(bare.run(1, duration));
    parley_one.push_back(parley.run(1, duration));
    bare_batch.push_back(bare.run(kBatch, duration));
    parley_batch.push_back(parley.run(kBatch, duration));
  }
  return {median(bare_one), median(parley_one), median(bare_batch), median(parley_batch)};
}

constexpr const char* kUsage =
    "usage: bench_fanout [--parley PATH] [--rounds N] [--seconds D] [--receivers N]\n"
    "                    [--size BYTES] [--centrifuge] [--json FILE] [--check]\n"
    "--centrifuge: the Centrifuge dialect instead of the plain one\n"
    "--check: exit 1 when a target is missed\n";

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--centrifuge") {
      options.centrifuge = true;
      continue;
    }
    if (flag == "--check") {
      options.check = true;
      continue;
    }
    if (++i == argc) fail(kUsage);
    if (flag == "--parley")
      options.parley = argv[i];
    else if (flag == "--json")
      options.json = argv[i];
    else if (flag == "--rounds")
      options.rounds = std::atoi(argv[i]);
    else if (flag == "--seconds")
      options.seconds = std::atof(argv[i]);
    else if (flag == "--receivers")
      options.receivers = std::atoi(argv[i]);
    else if (flag == "--size")
      options.size = std::atoi(argv[i]);
    else
      fail(kUsage);
  }
  const bool valid = options.rounds > 0 && options.rounds <= 100 && options.seconds > 0 &&
                     options.seconds <= 60 && options.receivers > 0 && options.receivers <= 20000 &&
                     options.size > 0 && options.size <= 4000;
  if (!valid) fail(kUsage);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse(argc, argv);
    const Report report = measure(options);
    print(report, options);
    if (!options.json.empty()) write_json(report, options);
    return options.check && !report.targets_met() ? 1 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_fanout: %s\n", error.what());
    return 2;
  }
}
