#include "files/head.h"

#include "base/text.h"

namespace parley::files {
namespace {

constexpr ByteView kMagic = "parley-file 1\nreceived ";
static_assert(kMagic.size() == kReceivedAt);
constexpr std::size_t kDigits = 20;

// Cuts "NAME VALUE\n" off the front.
std::optional<ByteView> take_line(ByteView& text, ByteView name) {
  const std::size_t end = text.find('\n');
  if (end == ByteView::npos) return std::nullopt;
  ByteView line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (!line.starts_with(name) || line.substr(name.size(), 1) != " ") return std::nullopt;
  return line.substr(name.size() + 1);
}

}  // namespace

std::string received_text(std::uint64_t received) {
  const std::string digits = std::to_string(received);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::string> encode_head(const FileInfo& info) {
  std::string head(kMagic);
  head += received_text(info.received) + "\nsize " + std::to_string(info.size) + "\n";
  const auto add = [&head](ByteView name, const std::string& value) {
    head.append(name).append(" ").append(value).append("\n");
    return !has_control_characters(value);
  };
  const bool sound = add("user", info.user) && add("name", info.name) && add("type", info.type) &&
                     add("metadata", info.metadata);
  if (!sound || head.size() > kHeadBytes) return std::nullopt;
  head.resize(kHeadBytes, '\n');
  return head;
}

std::optional<FileInfo> parse_head(ByteView head) {
  if (head.size() != kHeadBytes || !head.starts_with("parley-file 1\n")) return std::nullopt;
  head.remove_prefix(head.find('\n') + 1);
  const auto received = take_line(head, "received");
  const auto size = take_line(head, "size");
  const auto user = take_line(head, "user");
  const auto name = take_line(head, "name");
  const auto type = take_line(head, "type");
  const auto metadata = take_line(head, "metadata");
  if (!received || !size || !user || !name || !type || !metadata) return std::nullopt;
  const auto received_bytes = to_number(*received);
  const auto all_bytes = to_number(*size);
  if (!received_bytes || !all_bytes || *received_bytes > *all_bytes) return std::nullopt;
  FileInfo info;
  info.received = *received_bytes;
  info.size = *all_bytes;
  info.user = *user;
  info.name = *name;
  info.type = *type;
  info.metadata = *metadata;
  return info;
}

bool is_unwritten_head(ByteView head) {
  if (head.find_first_not_of('\0') == ByteView::npos) return true;
  return head.size() < kHeadBytes && head.substr(0, kMagic.size()) == kMagic.substr(0, head.size());
}

}  // namespace parley::files
