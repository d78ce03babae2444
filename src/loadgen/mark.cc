#include "loadgen/mark.h"

#include <array>

namespace parley::loadgen {
namespace {

constexpr std::size_t kDigits = 12;
constexpr char kHex[] = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 16; ++i) values[static_cast<unsigned char>(kHex[i])] = i;
  return values;
}();

void append_hex(std::string& out, std::uint64_t value) {
  for (std::size_t i = kDigits; i-- > 0;) out += kHex[value >> (4 * i) & 0xF];
}

bool read_hex(const char* digits, std::uint64_t& value) {
  std::uint8_t wrong = 0;
  for (std::size_t i = 0; i < kDigits; ++i) {
    const std::uint8_t digit = kValues[static_cast<unsigned char>(digits[i])];
    wrong |= digit;
    value = value << 4 | (digit & 0xF);
  }
  return (wrong & 0xF0) == 0;
}

}  // namespace

std::string Mark::text(std::size_t size) const {
  std::string text;
  text.reserve(size);
  text += '~';
  append_hex(text, number);
  append_hex(text, sent_us);
  text.resize(std::max(size, kBytes), 'x');
  return text;
}

std::optional<Mark> Mark::take(ByteView& bytes) {
  for (std::size_t at = bytes.find('~'); at != ByteView::npos; at = bytes.find('~', at + 1)) {
    if (bytes.size() - at < kBytes) break;
    Mark mark;
    const char* digits = bytes.data() + at + 1;
    if (!read_hex(digits, mark.number) || !read_hex(digits + kDigits, mark.sent_us)) continue;
    bytes.remove_prefix(at + kBytes);
    return mark;
  }
  return std::nullopt;
}

std::uint64_t now_us() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(
      duration_cast<microseconds>(Clock::now().time_since_epoch()).count());
}

}  // namespace parley::loadgen
