#include "loadgen/named_message.h"

#include <charconv>

#include "base/json_writer.h"
#include "loadgen/random.h"

namespace parley::loadgen {
namespace {

constexpr ByteView kHead = R"({"id":"p)";
constexpr std::uint64_t kMostWords = 16;  // of the body, 16 hex digits each

}  // namespace

std::string MessageName::text() const {
  return "p" + std::to_string(publisher) + "-" + std::to_string(counter);
}

std::string named_message(std::uint64_t seed, ByteView channel, MessageName name) {
  std::uint64_t mixed = seed;
  for (const char letter : channel) mixed = mixed * 31 + static_cast<unsigned char>(letter);
  Random random(mixed ^ (std::uint64_t{name.publisher} << 32 | name.counter));
  std::string body;
  for (std::uint64_t words = 1 + random.below(kMostWords); words > 0; --words) {
    char digits[16];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, random.next(), 16);
    body.append(digits, end);
  }
  std::string message;
  JsonWriter(message)
      .begin_object()
      .member("id", name.text())
      .member("in", channel)
      .member("body", body)
      .end_object();
  return message;
}

std::optional<MessageName> recognise(std::uint64_t seed, ByteView channel, ByteView data) {
  if (!data.starts_with(kHead)) return std::nullopt;
  MessageName name;
  const char* const end = data.data() + data.size();
  const auto publisher = std::from_chars(data.data() + kHead.size(), end, name.publisher);
  if (publisher.ec != std::errc() || publisher.ptr == end || *publisher.ptr != '-') {
    return std::nullopt;
  }
  const auto counter = std::from_chars(publisher.ptr + 1, end, name.counter);
  if (counter.ec != std::errc() || data != named_message(seed, channel, name)) return std::nullopt;
  return name;
}

}  // namespace parley::loadgen
