// Violation: an invariant that did not hold, with the shortest history that shows it. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace parley::loadgen {

// What `parley verify` checks; docs/verify.md says precisely what each means.
enum class Invariant : std::uint8_t {
  order,
  no_duplicate,
  no_loss,
  gap_signalled,
  epoch,
  no_phantom,
  isolation,
  unique_offset,
  presence,
  durable,
  answer,    // every publish on a living connection is answered
  protocol,  // what the server says obeys the dialect
  memory,
  alive,  // the server ends when it is told to, and only then
};
ByteView invariant_name(Invariant invariant);

// Something that was seen, since the run began.
struct Sighting {
  Duration at{0};
  std::string what;
};

struct Violation {
  Invariant invariant = Invariant::order;
  std::string sentence;           // what is wrong
  std::vector<Sighting> history;  // what contradicts each other, in order of time
};

std::string seconds_text(Duration time);  // "12.034 s"
// For people: the invariant, the sentence and the history, a line each.
std::string violation_text(const Violation& violation);

}  // namespace parley::loadgen
