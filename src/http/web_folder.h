// One file of a folder with the web app: what the binary would hold, read anew at each request, so
// that a new build shows at once. Reading blocks: for work on the app.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/descriptor.h"
#include "http/conditional.h"
#include "http/message.h"

namespace parley::http {

// The bytes that select() chose, once.
class WebFile final : public BodySource {
 public:
  // `path` is decoded and without dot segments, as Request::decoded_path() gives it. Null when
  // there is no such regular file.
  static std::shared_ptr<WebFile> open(const std::string& folder, ByteView path);
  WebFile(int descriptor, ByteView path);

  const std::string& etag() const { return etag_; }
  std::string_view content_type() const { return content_type_; }
  std::uint64_t size() const override { return range_.size; }  // first: of all of it
  void select(ByteRange range) { range_ = left_ = range; }
  void next(Piece piece) override;

 private:
  const Descriptor file_;
  const std::string_view content_type_;
  std::string etag_;
  ByteRange range_{};
  ByteRange left_{};
};

}  // namespace parley::http
