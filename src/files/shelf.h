// Shelf: the uploads of one folder, with their limits. Calls block; one thread, that of the
// FileStore, but for what says otherwise. Each upload is one file, "ID.part" while bytes are
// missing and "ID" when it is complete; a kill at any moment leaves what open() can go on from.
// What is acknowledged is on disk; what fails leaves the upload as it was, so the client may send
// the same again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "files/file_info.h"
#include "files/folder.h"

namespace parley::files {

struct ShelfLimits {
  std::uint64_t file_bytes = 10 << 20;
  std::uint64_t total_bytes = 1 << 30;   // a file counts with its head
  std::uint64_t user_bytes = 256 << 20;  // of one user
  std::size_t uploads = 32;              // of one user, not complete
  std::vector<std::string> types{"*/*"};
  Duration ttl{0};                     // of a complete file, since its last byte; 0: for ever
  Duration unfinished_ttl{3'600'000};  // since the last byte that came
};

struct NewUpload {
  std::string user;
  std::string name;      // as the user gave it
  std::string type;      // likewise; may be empty
  std::string metadata;  // Upload-Metadata, verbatim
  std::uint64_t size = 0;
};

class Shelf {
 public:
  using WallClock = std::int64_t (*)();

  // Reads what the folder holds. What a kill left behind is finished, or removed if bytes of it are
  // missing; all that is not known to be that is left alone.
  static Result<std::unique_ptr<Shelf>> open(std::unique_ptr<Folder> folder,
                                             const ShelfLimits& limits, WallClock clock);

  // An upload without bytes yet. Refusals: file_too_large, file_type_refused, file_quota,
  // files_full, too_many_uploads, bad_user_name; and file_not_stored.
  Result<FileInfo> create(const NewUpload& upload);
  // The next bytes. upload_conflict if `offset` is not where they are missing; file_too_large
  // beyond the announced size; file_type_refused, which ends the upload, when they are not what was
  // claimed.
  Result<FileInfo> append(const std::string& id, const std::string& user, std::uint64_t offset,
                          ByteView bytes);
  Result<void> remove(const std::string& id, const std::string& user);
  // http_not_found for all that is gone or never was. Any thread, and without a look at the disk.
  Result<FileInfo> find(const std::string& id) const;
  // Also permission_denied for the upload of another user.
  Result<FileInfo> find_own(const std::string& id, const std::string& user) const;
  // Of a complete file.
  Result<std::string> read(const std::string& id, std::uint64_t at, std::size_t bytes);

  // Removes what has expired, some at a time; true when there is more to do at once. What cannot be
  // removed stands in nobody's way and has another try when all else has had one.
  bool sweep();

  FolderHealth health() const { return folder_->health(); }  // any thread
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  struct Share {
    std::uint64_t bytes = 0;
    std::size_t uploads = 0;  // not complete
  };

  Shelf(std::unique_ptr<Folder> folder, const ShelfLimits& limits, WallClock clock)
      : folder_(std::move(folder)), limits_(limits), clock_(clock) {}

  enum class Found { upload, remnant, foreign, failed };

  Found load(const Folder::Entry& entry);
  Found look_at(const Folder::Entry& entry, bool is_part, FileInfo& info);
  Result<void> check_limits(const NewUpload& upload) const;
  Result<void> store(FileInfo& after, ByteView bytes);
  Result<void> settle(FileInfo& info);
  Result<void> finish(FileInfo& info);
  Result<void> drop(const std::string& id);
  const FileInfo& keep(FileInfo info, std::int64_t now_ms);
  void forget(const std::string& id);
  void uncount(const FileInfo& info);

  const std::unique_ptr<Folder> folder_;
  const ShelfLimits limits_;
  const WallClock clock_;

  mutable std::mutex mutex_;                         // for `files_`, which find() reads
  std::unordered_map<std::string, FileInfo> files_;  // by id
  std::unordered_map<std::string, Share> shares_;    // by user
  std::unordered_set<std::string> stuck_;            // could not be removed by this sweep
  std::uint64_t total_bytes_ = 0;
};

}  // namespace parley::files
