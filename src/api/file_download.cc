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
             metrics::ShardCounters& counters, std::string id, http::ByteRange bytes)
      : store_(store),
        home_(std::move(home)),
        counters_(counters),
        id_(std::move(id)),
        size_(bytes.size),
        at_(bytes.first),
        left_(size_) {}

  void keep(files::DownloadPlaces::Place place) { place_ = std::move(place); }
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
  files::DownloadPlaces::Place place_;
};

// Whatever the bytes are, no page of this server's origin is made of them.
void add_safe_headers(http::Response& response, const files::FileInfo& info) {
  const bool in_place = files::shown_in_place(info.type);
  response.add("Content-Type", files::served_type(info.type));
  response.add("Content-Disposition", files::content_disposition(info.name, in_place));
  response.add("Content-Security-Policy", "sandbox; default-src 'none'");
  response.add("Cross-Origin-Resource-Policy", "same-origin");
  response.add("Accept-Ranges", "bytes");
}

// All but the body.
http::Response head_of(const files::FileInfo& info, const http::Request& request,
                       http::ByteRange& bytes) {
  const std::string etag = '"' + info.id + '"';
  http::Response response;
  response.add("ETag", etag);
  // A file never changes under its name; but it is not for caches that others share.
  response.add("Cache-Control", "private, max-age=31536000, immutable");
  if (http::precondition_fails(request, etag, response)) return response;
  add_safe_headers(response, info);
  bytes = http::select_range(request, etag, info.size, response);
  return response;
}

}  // namespace

std::string file_url(const files::FileInfo& info) {
  return "/files/" + info.id + "/" + percent_encode(info.name);
}

void serve_file(files::FileStore& store, const std::shared_ptr<const Home>& home,
                metrics::ShardCounters& counters, const files::FileInfo& info,
                const http::Request& request, const http::Peer& peer, http::Responder respond) {
  http::ByteRange bytes{};
  http::Response response = head_of(info, request, bytes);
  if (response.status == 416) counters.add(Errc::http_range_not_satisfiable);
  if (bytes.size == 0) return respond(std::move(response));
  const auto source = std::make_shared<FileSource>(store, home, counters, info.id, bytes);
  response.source = source;
  if (request.method == "HEAD") return respond(std::move(response));
  auto begin = [source, &counters, response = std::move(response),
                respond = std::move(respond)](files::DownloadPlaces::Place place) mutable {
    if (place == nullptr) {
      counters.add(Errc::overloaded);
      response = http::problem(Errc::overloaded, "too many wait for a file (files.downloads)");
      response.add("Retry-After", "1");
    }
    source->keep(std::move(place));
    respond(std::move(response));
  };
  store.downloads().take(
      peer.address, [home, begin = std::move(begin)](files::DownloadPlaces::Place place) mutable {
        (*home)([begin = std::move(begin), place = std::move(place)]() mutable {
          begin(std::move(place));
        });
      });
}

}  // namespace parley::api
