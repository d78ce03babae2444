#include "http/web_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace parley::http {
namespace {

constexpr std::uint64_t kPieceBytes = 128 << 10;

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

// Time and size, as of the very file that is read.
std::string etag_of(const struct stat& facts) {
  return "\"" + std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec) +
         "-" + std::to_string(facts.st_size) + "\"";
}

}  // namespace

std::shared_ptr<WebFile> WebFile::open(const std::string& folder, ByteView path) {
  if (path.find('\0') != ByteView::npos) return nullptr;
  const std::string name = folder + std::string(path);
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  auto file = std::make_shared<WebFile>(descriptor, path);
  return file->etag_.empty() ? nullptr : file;
}

WebFile::WebFile(int descriptor, ByteView path)
    : file_(descriptor), content_type_(content_type_of(path)) {
  struct stat facts {};
  if (!file_ || ::fstat(file_.number(), &facts) != 0 || !S_ISREG(facts.st_mode)) return;
  etag_ = etag_of(facts);
  select({0, static_cast<std::uint64_t>(facts.st_size)});
}

void WebFile::next(Piece piece) {
  std::string bytes(std::min(left_.size, kPieceBytes), '\0');
  const ssize_t count =
      ::pread(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(left_.first));
  if (count <= 0) return piece(Errc::io_error);  // it was cut short meanwhile
  bytes.resize(static_cast<std::size_t>(count));
  left_ = {left_.first + bytes.size(), left_.size - bytes.size()};
  piece(std::move(bytes));
}

}  // namespace parley::http
