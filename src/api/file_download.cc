#include "api/file_download.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "files/file_name.h"
#include "files/media_type.h"
#include "http/conditional.h"
#include "http/response.h"

namespace parley::api {
namespace {

constexpr std::uint64_t kSliceBytes = 128 << 10;

// Each slice is read when the one before it has left, so a download holds no more than one in
// memory, and between them no descriptor.
class FileSource final : public http::BodySource {
 public:
  FileSource(files::FileStore& store, std::shared_ptr<const Home> home,
             metrics::ShardCounters& counters, std::string id, http::ByteRange range,
             std::shared_ptr<void> place)
      : store_(store),
        home_(std::move(home)),
        counters_(counters),
        id_(std::move(id)),
        size_(range.last - range.first + 1),
        at_(range.first),
        left_(size_),
        place_(std::move(place)) {}

  std::uint64_t size() const override { return size_; }

  void next(Piece piece) override {
    const std::uint64_t bytes = std::min(left_, kSliceBytes);
    const std::uint64_t at = std::exchange(at_, at_ + bytes);
    left_ -= bytes;
    store_.read(id_, at, bytes,
                [home = home_, &counters = counters_,
                 piece = std::move(piece)](Result<std::string> read) mutable {
                  (*home)([&counters, piece = std::move(piece), read = std::move(read)]() mutable {
                    if (!read.has_value()) counters.add(read.error());
                    piece(std::move(read));
                  });
                });
  }

 private:
  files::FileStore& store_;
  const std::shared_ptr<const Home> home_;
  metrics::ShardCounters& counters_;
  const std::string id_;
  const std::uint64_t size_;
  std::uint64_t at_;
  std::uint64_t left_;
  const std::shared_ptr<void> place_;
};

// Whatever the bytes are, no page of this server's origin is made of them.
void add_safe_headers(http::Response& response, const files::FileInfo& info) {
  const bool in_place = files::shown_in_place(info.type);
  response.add("Content-Type", info.type);
  response.add("Content-Disposition", files::content_disposition(info.name, in_place));
  response.add("Content-Security-Policy", "sandbox; default-src 'none'");
  response.add("Cross-Origin-Resource-Policy", "same-origin");
  response.add("Accept-Ranges", "bytes");
}

// The bytes to send, of a file that is not empty; a response that refuses the range otherwise.
std::optional<http::Response> find_range(const files::FileInfo& info, const FileRequest& asked,
                                         http::Response& response, http::ByteRange& range) {
  const std::string size = std::to_string(info.size);
  switch (http::parse_range(asked.range, info.size, range)) {
    case http::RangeKind::none: range = {0, info.size - 1}; return std::nullopt;
    case http::RangeKind::unsatisfiable: {
      auto refusal = http::problem(Errc::http_range_not_satisfiable);
      refusal.add("Content-Range", "bytes */" + size);
      return refusal;
    }
    case http::RangeKind::single: break;
  }
  response.status = 206;
  response.add("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                    std::to_string(range.last) + "/" + size);
  return std::nullopt;
}

}  // namespace

FileRequest::FileRequest(const http::Request& request, const std::string& id)
    : is_head(request.method == "HEAD"), etag('"' + id + '"') {
  is_known = http::lists_etag(request, "if-none-match", etag, true);
  has_other = request.header("if-match") && !http::lists_etag(request, "if-match", etag, false);
  range = http::wanted_range(request, etag).value_or("");
}

std::string file_url(const files::FileInfo& info) {
  return "/files/" + info.id + "/" + percent_encode(info.name);
}

http::Response file_response(files::FileStore& store, std::shared_ptr<const Home> home,
                             metrics::ShardCounters& counters, const files::FileInfo& info,
                             const FileRequest& asked) {
  http::Response response;
  response.add("ETag", asked.etag);
  // A file never changes under its name; but it is not for caches that others share.
  response.add("Cache-Control", "private, max-age=31536000, immutable");
  if (asked.has_other || asked.is_known) {
    response.status = asked.has_other ? 412 : 304;
    return response;
  }
  add_safe_headers(response, info);
  if (info.size == 0) return response;
  http::ByteRange range{};
  if (auto refusal = find_range(info, asked, response, range)) {
    counters.add(Errc::http_range_not_satisfiable);
    return *std::move(refusal);
  }
  auto place = asked.is_head ? nullptr : store.begin_download();
  if (!asked.is_head && place == nullptr) {
    counters.add(Errc::overloaded);
    auto busy =
        http::problem(Errc::overloaded, "too many files are being downloaded (files.downloads)");
    busy.add("Retry-After", "1");
    return busy;
  }
  response.source = std::make_shared<FileSource>(store, std::move(home), counters, info.id, range,
                                                 std::move(place));
  return response;
}

}  // namespace parley::api
