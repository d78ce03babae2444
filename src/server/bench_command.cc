#include "server/bench_command.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <optional>

#include "loadgen/load.h"
#include "loadgen/local_server.h"
#include "loadgen/mark.h"
#include "loadgen/report.h"
#include "server/option_reader.h"

namespace parley::server {
namespace {

using loadgen::LoadOptions;
using loadgen::LocalServer;
using loadgen::WireKind;
using loadgen::Workload;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

constexpr std::uint64_t kMostConnections = 1'000'000;
constexpr std::uint64_t kMostBytes = 1'000'000;
constexpr std::uint64_t kMostInFlight = 10'000;
constexpr std::uint64_t kMostThreads = 256;

std::uint64_t default_connections(Workload workload) {
  switch (workload) {
    case Workload::echo: return 64;
    case Workload::idle:
    case Workload::storm: return 10'000;
    default: return 1000;
  }
}

// A room of a storm has 100 clients, one of a mixed load 50.
std::uint64_t default_rooms(const LoadOptions& options) {
  const std::uint64_t members = options.workload == Workload::storm ? 100 : 50;
  return std::max<std::uint64_t>(1, options.connections / members);
}

double default_rate(Workload workload) {
  if (workload == Workload::storm) return 100;
  return workload == Workload::mixed ? 1000 : 0;
}

std::vector<std::int64_t> read_pids(OptionReader& reader) {
  std::vector<std::int64_t> pids;
  const std::string text = reader.text("--server-pid", "");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string pid = text.substr(at, comma - at);
    const bool is_number =
        !pid.empty() && pid.size() < 10 && pid.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number || !loadgen::sample_processes({std::stoll(pid)})) {
      reader.refuse("--server-pid: there is no process \"" + pid + '"');
      break;
    }
    pids.push_back(std::stoll(pid));
    at = comma + 1;
  }
  return pids;
}

void read_dialect(OptionReader& reader, LoadOptions& options) {
  const std::string name = reader.text("--dialect", "plain");
  const auto kind = loadgen::wire_kind(name);
  if (!kind) {
    return reader.refuse("--dialect must be plain, centrifuge or socketio, not \"" + name + '"');
  }
  options.kind = *kind;
  // These read offsets, names and presence lists, which raw messages do not have.
  const bool needs_more =
      options.workload == Workload::storm || options.workload == Workload::mixed;
  if (needs_more && *kind == WireKind::plain) options.kind = WireKind::plain_json;
  if (needs_more && *kind == WireKind::socketio) {
    reader.refuse("storm and mixed speak plain or centrifuge");
  }
}

LoadOptions read_options(OptionReader& reader) {
  LoadOptions options;
  const std::string& name = reader.argument(0);
  if (const auto workload = loadgen::workload(name)) {
    options.workload = *workload;
  } else {
    reader.refuse(name.empty() ? "the workload is missing: fanout, echo, idle, storm or mixed"
                               : "the workload must be fanout, echo, idle, storm or mixed, not \"" +
                                     name + '"');
  }
  read_dialect(reader, options);
  options.connections =
      reader.number("--connections", 1, kMostConnections, default_connections(options.workload));
  const bool has_rooms = options.workload == Workload::storm || options.workload == Workload::mixed;
  options.rooms =
      reader.number("--rooms", 1, options.connections, has_rooms ? default_rooms(options) : 1);
  options.size = reader.number("--size", loadgen::Mark::kBytes, kMostBytes, 64);
  options.in_flight = reader.number("--in-flight", 1, kMostInFlight, 1);
  options.rate = static_cast<double>(reader.number(
      "--rate", 1, 100'000'000, static_cast<std::uint64_t>(default_rate(options.workload))));
  if (reader.is_given("--rate") && reader.is_given("--in-flight")) {
    reader.refuse("--in-flight is a closed loop and --rate an open one: choose");
  }
  const Duration usual(options.workload == Workload::idle ? 3'000 : 10'000);
  options.duration = reader.duration("--duration", Duration(100), Duration(24 * 3'600'000), usual);
  options.warmup = reader.duration("--warmup", Duration(0), Duration(3'600'000), Duration(1000));
  options.channel = reader.text("--channel", "bench");
  options.threads = reader.number("--threads", 1, kMostThreads, 1);
  options.spin = reader.is_set("--spin");
  options.deflate = reader.is_set("--compress");
  options.server_pids = read_pids(reader);
  options.seed = reader.number("--seed", 0, UINT64_MAX, 1);
  return options;
}

void read_target(OptionReader& reader, LoadOptions& options) {
  const std::string& target = reader.argument(1);
  const bool demo = reader.is_set("--demo");
  if (demo && !target.empty()) return reader.refuse("--demo starts a server: leave the TARGET out");
  if (!demo && (reader.is_set("--tls") || reader.is_given("--server-threads"))) {
    reader.refuse("--tls and --server-threads are for the server that --demo starts");
  }
  if (demo) return;
  if (target.empty()) {
    return reader.refuse(
        "the TARGET is missing, as in ws://127.0.0.1:8000; or start a server with --demo");
  }
  std::string why;
  if (const auto endpoint = loadgen::resolve_endpoint(target, why)) {
    options.endpoint = *endpoint;
  } else {
    reader.refuse(target + ": " + why);
  }
}

