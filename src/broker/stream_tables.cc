#include "broker/stream_tables.h"

#include <algorithm>

#include "base/ids.h"
#include "broker/publication_row.h"

namespace parley::broker {
namespace {

constexpr std::size_t kEpochBytes = 4;
constexpr std::int64_t kSweptStreams = 100;  // of one sweep()
constexpr std::int64_t kSweptPublications = 1'000;

constexpr std::int64_t kApplicationId = 0x50726C79;  // "Prly", in bytes 68 to 71 of the file
constexpr std::int64_t kFormat = 1;

// `publication` has a row id of its own: rows are then written one after the other, which made
// appending three times as fast as a table clustered by (stream, offset).
constexpr const char* kSchema = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE stream(
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    top INTEGER NOT NULL,         -- offset of the newest publication, kept or not
    touched_ms INTEGER NOT NULL,  -- made, or last appended to
    due_ms INTEGER NOT NULL,      -- when something in it may expire
    checksum INTEGER NOT NULL     -- of channel, epoch and top
  ) STRICT;
  CREATE INDEX stream_due ON stream(due_ms);
  CREATE TABLE publication(
    stream INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    checksum INTEGER NOT NULL,    -- of the stream's channel and epoch, and all that follows
    time_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,  -- 0: never
    kind INTEGER NOT NULL,        -- hub::PayloadKind
    user TEXT NOT NULL,
    client TEXT NOT NULL,         -- a UUID, or empty
    connection_info TEXT NOT NULL,
    channel_info TEXT NOT NULL,
    ref TEXT NOT NULL,
    tags BLOB NOT NULL,           -- netstrings, key and value in turn
    exclude TEXT NOT NULL,        -- a UUID, or empty
    data BLOB NOT NULL,
    UNIQUE(stream, offset)
  ) STRICT;
)";

bool read_number(SqliteConnection& file, const char* sql, std::int64_t& number) {
  SqliteStatement statement(file, sql);
  SqliteRows rows = statement.run();
  if (!rows.next()) return false;
  number = rows.integer(0);
  return true;
}

// The columns of a publication's row, as read_newest_ finds them.
enum Column {
  kOffset,
  kChecksum,
  kTime,
  kExpires,
  kKind,
  kUser,
  kClient,
  kConnectionInfo,
  kChannelInfo,
  kRef,
  kTags,
  kExclude,
  kData,
};

}  // namespace

bool StreamTables::prepare(SqliteConnection& file, std::string& why) {
  std::int64_t application = 0;
  std::int64_t format = 0;
  std::int64_t objects = 0;
  if (!read_number(file, "PRAGMA application_id", application) ||
      !read_number(file, "PRAGMA user_version", format) ||
      !read_number(file, "SELECT count(*) FROM sqlite_schema", objects)) {
    return false;
  }
  if (application == 0 && objects == 0) {
    return file.execute("PRAGMA journal_mode = WAL") && file.execute(kSchema) &&
           file.execute("PRAGMA application_id = " + std::to_string(kApplicationId)) &&
           file.execute("PRAGMA user_version = " + std::to_string(kFormat)) && file.commit();
  }
  if (application != kApplicationId) {
    why = "is not a Parley database; choose another path";
    return false;
  }
  if (format > kFormat) {
    why = "was made by a newer version of Parley (format " + std::to_string(format) +
          ", this one knows " + std::to_string(kFormat) + ")";
    return false;
  }
  return file.execute("PRAGMA journal_mode = WAL");
}

StreamTables::StreamTables(SqliteConnection& file)
    : file_(file),
      find_stream_(file,
                   "SELECT id, epoch, top, touched_ms, due_ms, checksum FROM stream"
                   " WHERE channel = ?"),
      make_stream_(file,
                   "INSERT INTO stream(channel, epoch, top, touched_ms, due_ms, checksum)"
                   " VALUES(?, ?, ?, ?, ?, ?)"),
      write_stream_(file,
                    "UPDATE stream SET top = ?, touched_ms = ?, due_ms = ?, checksum = ?"
                    " WHERE id = ?"),
      remove_stream_(file, "DELETE FROM stream WHERE id = ?"),
      due_streams_(file, "SELECT channel FROM stream WHERE due_ms <= ? ORDER BY due_ms LIMIT ?"),
      insert_(file,
              "INSERT INTO publication(stream, offset, checksum, time_ms, expires_ms, kind, user,"
              " client, connection_info, channel_info, ref, tags, exclude, data)"
              " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      read_newest_(file,
                   "SELECT offset, checksum, time_ms, expires_ms, kind, user, client,"
                   " connection_info, channel_info, ref, tags, exclude, data FROM publication"
                   " WHERE stream = ? ORDER BY offset DESC LIMIT ?"),
      oldest_(file,
              "SELECT offset, expires_ms FROM publication WHERE stream = ?"
              " ORDER BY offset LIMIT ?"),
      remove_through_(file, "DELETE FROM publication WHERE stream = ? AND offset <= ?") {}

