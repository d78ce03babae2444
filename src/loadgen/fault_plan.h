// FaultPlan: which faults `parley verify` causes and when, as read from text:
//
//   every 400ms     drop 5%             # resets the connections of that many clients
//   every 2s..4s    leave 3 for 1s      # they close politely and come back
//   at 3s           freeze 2 for 1s     # they neither read nor answer for so long
//   at 5s           half-open 2         # the same for ever; each comes back by another connection
//   every 10s       kill for 500ms      # SIGKILL to the server, started again after so long
//   at 20s          restart             # SIGTERM, and started again
//   every 10s       quiet               # all pauses until everything is checked
//
// FaultSchedule turns a plan and a seed into steps: the same two give the same steps. Pure logic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "loadgen/random.h"

namespace parley::loadgen {

enum class FaultKind : std::uint8_t { drop, leave, freeze, half_open, kill, restart, quiet };
inline constexpr std::size_t kFaultKinds = 7;
ByteView fault_name(FaultKind kind);
bool needs_own_server(FaultKind kind);  // it is done to the server's process

struct Fault {
  FaultKind kind = FaultKind::quiet;
  Duration at{0};  // once, at this time; or again and again after a time between these two
  Duration every_least{0};
  Duration every_most{0};
  std::uint32_t clients = 0;
  bool is_percent = false;
  Duration lasts{0};
};

struct FaultPlan {
  std::string name;
  std::vector<Fault> faults;
};

// On nothing `why` says what is wrong, with line and column.
std::optional<FaultPlan> parse_fault_plan(ByteView text, std::string& why);

// The text of a plan that comes with Parley; empty: there is none of this name.
ByteView builtin_plan(ByteView name);
std::string builtin_plan_names();  // "short, cuts, kills, long"

struct FaultStep {
  Duration at{0};
  FaultKind kind = FaultKind::quiet;
  Duration lasts{0};
  std::vector<std::uint32_t> clients;  // by number, ascending
};

class FaultSchedule {
 public:
  FaultSchedule(FaultPlan plan, std::uint64_t seed, std::uint32_t clients);

  // In order of time. Nothing: the plan is at its end.
  std::optional<FaultStep> next();

 private:
  Duration interval(const Fault& fault);
  std::vector<std::uint32_t> choose(const Fault& fault);

  const FaultPlan plan_;
  const std::uint32_t clients_;
  Random random_;
  std::vector<std::optional<Duration>> due_;  // of each fault of the plan
};

}  // namespace parley::loadgen
