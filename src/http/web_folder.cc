#include "http/web_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/log.h"

namespace parley::http {
namespace {

// As CONTENT_TYPES of tools/embed_assets.py.
constexpr std::pair<std::string_view, std::string_view> kContentTypes[] = {
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".webmanifest", "application/manifest+json"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
};

std::string_view content_type_of(ByteView path) {
  for (const auto& [ending, type] : kContentTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

// Closes what it holds.
struct Descriptor {
  explicit Descriptor(const std::string& path)
      : fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const int fd;
};

// Time and size, as of the very file that is read.
std::string etag_of(const struct stat& facts) {
  return "\"" + std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec) +
         "-" + std::to_string(facts.st_size) + "\"";
}

}  // namespace

std::optional<WebFile> read_web_file(const std::string& folder, ByteView path) {
  if (path.find('\0') != ByteView::npos) return std::nullopt;
  const Descriptor file(folder + std::string(path));
  struct stat facts {};
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  if (static_cast<std::uintmax_t>(facts.st_size) > kMaxWebFileBytes) {
    log::warning("http.web_root: {}{} is larger than {} MiB; not served", folder, path,
                 kMaxWebFileBytes >> 20);
    return std::nullopt;
  }
  WebFile found{std::string(path), etag_of(facts), {}, content_type_of(path)};
  found.bytes.resize(static_cast<std::size_t>(facts.st_size));
  std::size_t size = 0;
  while (size < found.bytes.size()) {
    const ssize_t count = ::read(file.fd, found.bytes.data() + size, found.bytes.size() - size);
    if (count <= 0) return std::nullopt;  // it was cut short meanwhile
    size += static_cast<std::size_t>(count);
  }
  return found;
}

}  // namespace parley::http