Result<hub::StreamPosition> StreamTables::append(const hub::Publication& publication,
                                                 Retention retention, std::int64_t now_ms) {
  Stream* stream = find(publication.channel, now_ms);
  if (stream == nullptr) return Errc::storage_failed;
  const std::int64_t expires_ms =
      retention.ttl_ms == 0 ? 0 : publication.time_ms + retention.ttl_ms;
  ++stream->top.offset;
  if (!insert(*stream, publication, expires_ms)) return Errc::storage_failed;
  stream->touched_ms = now_ms;
  if (expires_ms != 0) stream->due_ms = std::min(stream->due_ms, expires_ms);
  stream->keep = retention.size;
  change(*stream);
  return stream->top;
}

Result<StoredStream> StreamTables::load(const std::string& channel, Retention retention,
                                        std::int64_t now_ms) {
  const Stream* stream = find(channel, now_ms);
  if (stream == nullptr) return Errc::storage_failed;
  StoredStream found{stream->top, {}};
  std::uint64_t expected = stream->top.offset;
  SqliteRows rows = read_newest_.run(stream->id, static_cast<std::int64_t>(retention.size));
  for (; rows.next(); --expected) {
    hub::Publication publication;
    publication.position = {static_cast<std::uint64_t>(rows.integer(kOffset)), stream->top.epoch};
    if (publication.position.offset != expected || !decode(rows, channel, publication)) {
      report_damage(channel);
      return Errc::storage_failed;
    }
    // By the rule of its day and by today's: what lies behind it is older.
    const std::int64_t expires_ms = rows.integer(kExpires);
    if (expires_ms != 0 && expires_ms <= now_ms) break;
    if (retention.ttl_ms != 0 && publication.time_ms + retention.ttl_ms <= now_ms) break;
    found.publications.push_back(std::move(publication));
  }
  if (rows.failed()) return Errc::storage_failed;
  std::ranges::reverse(found.publications);
  return found;
}

Result<hub::StreamPosition> StreamTables::clear(const std::string& channel, std::int64_t now_ms) {
  const Stream* stream = find(channel, now_ms);
  if (stream == nullptr) return Errc::storage_failed;
  const auto top = static_cast<std::int64_t>(stream->top.offset);
  if (!remove_through_.execute(stream->id, top)) return Errc::storage_failed;
  return stream->top;
}

bool StreamTables::finish() {
  for (Stream* stream : changed_) {
    const auto top = static_cast<std::int64_t>(stream->top.offset);
    stream->changed = false;
    if (!write_stream_.execute(top, stream->touched_ms, stream->due_ms,
                               checksum_of(stream->channel, stream->top), stream->id)) {
      return false;
    }
    if (stream->top.offset <= stream->keep) continue;
    const auto last_removed = static_cast<std::int64_t>(stream->top.offset - stream->keep);
    if (!remove_through_.execute(stream->id, last_removed)) return false;
  }
  changed_.clear();
  while (streams_.size() > kRememberedStreams) {
    by_channel_.erase(streams_.back().channel);
    streams_.pop_back();
  }
  return true;
}

void StreamTables::forget_streams() {
  changed_.clear();
  by_channel_.clear();
  streams_.clear();
}

bool StreamTables::sweep_due(std::int64_t now_ms) {
  return due_streams_.run(now_ms, std::int64_t{1}).next();
}

bool StreamTables::sweep(std::int64_t now_ms) {
  std::vector<std::string> channels;
  {
    SqliteRows rows = due_streams_.run(now_ms, kSweptStreams);
    while (rows.next()) channels.emplace_back(rows.bytes(0));
    if (rows.failed()) return false;
  }
  std::int64_t budget = kSweptPublications;
  for (const std::string& channel : channels) {
    if (budget == 0) break;
    Stream* stream = find(channel, now_ms);
    if (stream == nullptr || !sweep(*stream, now_ms, budget)) return false;
  }
  return true;
}

