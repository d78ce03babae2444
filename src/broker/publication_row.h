// PublicationRow: a publication as the columns of its row in the store, and the checksum that tells
// whether a row is what was written. Pure functions; nothing here knows SQL.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "hub/publication.h"

namespace parley::broker {

// All of a publication but its place. Views borrow from where it came from.
struct PublicationRow {
  std::int64_t time_ms = 0;
  std::int64_t expires_ms = 0;
  std::int64_t kind = 0;  // hub::PayloadKind
  ByteView user;
  ByteView connection_info;
  ByteView channel_info;
  ByteView ref;
  ByteView data;
  std::string client;   // a UUID, or empty
  std::string tags;     // netstrings, key and value in turn: "3:key,5:price,"
  std::string exclude;  // a UUID, or empty
};

PublicationRow row_of(const hub::Publication& publication, std::int64_t expires_ms);
// False for a row that row_of() does not make.
bool from_row(const PublicationRow& row, hub::Publication& publication);

std::int64_t checksum_of(const std::string& channel, const hub::StreamPosition& position);
// With its place, so that a row that strayed is found out too.
std::int64_t checksum_of(const std::string& channel, const hub::StreamPosition& position,
                         const PublicationRow& row);

}  // namespace parley::broker
