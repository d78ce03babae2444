#include "server/verify_command.h"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "auth/signer.h"
#include "base/ids.h"
#include "base/json_writer.h"
#include "loadgen/verify.h"
#include "server/config_file.h"
#include "server/option_reader.h"

namespace parley::server {
namespace {

using loadgen::VerifyOptions;
using loadgen::VerifyReport;
using loadgen::WireKind;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

constexpr Duration kShort{12'000};  // the plan of that name is written for it
constexpr Duration kUsual{60'000};
constexpr std::size_t kSecretBytes = 32;

void read_plan(OptionReader& reader, VerifyOptions& options) {
  const bool own = reader.argument(0).empty();
  const std::string name = reader.text("--plan", own ? "short" : "cuts");
  std::string why;
  std::string text(loadgen::builtin_plan(name));
  if (text.empty()) {
    const auto file = read_small_file(name, &why);
    if (!file) {
      return reader.refuse("--plan wants " + loadgen::builtin_plan_names() + " or a file; " + why);
    }
    text = *file;
  }
  const auto plan = loadgen::parse_fault_plan(text, why);
  if (!plan) return reader.refuse(name + ": " + why);
  options.plan = *plan;
  options.plan.name = name;
  for (const loadgen::Fault& fault : plan->faults) {
    if (own || !loadgen::needs_own_server(fault.kind)) continue;
    return reader.refuse("the plan " + name + " has " +
                         std::string(loadgen::fault_name(fault.kind)) +
                         ", which needs a server of the run's own: leave the TARGET out, or take "
                         "the plan cuts");
  }
}

void read_dialects(OptionReader& reader, VerifyOptions& options) {
  std::string names = reader.text("--dialect", "plain,centrifuge");
  options.kinds.clear();
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t comma = std::min(names.find(',', at), names.size());
    const std::string name = names.substr(at, comma - at);
    at = comma + 1;
    if (name == "plain") {  // raw messages have no offsets
      options.kinds.push_back(WireKind::plain_json);
    } else if (name == "centrifuge") {
      options.kinds.push_back(WireKind::centrifuge);
    } else {
      return reader.refuse("--dialect must be plain, centrifuge or both, not \"" + name + '"');
    }
  }
}

VerifyOptions read_options(OptionReader& reader) {
  VerifyOptions options;
  if (const std::string& target = reader.argument(0); !target.empty()) {
    std::string why;
    options.target = loadgen::resolve_endpoint(target, why);
    if (!options.target) reader.refuse(target + ": " + why);
    if (options.target && !options.target->path.empty()) {
      reader.refuse(target + ": a target has no path, as in ws://127.0.0.1:8000");
    }
  }
  read_plan(reader, options);
  read_dialects(reader, options);
  const std::uint64_t any_seed = std::stoull(random_id(4), nullptr, 16);
  options.seed = reader.number("--seed", 0, UINT64_MAX, any_seed);
  options.duration = reader.duration("--duration", Duration(1'000), Duration(7 * 24 * 3'600'000),
                                     options.plan.name == "short" ? kShort : kUsual);
  const auto count = [&reader](const char* flag, std::uint64_t most, std::uint64_t otherwise) {
    return static_cast<std::uint32_t>(reader.number(flag, 1, most, otherwise));
  };
  options.clients = count("--clients", 10'000, options.clients);
  options.channels = count("--channels", 1'000, options.channels);
  options.publishers = count("--publishers", options.clients, std::min(8U, options.clients));
  options.rate = count("--rate", 100'000, 400);
  return options;
}

// The server of the run's own asks for tokens; the secret is new each time.
bool prepare_tokens(VerifyOptions& options, std::string& why) {
  options.binary = "/proc/self/exe";
  options.token_secret = random_id(kSecretBytes);
  auto signer = auth::Signer::secret(options.token_secret, auth::Algorithm::hs256, why);
  if (!signer.has_value()) return false;
  options.make_token = [signer = *signer](const std::string& user,
                                          const std::vector<std::string>& channels) {
    std::string claims;
    JsonWriter json(claims);
    json.begin_object().member("sub", user);
    if (!channels.empty()) {
      json.key("channels").begin_array();
      for (const std::string& channel : channels) json.value(channel);
      json.end_array();
    }
    json.end_object();
    return signer.sign(claims);
  };
  return true;
}

std::string replay_text(const OptionReader& reader, const VerifyOptions& options) {
  std::string text = "parley verify";
  if (!reader.argument(0).empty()) text += " " + reader.argument(0);
  text += " --seed " + std::to_string(options.seed);
  for (const char* flag :
       {"--plan", "--duration", "--clients", "--channels", "--publishers", "--rate", "--dialect"}) {
    if (reader.is_given(flag)) text += std::string(" ") + flag + " " + reader.text(flag, "");
  }
  return text;
}

int print(const VerifyReport& report, const std::string& replay, std::ostream& out) {
  if (report.violation) {
    out << "\n" << loadgen::violation_text(*report.violation) << "\n";
  } else if (!report.failure.empty()) {
    out << "\nFAILED: " << report.failure << "\n\n";
  } else {
    out << "\nEvery invariant held.\n";
  }
  out << loadgen::report_text(report);
  if (!report.is_good()) out << "\nAgain: " << replay << "\n";
  return report.is_good() ? 0 : kFailed;
}

}  // namespace

int verify_command(const CommandOptions& given, std::ostream& out, std::ostream& err) {
  OptionReader reader(given);
  VerifyOptions options = read_options(reader);
  std::string why;
  if (!options.target && !prepare_tokens(options, why)) reader.refuse(why);
  if (!reader.faults().empty()) {
    err << reader.faults() << "Try: parley verify --help\n";
    return kWrongUsage;
  }
  const std::string json_path = reader.text("--json", "");
  std::ostream& words = json_path == "-" ? err : out;
  words << "plan " << options.plan.name << ", seed " << options.seed << ", " << options.clients
        << " clients, " << options.publishers << " of them publish, "
        << (options.target ? options.target->url() : "a server of its own") << std::endl;
  options.say = [&words](const std::string& line) { words << line << std::endl; };
  const VerifyReport report = loadgen::verify(options);
  const int code = print(report, replay_text(reader, options), words);
  const std::string json = loadgen::report_json(report) + "\n";
  if (json_path == "-") {
    out << json;
  } else if (!json_path.empty() && !(std::ofstream(json_path) << json).flush()) {
    err << "parley: cannot write " << json_path << '\n';
    return kFailed;
  }
  return code;
}

}  // namespace parley::server