// The oldest first, up to the first that has not expired.
bool StreamTables::sweep(Stream& stream, std::int64_t now_ms, std::int64_t& budget) {
  std::int64_t through = 0;
  bool empty = true;
  stream.due_ms = stream.touched_ms + kIdleStreamMs;
  {
    SqliteRows rows = oldest_.run(stream.id, budget + 1);
    while (empty && rows.next()) {
      const std::int64_t expires_ms = rows.integer(1);
      if (expires_ms != 0 && expires_ms <= now_ms && budget > 0) {
        through = rows.integer(0);
        --budget;
      } else {
        empty = false;
        stream.due_ms = expires_ms == 0 ? now_ms + kIdleStreamMs : expires_ms;
      }
    }
    if (rows.failed()) return false;
  }
  if (through > 0 && !remove_through_.execute(stream.id, through)) return false;
  if (empty && stream.due_ms <= now_ms) return remove(stream);
  change(stream);
  return true;
}

bool StreamTables::remove(const Stream& stream) {
  if (!remove_stream_.execute(stream.id)) return false;
  const auto known = by_channel_.find(stream.channel);
  const Streams::iterator place = known->second;
  by_channel_.erase(known);
  streams_.erase(place);
  return true;
}

StreamTables::Stream* StreamTables::find(const std::string& channel, std::int64_t now_ms) {
  if (const auto known = by_channel_.find(channel); known != by_channel_.end()) {
    streams_.splice(streams_.begin(), streams_, known->second);
    return &streams_.front();
  }
  SqliteRows rows = find_stream_.run(channel);
  if (!rows.next()) return rows.failed() ? nullptr : make(channel, now_ms);
  Stream stream;
  stream.channel = channel;
  stream.id = rows.integer(0);
  stream.top = {static_cast<std::uint64_t>(rows.integer(2)), std::string(rows.bytes(1))};
  stream.touched_ms = rows.integer(3);
  stream.due_ms = rows.integer(4);
  if (rows.integer(5) != checksum_of(channel, stream.top)) {
    report_damage(channel);
    return nullptr;
  }
  return remember(std::move(stream));
}

StreamTables::Stream* StreamTables::make(const std::string& channel, std::int64_t now_ms) {
  Stream stream;
  stream.channel = channel;
  stream.top.epoch = random_id(kEpochBytes);
  stream.touched_ms = now_ms;
  stream.due_ms = now_ms + kIdleStreamMs;
  if (!make_stream_.execute(channel, stream.top.epoch, std::int64_t{0}, stream.touched_ms,
                            stream.due_ms, checksum_of(channel, stream.top))) {
    return nullptr;
  }
  stream.id = file_.last_insert_id();
  return remember(std::move(stream));
}

StreamTables::Stream* StreamTables::remember(Stream stream) {
  streams_.push_front(std::move(stream));
  by_channel_[streams_.front().channel] = streams_.begin();
  return &streams_.front();
}

void StreamTables::change(Stream& stream) {
  if (stream.changed) return;
  stream.changed = true;
  changed_.push_back(&stream);
}

bool StreamTables::insert(const Stream& stream, const hub::Publication& publication,
                          std::int64_t expires_ms) {
  const PublicationRow row = row_of(publication, expires_ms);
  return insert_.execute(stream.id, static_cast<std::int64_t>(stream.top.offset),
                         checksum_of(stream.channel, stream.top, row), row.time_ms, row.expires_ms,
                         row.kind, row.user, row.client, row.connection_info, row.channel_info,
                         row.ref, SqliteBlob{row.tags}, row.exclude, SqliteBlob{row.data});
}

bool StreamTables::decode(const SqliteRows& found, const std::string& channel,
                          hub::Publication& publication) {
  const PublicationRow row{
      .time_ms = found.integer(kTime),
      .expires_ms = found.integer(kExpires),
      .kind = found.integer(kKind),
      .user = found.bytes(kUser),
      .connection_info = found.bytes(kConnectionInfo),
      .channel_info = found.bytes(kChannelInfo),
      .ref = found.bytes(kRef),
      .data = found.bytes(kData),
      .client = std::string(found.bytes(kClient)),
      .tags = std::string(found.bytes(kTags)),
      .exclude = std::string(found.bytes(kExclude)),
  };
  publication.channel = channel;
  return found.integer(kChecksum) == checksum_of(channel, publication.position, row) &&
         from_row(row, publication);
}

void StreamTables::report_damage(const std::string& channel) {
  file_.report_damage("a row of the channel " + channel + " is not what was written");
}

}  // namespace parley::broker
