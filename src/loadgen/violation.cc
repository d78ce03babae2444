#include "loadgen/violation.h"

#include <algorithm>

namespace parley::loadgen {

ByteView invariant_name(Invariant invariant) {
  switch (invariant) {
    case Invariant::order: return "order";
    case Invariant::no_duplicate: return "no-duplicate";
    case Invariant::no_loss: return "no-loss";
    case Invariant::gap_signalled: return "gap-signalled";
    case Invariant::epoch: return "epoch";
    case Invariant::no_phantom: return "no-phantom";
    case Invariant::isolation: return "isolation";
    case Invariant::unique_offset: return "unique-offset";
    case Invariant::presence: return "presence";
    case Invariant::durable: return "durable";
    case Invariant::answer: return "answer";
    case Invariant::protocol: return "protocol";
    case Invariant::memory: return "memory";
    case Invariant::alive: return "alive";
  }
  return "";
}

std::string seconds_text(Duration time) {
  std::string millis = std::to_string(time.count() % 1000);
  millis.insert(0, 3 - millis.size(), '0');
  return std::to_string(time.count() / 1000) + "." + millis + " s";
}

std::string violation_text(const Violation& violation) {
  std::string text = "VIOLATION of " + std::string(invariant_name(violation.invariant)) + ": " +
                     violation.sentence + "\n";
  auto history = violation.history;
  std::ranges::stable_sort(history, {}, &Sighting::at);
  for (const Sighting& each : history) {
    std::string time = seconds_text(each.at);
    if (time.size() < 12) time.insert(0, 12 - time.size(), ' ');
    text += time + "  " + each.what + "\n";
  }
  return text;
}

}  // namespace parley::loadgen
