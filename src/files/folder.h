// Folder: the files of one directory by their names, as the shelf needs them. Calls block; one
// thread. It holds the directory's lock as long as it lives, so two servers never share one.
// Failures are Errc::files_full when there is no space, otherwise Errc::file_not_stored. The log
// has one line per change of health, and one for each file that cannot be read or removed. Virtual,
// so that tests can let any call fail.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace parley::files {

enum class FolderHealth { good, full, failing };

class Folder {
 public:
  // Makes the directory if it is missing. With full_sync what is written waits for the disk. On an
  // error `why` is a sentence for the operator.
  static Result<std::unique_ptr<Folder>> open(const std::string& path, bool full_sync,
                                              std::string& why);
  virtual ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  struct Entry {
    std::string name;
    std::uint64_t bytes;
    std::int64_t changed_ms;  // the wall clock when it was last written
  };
  Result<std::vector<Entry>> list();

  virtual Result<void> create(const std::string& name, ByteView bytes);
  virtual Result<void> write(const std::string& name, std::uint64_t at, ByteView bytes);
  virtual Result<void> sync(const std::string& name);  // returns at once without full_sync
  virtual Result<void> rename(const std::string& from, const std::string& to);
  virtual Result<void> remove(const std::string& name);
  // What was removed stays so; creation and renaming do this by themselves. Returns at once without
  // full_sync.
  virtual Result<void> sync_names();
  // Fewer bytes only at the file's end.
  virtual Result<std::string> read(const std::string& name, std::uint64_t at, std::size_t bytes);

  // An upload, or the next bytes of one, are on disk: which ends `full` and `failing`.
  void worked() { set_health(FolderHealth::good, ""); }
  FolderHealth health() const { return health_.load(std::memory_order_relaxed); }  // any thread

 protected:
  Folder(std::string path, int descriptor, bool full_sync)
      : path_(std::move(path)), descriptor_(descriptor), full_sync_(full_sync) {}

  // After a call of the system, whose errno stands: one that stores, and one about a file that is
  // there, of which other files know nothing.
  Errc failed(const char* call, const std::string& name);
  Errc failed_on(const char* call, const std::string& name);

 private:
  void set_health(FolderHealth health, const std::string& why);
  int open_file(const std::string& name, int flags) const;

  const std::string path_;
  const int descriptor_;
  const bool full_sync_;
  std::atomic<FolderHealth> health_{FolderHealth::good};
  std::set<std::string> told_of_;  // files that cannot be read or removed
};

}  // namespace parley::files
