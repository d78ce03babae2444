#include "files/upload_metadata.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace parley::files {

std::optional<UploadMetadata> parse_upload_metadata(ByteView header) {
  if (header.size() > kUploadMetadataBytes || has_control_characters(header)) return std::nullopt;
  UploadMetadata metadata;
  std::vector<ByteView> keys;
  for (ByteView rest = trim(header); !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const ByteView pair = trim(rest.substr(0, comma));
    rest.remove_prefix(comma == ByteView::npos ? rest.size() : comma + 1);
    const std::size_t space = pair.find(' ');
    const ByteView key = pair.substr(0, space);
    if (key.empty() || std::ranges::find(keys, key) != keys.end()) return std::nullopt;
    keys.push_back(key);
    const ByteView encoded = space == ByteView::npos ? ByteView() : trim(pair.substr(space + 1));
    auto value = base64_decode(encoded);
    if (!value) return std::nullopt;
    // Clients agree on no single pair of names; the longer ones win.
    if (key == "filename" || (key == "name" && metadata.name.empty())) metadata.name = *value;
    if (key == "filetype" || (key == "type" && metadata.type.empty())) metadata.type = *value;
  }
  return metadata;
}

}  // namespace parley::files
