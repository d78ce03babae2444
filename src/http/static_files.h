// StaticFiles answers GET and HEAD from assets in memory, or from a folder: conditional requests
// (RFC 9110, 13), single ranges (14), precompressed bodies (12.5.3), and caching that fits file
// names with a content hash. Immutable after construction, so all shards may share one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/assets.h"
#include "http/message.h"

namespace parley::http {

class StaticFiles {
 public:
  explicit StaticFiles(std::span<const Asset> assets);
  // Reads the file of each request anew, see http/web_folder.h.
  explicit StaticFiles(std::string folder);

  // The asset at the request's path ("/" is "/index.html"); nothing if there is none.
  std::optional<Response> serve(const Request& request) const;
  // The asset at `path` whatever the request's own, as for the page behind "/echo".
  std::optional<Response> serve(const Request& request, ByteView path) const;

 private:
  const std::string folder_;  // empty: the assets
  std::unordered_map<std::string_view, const Asset*> assets_;
};

}  // namespace parley::http
