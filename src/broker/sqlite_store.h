// SqliteStore: the streams of durable channels in one SQLite file. One per process, owned by the
// server. Calls come from any thread; one thread of its own, "store", runs them in the order in
// which they came, as many as wait in one transaction, and answers each after the commit, again in
// that order. Callbacks run on that thread: the caller posts them home. Answered is committed: with
// full_sync it survives the loss of power, without it the end of the process, however sudden.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/unique_function.h"
#include "broker/stream_tables.h"
#include "hub/publication.h"

namespace parley::broker {

struct StoreOptions {
  std::string path;                    // a new file is readable by its owner alone
  bool full_sync = true;               // each commit waits for the disk
  std::size_t max_bytes = 0;           // of the file; 0: what the disk holds
  std::size_t queue_limit = 65'536;    // operations that may wait
  std::size_t queue_bytes = 64 << 20;  // payload that may wait
  std::int64_t (*wall_clock_ms)() = wall_time_ms;
};

class SqliteStore {
 public:
  using Stream = StoredStream;
  using Health = StoreHealth;
  template <class T>
  using Done = UniqueFunction<void(Result<T>)>;

  // Errc::io_error, with a sentence for the operator in `why`.
  static Result<std::unique_ptr<SqliteStore>> open(const StoreOptions& options, std::string& why);
  ~SqliteStore();  // finishes what waits, then closes

  // Each may be answered Errc::overloaded, at once and on the caller's thread, when the queue is
  // full; or Errc::storage_failed: then nothing was stored or changed.

  // Numbers the publication and stores it.
  void append(hub::Publication publication, Retention retention, Done<hub::StreamPosition> done);
  // What retention leaves of the stream. A channel without stream gets one, with a new epoch.
  void load(std::string channel, Retention retention, Done<Stream> done);
  // Removes the publications; offsets go on.
  void clear(std::string channel, Done<hub::StreamPosition> done);

  // Any thread. `full` and `failing` end by themselves, when something can be stored again;
  // `damaged` ends with a restart on a sound file.
  Health health() const;
  std::size_t waiting() const;         // operations in the queue
  std::uint64_t transactions() const;  // committed so far, that changed something

 private:
  class Worker;
  explicit SqliteStore(std::unique_ptr<Worker> worker);

  const std::unique_ptr<Worker> worker_;
};

}  // namespace parley::broker
