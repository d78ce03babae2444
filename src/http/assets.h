// The files of the web app inside the binary. embedded_assets() is defined by a source that the
// build generates; everything it returns lives as long as the process.
#pragma once

#include <span>
#include <string_view>

namespace parley::http {

struct Asset {
  std::string_view path;  // "/index.html"
  std::string_view content_type;
  std::string_view etag;  // strong, with its quotes, of the identity bytes
  std::string_view identity;
  std::string_view gzip;  // empty when compression does not pay
};

std::span<const Asset> embedded_assets();

}  // namespace parley::http
