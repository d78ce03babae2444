// Bytes of a peer into Inflater: the cap holds to the byte, the outcome does not depend on the
// message before, and what our Deflater makes of the bytes inflates to them again.
//
// Input: one byte that chooses the cap and the window, then the compressed message.
#include <cstdint>
#include <iterator>
#include <string>

#include "base/check.h"
#include "ws/deflate.h"

namespace {

using namespace parley;
using namespace parley::ws;

constexpr std::uint64_t kCaps[] = {0, 1, 100, 16 * 1024, 16 * 1024 + 1, 1'000'000, 2'000'000};

void check_inflate(ByteView compressed, std::uint64_t cap) {
  static Inflater used;
  const auto result = used.inflate(compressed, cap);
  if (result.has_error()) {
    CHECK(result.error() == Errc::ws_bad_deflate || result.error() == Errc::ws_message_too_big);
    Inflater fresh;
    CHECK(fresh.inflate(compressed, cap) == result);
    return;
  }
  CHECK(result->size() <= cap);
  const std::string message(*result);
  Inflater fresh;
  CHECK(*fresh.inflate(compressed, message.size()) == message);
  if (!message.empty()) {
    CHECK(fresh.inflate(compressed, message.size() - 1).error() == Errc::ws_message_too_big);
  }
}

void check_round_trip(ByteView payload, int window_bits) {
  Deflater deflater(window_bits);
  const auto compressed = deflater.deflate(payload);
  if (!compressed) return;
  CHECK(compressed->size() < payload.size());
  Inflater inflater;
  CHECK(*inflater.inflate(*compressed, payload.size()) == payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const ByteView bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  check_inflate(bytes, kCaps[data[0] % std::size(kCaps)]);
  constexpr int kWindows = Deflater::kMaxWindowBits - Deflater::kMinWindowBits + 1;
  check_round_trip(bytes, Deflater::kMinWindowBits + data[0] / 16 % kWindows);
  return 0;
}
