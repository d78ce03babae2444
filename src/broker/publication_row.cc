#include "broker/publication_row.h"

#include <charconv>

namespace parley::broker {
namespace {

// FNV-1a, 64 bits. Not against people: against bits that turn.
class Checksum {
 public:
  Checksum& add(ByteView bytes) {
    add(static_cast<std::int64_t>(bytes.size()));
    for (const char byte : bytes) mix(static_cast<unsigned char>(byte));
    return *this;
  }
  Checksum& add(std::int64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      mix(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> shift));
    }
    return *this;
  }
  std::int64_t value() const { return static_cast<std::int64_t>(hash_); }

 private:
  void mix(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001B3; }
  std::uint64_t hash_ = 0xCBF29CE484222325;
};

std::string text_of(const ConnectionId& id) { return id ? id.text() : std::string(); }

bool parse_id(ByteView text, ConnectionId& id) {
  if (text.empty()) return true;
  const auto parsed = ConnectionId::parse(text);
  if (parsed) id = *parsed;
  return parsed.has_value();
}

// "3:key,5:value,": any bytes, and readable in a shell.
void append_netstring(std::string& out, ByteView text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
  out += ',';
}

std::string encode_tags(const hub::Tags& tags) {
  std::string out;
  for (const auto& [key, value] : tags) {
    append_netstring(out, key);
    append_netstring(out, value);
  }
  return out;
}

bool take_netstring(ByteView& rest, std::string& out) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (rest.size() < 2 || size > rest.size() - 2) return false;
  if (rest.front() != ':' || rest[size + 1] != ',') return false;
  out = rest.substr(1, size);
  rest.remove_prefix(size + 2);
  return true;
}

bool decode_tags(ByteView text, hub::Tags& tags) {
  while (!text.empty()) {
    auto& [key, value] = tags.emplace_back();
    if (!take_netstring(text, key) || !take_netstring(text, value)) return false;
  }
  return true;
}

}  // namespace

PublicationRow row_of(const hub::Publication& publication, std::int64_t expires_ms) {
  const hub::ClientInfo& publisher = publication.publisher;
  return {
      .time_ms = publication.time_ms,
      .expires_ms = expires_ms,
      .kind = static_cast<std::int64_t>(publication.payload.kind),
      .user = publisher.user,
      .connection_info = publisher.connection_info.view(),
      .channel_info = publisher.channel_info.view(),
      .ref = publication.ref,
      .data = publication.payload.data.view(),
      .client = text_of(publisher.client),
      .tags = encode_tags(publication.tags),
      .exclude = text_of(publication.exclude),
  };
}

bool from_row(const PublicationRow& row, hub::Publication& publication) {
  publication.time_ms = row.time_ms;
  publication.payload = {static_cast<hub::PayloadKind>(row.kind), Bytes::copy_of(row.data)};
  publication.publisher.user = Bytes::copy_of(row.user);
  publication.publisher.connection_info = Bytes::copy_of(row.connection_info);
  publication.publisher.channel_info = Bytes::copy_of(row.channel_info);
  publication.ref = row.ref;
  return parse_id(row.client, publication.publisher.client) &&
         parse_id(row.exclude, publication.exclude) && decode_tags(row.tags, publication.tags);
}

std::int64_t checksum_of(const std::string& channel, const hub::StreamPosition& position) {
  return Checksum()
      .add(channel)
      .add(position.epoch)
      .add(static_cast<std::int64_t>(position.offset))
      .value();
}

std::int64_t checksum_of(const std::string& channel, const hub::StreamPosition& position,
                         const PublicationRow& row) {
  Checksum sum;
  sum.add(checksum_of(channel, position)).add(row.time_ms).add(row.expires_ms).add(row.kind);
  sum.add(row.user).add(row.client).add(row.connection_info).add(row.channel_info);
  sum.add(row.ref).add(row.tags).add(row.exclude).add(row.data);
  return sum.value();
}

}  // namespace parley::broker
