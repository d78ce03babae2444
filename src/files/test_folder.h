// For tests: a directory of its own, a Folder whose calls can be made to fail, and a clock that
// stands.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include "files/folder.h"
#include "files/shelf.h"

namespace parley::files {

class TestFolder {
 public:
  TestFolder() {
    std::string name = testing::TempDir() + "parley-files-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;

  const std::string& path() const { return path_; }
  std::size_t count() const {
    const std::filesystem::directory_iterator all(path_);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
  std::string content(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(path_ + "/" + name, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
  }

 private:
  std::string path_;
};

// Counts the calls that change something. From the one numbered `fail_at` on they fail, and do
// nothing, or only half of what they should; `times` of them.
class FaultyFolder final : public Folder {
 public:
  struct Fault {
    int fail_at = 0;  // the first is 1; 0: none
    int times = 1'000'000;
    bool halfway = false;
    Errc code = Errc::file_not_stored;
    std::set<std::string> stuck = {};  // names that are never removed
  };

  FaultyFolder(const std::string& path, const Fault* fault)
      : Folder(path, ::open(path.c_str(), O_RDONLY | O_DIRECTORY), false), fault_(*fault) {}

  int calls() const { return calls_; }

  Result<void> create(const std::string& name, ByteView bytes) override {
    if (!strikes()) return Folder::create(name, bytes);
    if (fault_.halfway) (void)Folder::create(name, bytes.substr(0, bytes.size() / 2));
    return fail(name);
  }
  Result<void> write(const std::string& name, std::uint64_t at, ByteView bytes) override {
    if (!strikes()) return Folder::write(name, at, bytes);
    if (fault_.halfway) (void)Folder::write(name, at, bytes.substr(0, bytes.size() / 2));
    return fail(name);
  }
  Result<void> sync(const std::string& name) override {
    return strikes() ? Result<void>(fail(name)) : Folder::sync(name);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return strikes() ? Result<void>(fail(from)) : Folder::rename(from, to);
  }
  Result<void> remove(const std::string& name) override {
    if (!strikes() && !fault_.stuck.contains(name)) return Folder::remove(name);
    set_errno();
    return failed_on("removal", name);
  }
  Result<void> sync_names() override {
    return strikes() ? Result<void>(fail(".")) : Folder::sync_names();
  }

 private:
  bool strikes() {
    ++calls_;
    return fault_.fail_at != 0 && calls_ >= fault_.fail_at &&
           calls_ < fault_.fail_at + fault_.times;
  }

  void set_errno() const { errno = fault_.code == Errc::files_full ? ENOSPC : EIO; }
  Errc fail(const std::string& name) {
    set_errno();
    return failed("writing", name);
  }

  const Fault& fault_;
  int calls_ = 0;
};

// Remembers of each file what would be left of it without power: what it held at its last sync.
class UnpoweredFolder final : public Folder {
 public:
  using Disk = std::map<std::string, std::string>;  // by name

  UnpoweredFolder(const TestFolder& folder, Disk* disk)
      : Folder(folder.path(), ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY), false),
        folder_(folder),
        disk_(*disk) {}

  Result<void> create(const std::string& name, ByteView bytes) override {
    disk_[name] = "";
    return Folder::create(name, bytes);
  }
  Result<void> sync(const std::string& name) override {
    disk_[name] = folder_.content(name);
    return {};
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    disk_[to] = disk_[from];
    disk_.erase(from);
    return Folder::rename(from, to);
  }
  Result<void> remove(const std::string& name) override {
    removed_.insert(name);
    return Folder::remove(name);
  }
  Result<void> sync_names() override {
    for (const std::string& name : removed_) disk_.erase(name);
    removed_.clear();
    return {};
  }

 private:
  std::set<std::string> removed_;  // and would be there again
  const TestFolder& folder_;
  Disk& disk_;
};

inline std::int64_t& test_clock() {
  static std::int64_t now_ms = 0;
  return now_ms;
}
inline std::int64_t read_test_clock() { return test_clock(); }

inline const std::string kPng = std::string("\x89PNG\r\n\x1A\n") + std::string(2000, 'p');

}  // namespace parley::files
