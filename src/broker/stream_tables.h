// StreamTables: streams and their publications as rows of one SQLite file. Owned by a SqliteStore
// and used by its thread alone. Every change is made inside a transaction of the caller's; what is
// read back is exactly what was written, or a fault of the connection: a checksum in every row and
// the numbering itself tell damage that SQLite does not see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "broker/sqlite.h"
#include "hub/publication.h"

namespace parley::broker {

struct Retention {
  std::size_t size = 0;     // publications kept per stream
  std::int64_t ttl_ms = 0;  // lifetime of each, counted from its time_ms; 0: no end
};

struct StoredStream {
  hub::StreamPosition top;
  std::vector<hub::Publication> publications;  // oldest first, without gap up to `top`
};

class StreamTables {
 public:
  // Makes the tables in an empty file. False: `why` says why this is no file for this program.
  static bool prepare(SqliteConnection& file, std::string& why);

  // After prepare(). A statement that does not compile leaves a fault at the connection.
  explicit StreamTables(SqliteConnection& file);

  // Numbers the publication and stores it. A channel without stream gets one, with a new epoch.
  Result<hub::StreamPosition> append(const hub::Publication& publication, Retention retention,
                                     std::int64_t now_ms);
  Result<StoredStream> load(const std::string& channel, Retention retention, std::int64_t now_ms);
  // Removes the publications; offsets go on.
  Result<hub::StreamPosition> clear(const std::string& channel, std::int64_t now_ms);

  // Writes what the changes of this transaction left to its end: tops, and what retention removes.
  bool finish();
  void forget_streams();  // after a rollback: what is remembered of them may be ahead of the file

  bool sweep_due(std::int64_t now_ms);
  // Removes some of what has expired, little enough that appends need not wait long: publications,
  // then streams that have been empty and without an append for kIdleStreamMs.
  bool sweep(std::int64_t now_ms);

  static constexpr std::int64_t kIdleStreamMs = 30LL * 24 * 60 * 60 * 1000;

 private:
  static constexpr std::size_t kRememberedStreams = 16'384;  // about 4 MiB

  struct Stream {
    std::string channel;
    std::int64_t id = 0;
    hub::StreamPosition top;
    std::int64_t touched_ms = 0;  // made, or last appended to
    std::int64_t due_ms = 0;      // when sweep() has to look at it
    std::size_t keep = SIZE_MAX;  // newest publications that finish() leaves
    bool changed = false;         // finish() has something to write
  };
  using Streams = std::list<Stream>;

  Stream* find(const std::string& channel, std::int64_t now_ms);  // null: a fault
  Stream* make(const std::string& channel, std::int64_t now_ms);
  Stream* remember(Stream stream);
  void change(Stream& stream);
  bool insert(const Stream& stream, const hub::Publication& publication, std::int64_t expires_ms);
  // From the row that holds it at publication.position; false for one that is not what was written.
  static bool decode(const SqliteRows& found, const std::string& channel,
                     hub::Publication& publication);
  bool sweep(Stream& stream, std::int64_t now_ms, std::int64_t& budget);
  bool remove(const Stream& stream);
  void report_damage(const std::string& channel);

  SqliteConnection& file_;
  SqliteStatement find_stream_, make_stream_, write_stream_, remove_stream_, due_streams_;
  SqliteStatement insert_, read_newest_, oldest_, remove_through_;

  Streams streams_;  // the most recently used first
  std::unordered_map<std::string_view, Streams::iterator> by_channel_;  // views into streams_
  std::vector<Stream*> changed_;
};

}  // namespace parley::broker