void read_publish_target(OptionReader& reader, LoadOptions& options) {
  if (!reader.is_given("--publish-target")) return;
  std::string why;
  options.publish_endpoint = loadgen::resolve_endpoint(reader.text("--publish-target", ""), why);
  if (!options.publish_endpoint) reader.refuse("--publish-target: " + why);
}

// A server of this program. With two cores or more it has those to itself that the load does not
// need, and the load never sleeps, so that waking it is not the server's cost.
std::optional<LocalServer> start_demo(OptionReader& reader, LoadOptions& options,
                                      std::string& why) {
  const std::uint64_t threads = reader.number("--server-threads", 1, kMostThreads, 1);
  const bool tls = reader.is_set("--tls");
  LocalServer::Options server{.command = {"/proc/self/exe", "serve", "--listen",
                                          tls ? "https://127.0.0.1:0" : "127.0.0.1:0", "--threads",
                                          std::to_string(threads)}};
  if (tls) server.command.insert(server.command.end(), {"--tls", "self"});
  // A server needs as many descriptors as the load, and inherits its limit.
  loadgen::raise_descriptor_limit(options.connections + 1024);
  const std::vector<int> cores = loadgen::usable_cores();
  if (cores.size() >= threads + options.threads) {
    const auto split = cores.begin() + static_cast<std::ptrdiff_t>(threads);
    server.cores = {cores.begin(), split};
    options.spin = true;
    auto started = LocalServer::start(server, why);
    loadgen::pin_to_cores({split, cores.end()});
    return started;
  }
  return LocalServer::start(server, why);
}

bool write_file(const std::string& path, const std::string& text, std::ostream& err) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (file.flush()) return true;
  err << "parley: cannot write " << path << '\n';
  return false;
}

int write_results(const OptionReader& reader, const loadgen::Result& result, std::ostream& out,
                  std::ostream& err) {
  const std::string json = loadgen::to_json(result) + "\n";
  const std::string json_path = reader.text("--json", "");
  const std::string html_path = reader.text("--html", "");
  if (json_path == "-") {
    out << json;
  } else {
    out << loadgen::summary(result);
    if (!json_path.empty() && !write_file(json_path, json, err)) return kFailed;
  }
  if (!html_path.empty() && !write_file(html_path, loadgen::html_report(json), err)) {
    return kFailed;
  }
  if (!html_path.empty()) {
    err << "report: " << html_path << '\n';
  } else if (json_path != "-") {
    err << "For a report with plots add --html report.html\n";
  }
  return result.errors + result.failed_connections == 0 ? 0 : kFailed;
}

std::string command_text(const CommandOptions& given) {
  std::string text = "parley bench";
  for (const std::string& argument : given.arguments) {
    if (!argument.empty()) text += " " + argument;
  }
  for (const auto& [flag, value] : given.values) {
    const bool is_output = flag == "--json" || flag == "--html";
    if (!value.empty() && !is_output) text += " " + flag + " " + value;
  }
  for (const auto& [flag, on] : given.switches) {
    if (on && flag != "--quiet") text += " " + flag;
  }
  return text;
}

}  // namespace

int bench_command(const CommandOptions& given, std::ostream& out, std::ostream& err) {
  OptionReader reader(given);
  LoadOptions options = read_options(reader);
  read_target(reader, options);
  read_publish_target(reader, options);
  reader.number("--server-threads", 1, kMostThreads, 1);
  if (!reader.faults().empty()) {
    err << reader.faults() << "Try: parley bench --help\n";
    return kWrongUsage;
  }
  std::string why;
  std::optional<LocalServer> demo;
  if (reader.is_set("--demo")) {
    demo = start_demo(reader, options, why);
    const auto endpoint = demo ? loadgen::resolve_endpoint(demo->url(), why) : std::nullopt;
    if (!endpoint) {
      err << "parley: " << why << '\n';
      return kFailed;
    }
    options.endpoint = *endpoint;
    options.server_pids = {demo->pid()};
  }
  std::optional<loadgen::Screen> screen;
  if (!reader.is_set("--quiet")) screen.emplace(stderr, ::isatty(STDERR_FILENO) == 1);
  auto result = loadgen::run_load(
      options,
      [&screen](const loadgen::Progress& now) {
        if (screen) screen->show(now);
      },
      why);
  if (screen) screen->clear();
  if (!result) {
    err << "parley: " << why << '\n';
    return kFailed;
  }
  result->command = command_text(given);
  return write_results(reader, *result, out, err);
}

}  // namespace parley::server
