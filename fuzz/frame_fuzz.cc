// Bytes of a connection into MessageReader: however they are cut, the events must be the same, the
// messages within the limits, the text valid, and the memory bounded by what arrived.
//
// Input: one byte of settings, one byte that chooses the cuts, then the wire.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "ws/deflate.h"
#include "ws/recording_sink.h"

namespace {

using namespace parley;
using namespace parley::ws;

struct Setting {
  Role role;
  bool deflate;
  ReaderLimits limits;
  std::size_t stop_after;
};

Setting setting_of(std::uint8_t byte) {
  return {.role = (byte & 1) != 0 ? Role::client : Role::server,
          .deflate = (byte & 2) != 0,
          .limits = {.message_bytes = (byte & 4) != 0 ? 200U : 100'000U,
                     .fragments = (byte & 8) != 0 ? 3U : 1'000U},
          .stop_after = (byte & 16) != 0 ? 2U : 1'000'000U};
}

// Sizes of the pieces: the same sequence for the same seed.
class Cuts {
 public:
  explicit Cuts(std::uint8_t seed) : state_(seed) {}
  std::size_t next() {
    state_ = state_ * 1'664'525 + 1'013'904'223;
    return 1 + (state_ >> 28);
  }

 private:
  std::uint32_t state_;
};

struct Outcome {
  std::vector<std::string> events;
  std::optional<Errc> error;
  bool mid_message = false;
  std::size_t buffered = 0;
  bool operator==(const Outcome&) const = default;
};

void check_event(const std::string& event, const ReaderLimits& limits) {
  const std::size_t quote = event.find('"');
  const ByteView payload = ByteView(event).substr(quote + 1, event.size() - quote - 2);
  const bool message = event.starts_with("text") || event.starts_with("binary");
  CHECK(payload.size() <= (message ? limits.message_bytes : kMaxControlPayload));
  if (event.starts_with("text") || event.starts_with("close")) CHECK(is_valid_utf8(payload));
}

Outcome read(std::string wire, const Setting& setting, std::optional<Cuts> cuts) {
  static Inflater inflater;  // shared, as on a shard
  RecordingSink sink(setting.stop_after);
  MessageReader reader(setting.role);
  Outcome outcome;
  for (std::span<char> rest(wire); !rest.empty();) {
    const auto part = rest.first(cuts ? std::min(cuts->next(), rest.size()) : rest.size());
    rest = rest.subspan(part.size());
    const auto fed = reader.feed(part, setting.limits, setting.deflate ? &inflater : nullptr, sink);
    if (fed.has_error()) outcome.error = fed.error();
    CHECK(reader.buffered_bytes() <= wire.size() - rest.size());
  }
  outcome.events = sink.events();
  outcome.mid_message = reader.mid_message();
  outcome.buffered = reader.buffered_bytes();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Setting setting = setting_of(data[0]);
  const std::string wire(reinterpret_cast<const char*>(data + 2), size - 2);
  const Outcome whole = read(wire, setting, std::nullopt);
  CHECK(read(wire, setting, Cuts(data[1])) == whole);
  for (const std::string& event : whole.events) check_event(event, setting.limits);
  return 0;
}
