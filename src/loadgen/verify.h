// `parley verify`: many clients, several publishers and a plan of faults against a server, whose
// every answer is held against the truth. docs/verify.md tells what is checked and how.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/endpoint.h"
#include "loadgen/fault_plan.h"
#include "loadgen/verify_report.h"
#include "loadgen/wire.h"

namespace parley::loadgen {

struct VerifyOptions {
  std::optional<Endpoint> target;  // nothing: a server of its own
  std::string binary;              // that server's program
  FaultPlan plan;
  std::uint64_t seed = 1;
  Duration duration{60'000};  // without the time of the quiet points
  std::uint32_t clients = 40;
  std::uint32_t channels = 8;
  std::uint32_t publishers = 8;  // the first of the clients
  double rate = 400;             // messages a second, all publishers together
  std::vector<WireKind> kinds = {WireKind::plain_json, WireKind::centrifuge};
  // For the server of its own: the secret, and what makes the token of a user who may be in these
  // channels.
  std::string token_secret;
  std::function<std::string(const std::string& user, const std::vector<std::string>& channels)>
      make_token;
  std::function<void(const std::string&)> say;  // a line of progress
};

// Runs on the calling thread until all is checked or something is found.
VerifyReport verify(const VerifyOptions& options);

}  // namespace parley::loadgen
