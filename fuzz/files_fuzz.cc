// What must hold for whatever a client says of its file, and for any bytes in the place of one: the
// same bytes are read as Upload-Metadata, as a name, as a type, as content and as a stored head.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "files/file_name.h"
#include "files/head.h"
#include "files/media_type.h"
#include "files/upload_metadata.h"

namespace {

using namespace parley;

// It stands in JSON, in a header and in a path.
void check_name(ByteView given) {
  const std::string name = files::clean_file_name(given);
  CHECK(!name.empty() && name.size() <= 200);
  CHECK(is_valid_utf8(name) && !has_control_characters(name));
  CHECK(name.find('/') == std::string::npos && name != "." && name != "..");
  CHECK(!has_control_characters(files::content_disposition(name, false)));
}

void check_type(ByteView claimed, ByteView bytes) {
  const auto type = files::settle_type(claimed, bytes);
  if (!type) return;
  CHECK(files::canonical_type(*type) == *type && !type->empty());
  // What is shown in place was seen in the bytes.
  if (files::shown_in_place(*type)) CHECK(files::settle_type(*type, bytes) == type);
}

void check_head(ByteView bytes) {
  std::string padded(bytes.substr(0, files::kHeadBytes));
  padded.resize(files::kHeadBytes, '\n');
  const auto info = files::parse_head(padded);
  if (!info) return;
  CHECK(info->received <= info->size);
  const auto again = files::encode_head(*info);
  CHECK(!again || files::parse_head(*again)->name == info->name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const char*>(data), size);
  check_name(bytes);
  check_head(bytes);
  const std::size_t line = bytes.find('\n');
  const ByteView content = line == ByteView::npos ? ByteView() : bytes.substr(line + 1);
  check_type(bytes.substr(0, line), content);
  if (const auto metadata = files::parse_upload_metadata(bytes.substr(0, line))) {
    check_name(metadata->name);
    check_type(metadata->type, content);
  }
  return 0;
}
