// One file of a folder with the web app, as an asset: what the binary would hold, read anew at each
// request, so that a new build shows at once. Blocks for the length of a read: for work on the app.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "http/assets.h"

namespace parley::http {

// A file is held whole, more than once, while it is sent.
inline constexpr std::uintmax_t kMaxWebFileBytes = 64 << 20;

struct WebFile {
  std::string path;
  std::string etag;
  std::string bytes;
  std::string_view content_type;

  Asset asset() const { return {path, content_type, etag, bytes, {}}; }
};

// `path` is decoded and without dot segments, as Request::decoded_path() gives it. Nothing when
// there is no such regular file, or a larger one than kMaxWebFileBytes, of which the log tells.
std::optional<WebFile> read_web_file(const std::string& folder, ByteView path);

}  // namespace parley::http
