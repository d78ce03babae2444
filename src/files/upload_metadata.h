// Upload-Metadata of the tus protocol: "filename Y2F0LnBuZw==,filetype aW1hZ2UvcG5n". A pure
// parser.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace parley::files {

inline constexpr std::size_t kUploadMetadataBytes = 1024;

struct UploadMetadata {
  std::string name;  // "filename" or "name"; empty if there is none
  std::string type;  // "filetype" or "type"; likewise
};

// Nothing when it is longer than kUploadMetadataBytes, has control characters (a tab is one), or
// breaks the protocol's rules: a key without letters or given twice, a value that is not base64.
std::optional<UploadMetadata> parse_upload_metadata(ByteView header);

}  // namespace parley::files
