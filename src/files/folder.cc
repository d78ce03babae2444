#include "files/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/descriptor.h"
#include "base/log.h"

namespace parley::files {
namespace {

std::string message(int error) { return std::generic_category().message(error); }

Errc code_of(int error) {
  return error == ENOSPC || error == EDQUOT ? Errc::files_full : Errc::file_not_stored;
}

// With those above it; each that is new is on disk before what will be in it.
std::error_code make_directory(const std::filesystem::path& path, bool full_sync) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (parent != path) error = make_directory(parent, full_sync);
  if (error) return error;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return {errno, std::generic_category()};
  }
  const Descriptor above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (full_sync && (!above || ::fsync(above.number()) != 0)) {
    return {errno, std::generic_category()};
  }
  return {};
}

bool write_all(const Descriptor& file, ByteView bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Folder>> Folder::open(const std::string& path, bool full_sync,
                                             std::string& why) {
  if (const std::error_code error = make_directory(path, full_sync)) {
    why = "cannot make the folder " + path + " for files: " + error.message();
    return Errc::io_error;
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 || ::faccessat(descriptor, ".", R_OK | W_OK | X_OK, 0) != 0) {
    why = "cannot use the folder " + path + " for files: " + message(errno);
    if (descriptor >= 0) ::close(descriptor);
    return Errc::io_error;
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    why = path + " is in use by another process; each server needs its own folder for files";
    ::close(descriptor);
    return Errc::io_error;
  }
  return std::unique_ptr<Folder>(new Folder(path, descriptor, full_sync));
}

Folder::~Folder() { ::close(descriptor_); }

Errc Folder::failed(const char* call, const std::string& name) {
  const Errc code = code_of(errno);
  set_health(code == Errc::files_full ? FolderHealth::full : FolderHealth::failing,
             fmt::format("{} of {}: {}", call, name, message(errno)));
  return code;
}

Errc Folder::failed_on(const char* call, const std::string& name) {
  const int error = errno;
  // While the whole folder fails that has been told.
  if (health() == FolderHealth::good && told_of_.insert(name).second) {
    log::error("files: {} of {}/{} failed: {}", call, path_, name, message(error));
  }
  return code_of(error);
}

void Folder::set_health(FolderHealth health, const std::string& why) {
  if (health_.exchange(health, std::memory_order_relaxed) == health) return;
  switch (health) {
    case FolderHealth::good: return log::info("files: {} takes uploads again", path_);
    case FolderHealth::full:
      return log::error("files: no space in {} ({}); uploads may be refused", path_, why);
    case FolderHealth::failing:
      return log::error("files: {} fails ({}); uploads may be refused", path_, why);
  }
}

Result<std::vector<Folder::Entry>> Folder::list() {
  std::vector<Entry> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator each(path_, error), end; !error && each != end;
       each.increment(error)) {
    const std::string name = each->path().filename();
    struct stat status {};
    if (::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode)) continue;
    entries.push_back({name, static_cast<std::uint64_t>(status.st_size),
                       status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000});
  }
  if (!error) return entries;
  errno = error.value();
  return failed("listing", ".");
}

int Folder::open_file(const std::string& name, int flags) const {
  return ::openat(descriptor_, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

Result<void> Folder::create(const std::string& name, ByteView bytes) {
  const Descriptor file(open_file(name, O_CREAT | O_EXCL | O_WRONLY));
  if (!file) return failed("creation", name);
  if (!write_all(file, bytes, 0)) return failed("writing", name);
  return sync_names();
}

Result<void> Folder::write(const std::string& name, std::uint64_t at, ByteView bytes) {
  const Descriptor file(open_file(name, O_WRONLY));
  if (!file || !write_all(file, bytes, at)) return failed("writing", name);
  return {};
}

Result<void> Folder::sync(const std::string& name) {
  if (!full_sync_) return {};
  const Descriptor file(open_file(name, O_WRONLY));
  if (!file || ::fdatasync(file.number()) != 0) return failed("sync", name);
  return {};
}

Result<void> Folder::rename(const std::string& from, const std::string& to) {
  if (::renameat(descriptor_, from.c_str(), descriptor_, to.c_str()) != 0) {
    return failed("renaming", from);
  }
  const auto synced = sync_names();
  // So that a failed call has changed nothing.
  if (!synced.has_value()) ::renameat(descriptor_, to.c_str(), descriptor_, from.c_str());
  return synced;
}

Result<void> Folder::remove(const std::string& name) {
  if (::unlinkat(descriptor_, name.c_str(), 0) != 0 && errno != ENOENT) {
    return failed_on("removal", name);
  }
  told_of_.erase(name);
  return {};
}

Result<std::string> Folder::read(const std::string& name, std::uint64_t at, std::size_t bytes) {
  const Descriptor file(open_file(name, O_RDONLY));
  if (!file) return failed_on("opening", name);
  std::string content(bytes, '\0');
  std::size_t size = 0;
  while (size < bytes) {
    const ssize_t got =
        ::pread(file.number(), content.data() + size, bytes - size, static_cast<off_t>(at + size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed_on("reading", name);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  content.resize(size);
  return content;
}

Result<void> Folder::sync_names() {
  if (full_sync_ && ::fsync(descriptor_) != 0) return failed("sync", ".");
  return {};
}

}  // namespace parley::files
