// FileStore: the uploads of the server. One per process. Calls come from any thread; one thread of
// its own, "files", does the work on a Shelf in the order in which it came, so no shard ever waits
// for a disk. Answers come on that thread: the caller posts them home. What may wait is bounded, in
// number and in bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/unique_function.h"
#include "files/download_places.h"
#include "files/file_info.h"
#include "files/shelf.h"

namespace parley::files {

struct FileStoreOptions {
  std::string path;  // the folder; made if it is missing
  bool full_sync = true;
  ShelfLimits limits;
  std::size_t queue_limit = 256;       // operations that may wait
  std::size_t queue_bytes = 64 << 20;  // bytes of uploads in them
  DownloadLimits downloads;
  Shelf::WallClock wall_clock_ms = wall_time_ms;
};

class FileStore {
 public:
  template <class T>
  using Done = UniqueFunction<void(Result<T>)>;

  // Errc::io_error, with a sentence for the operator in `why`.
  static Result<std::unique_ptr<FileStore>> open(const FileStoreOptions& options, std::string& why);
  // Over any folder.
  FileStore(const FileStoreOptions& options, std::unique_ptr<Shelf> shelf);
  ~FileStore();  // finishes what waits
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  // As the shelf's; and Errc::overloaded, at once and on the caller's thread, when too much waits.
  // With its first bytes, if there are any; when those are refused nothing stays of the upload.
  void create(NewUpload upload, std::string first_bytes, Done<FileInfo> done);
  void append(std::string id, std::string user, std::uint64_t offset, std::string bytes,
              Done<FileInfo> done);
  // How far an upload of this user is, after all that was sent of it before.
  void find_own(std::string id, std::string user, Done<FileInfo> done);
  void remove(std::string id, std::string user, Done<void> done);
  // For those with a place among the downloads, one read at a time: it is never refused.
  void read(std::string id, std::uint64_t at, std::size_t bytes, Done<std::string> done);

  // What is known of a file now: it waits for nothing, so whoever asks crowds nobody out.
  Result<FileInfo> find(const std::string& id) const;
  DownloadPlaces& downloads() { return downloads_; }
  const FileStoreOptions& options() const { return options_; }

  // Any thread. `full` and `failing` end by themselves, when something can be stored again.
  FolderHealth health() const;
  std::uint64_t kept_bytes() const;  // of all files and uploads, as they count for the limits
  std::size_t waiting() const;       // operations in the queue

 private:
  class Worker;

  const FileStoreOptions options_;
  DownloadPlaces downloads_;
  const std::unique_ptr<Worker> worker_;
};

}  // namespace parley::files
