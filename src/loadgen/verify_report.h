// What a run of `parley verify` found, and the counts that prove that something was checked. Plain
// values; docs/verify.md describes the JSON.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/checker.h"
#include "loadgen/fault_plan.h"

namespace parley::loadgen {

struct VerifyReport {
  // What was asked for
  std::string target;  // its URL; empty: a server of the run's own
  std::string plan;
  std::uint64_t seed = 0;
  std::uint32_t clients = 0;
  std::uint32_t channels = 0;
  // What came of it
  std::optional<Violation> violation = {};
  std::string failure = {};  // it could not be done, or nothing was checked
  double elapsed_seconds = 0;
  CheckerCounts checked = {};
  std::array<std::uint64_t, kFaultKinds> faults{};  // clients or servers hit, by kind
  std::uint64_t connections = 0;
  std::uint64_t quiet_points = 0;   // at which everything was held against the truth
  std::uint64_t lists_checked = 0;  // answers to who is there
  std::uint64_t views_checked = 0;  // what joins and leaves told
  std::uint64_t refusals = 0;       // of what somebody had no right to
  std::uint64_t directs = 0;        // direct messages that reached their one receiver
  std::uint64_t resubscribed = 0;   // subscriptions that the server ended
  std::optional<std::uint64_t> resident_before = {};  // of the server, in bytes
  std::optional<std::uint64_t> resident_after = {};
  std::vector<std::string> notes = {};  // what could not be checked

  bool is_good() const { return !violation && failure.empty(); }
};

// Why the counts prove nothing; empty: they do. `plan` was to be run for so long.
std::string nothing_checked(const VerifyReport& report, const FaultPlan& plan, Duration duration);

std::string report_text(const VerifyReport& report);  // for people
std::string report_json(const VerifyReport& report);  // in one line, without an end of line

}  // namespace parley::loadgen
