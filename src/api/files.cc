// Uploads over HTTP: the tus protocol 1.0.0 (creation, creation-with-upload, termination,
// expiration), and one POST with the bytes as its body; docs/files.md. The work is the file
// store's, on its thread; answers come back to the shard of the request.
#include <memory>
#include <utility>

#include "api/file_download.h"
#include "api/file_user.h"
#include "api/routes.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "files/upload_metadata.h"
#include "http/response.h"

namespace parley::api {
namespace {

using files::FileInfo;
using metrics::Counter;

constexpr ByteView kPrefix = "/files/";
constexpr ByteView kVersion = "1.0.0";
constexpr ByteView kChunkType = "application/offset+octet-stream";
// Of a file with its name, and of an upload.
constexpr const char* kFileMethods = "OPTIONS, GET, HEAD";
constexpr const char* kUploadMethods = "OPTIONS, GET, HEAD, PATCH, DELETE, POST";
constexpr const char* kTusHeaders =
    "Location, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, "
    "Upload-Length, Upload-Metadata, Upload-Offset";

std::optional<std::uint64_t> number_in(const http::Request& request, ByteView name) {
  const auto text = request.header(name);
  return text ? to_number(*text) : std::nullopt;
}

bool has_type(const http::Request& request, ByteView type) {
  const ByteView given = request.header("Content-Type").value_or("");
  return equals_ignore_case(trim(given.substr(0, given.find(';'))), type);
}

std::string info_json(const FileInfo& info) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().member("id", info.id).member("url", file_url(info));
  json.member("name", info.name).member("type", info.type).member("size", info.size);
  json.end_object();
  return body;
}

// Of an upload, not of a file: its state changes.
http::Response tus_response(int status) {
  http::Response response;
  response.status = status;
  response.add("Tus-Resumable", std::string(kVersion));
  response.add("Access-Control-Expose-Headers", kTusHeaders);
  response.add("Cache-Control", "no-store");
  return response;
}

http::Response tus_response(int status, const FileInfo& info) {
  auto response = tus_response(status);
  response.add("Upload-Offset", std::to_string(info.received));
  if (!info.complete()) {
    response.add("Upload-Expires", http::http_date(info.expires_ms / 1000));
  }
  return response;
}

// A path below /files/: the id, and for the file itself a name behind it.
struct FilePath {
  explicit FilePath(const http::Request& request) {
    const std::string rest = request.decoded_path()->substr(kPrefix.size());
    const std::size_t slash = rest.find('/');
    id = rest.substr(0, slash);
    is_file = slash != std::string::npos;
  }
  std::string id;
  bool is_file;
};

class FileRoutes {
 public:
  FileRoutes(Home home, metrics::ShardCounters& counters, const FilesOptions& options)
      : home_(std::make_shared<const Home>(std::move(home))),
        counters_(counters),
        options_(options),
        store_(*options.store) {}

  void on_options(http::Responder respond) const {
    auto response = tus_response(204);
    response.add("Tus-Version", std::string(kVersion));
    response.add("Tus-Extension", "creation,creation-with-upload,termination,expiration");
    response.add("Tus-Max-Size", std::to_string(store_.options().limits.file_bytes));
    respond(std::move(response));
  }

  void on_create(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    Refusal refusal;
    if (!speaks_our_version(request, refusal)) return refuse(refusal, respond);
    const auto user = file_user(options_, request, peer, refusal);
    if (!user) return refuse(refusal, respond);
    if (request.header("Tus-Resumable") || request.header("Upload-Length")) {
      return begin_upload(request, peer, *user, std::move(respond));
    }
    upload_at_once(request, *user, std::move(respond));
  }

  void on_patch(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    Refusal refusal;
    const auto user = own_upload(request, peer, refusal);
    if (!user) return refuse(refusal, respond);
    if (!has_type(request, kChunkType)) {
      return refuse({Errc::http_unsupported_media_type,
                     "the Content-Type of a PATCH is application/offset+octet-stream"},
                    respond);
    }
    const auto offset = number_in(request, "Upload-Offset");
    if (!offset) {
      return refuse({Errc::http_bad_request, "Upload-Offset is missing, or no number"}, respond);
    }
    // Of a complete upload the end may be told again, without bytes.
    const bool has_bytes = !request.body.empty();
    store_.append(FilePath(request).id, *user, *offset, std::string(request.body),
                  at_home<FileInfo>([this, has_bytes, respond = std::move(respond)](
                                        const Result<FileInfo>& info) mutable {
                    if (!info.has_value()) return refuse({info.error()}, respond);
                    if (has_bytes && info->complete()) counters_.add(Counter::files_stored);
                    respond(tus_response(204, *info));
                  }));
  }

  // HEAD tells its user how far an upload is; of a file, what GET would answer.
  void on_head(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    if (FilePath(request).is_file) return serve(request, peer, std::move(respond));
    Refusal refusal;
    const auto user = own_upload(request, peer, refusal);
    if (!user) return refuse(refusal, respond);
    store_.find_own(FilePath(request).id, *user,
                    at_home<FileInfo>(
                        [this, respond = std::move(respond)](const Result<FileInfo>& info) mutable {
                          if (!info.has_value()) return refuse({info.error()}, respond);
                          auto response = tus_response(200, *info);
                          response.add("Upload-Length", std::to_string(info->size));
                          if (!info->metadata.empty())
                            response.add("Upload-Metadata", info->metadata);
                          respond(std::move(response));
                        }));
  }

  // Whoever knows its address may read a file.
  void on_get(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    if (FilePath(request).is_file) return serve(request, peer, std::move(respond));
    const auto info = find_complete(request, respond);
    if (!info) return;
    auto response = http::json(200, info_json(*info));
    response.add("Cache-Control", "no-store");
    respond(std::move(response));
  }

  void on_delete(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    Refusal refusal;
    const auto user = own_upload(request, peer, refusal);
    if (!user) return refuse(refusal, respond);
    store_.remove(
        FilePath(request).id, *user,
        at_home<void>([this, respond = std::move(respond)](const Result<void>& removed) mutable {
          if (!removed.has_value()) return refuse({removed.error()}, respond);
          respond(tus_response(204));
        }));
  }

  // For clients that can send no other method. Of uploads alone: a POST has a body in its answer.
  void on_override(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    const ByteView method = request.header("X-HTTP-Method-Override").value_or("");
    if (method == "PATCH") return on_patch(request, peer, std::move(respond));
    if (method == "DELETE") return on_delete(request, peer, std::move(respond));
    if (method == "HEAD" && !FilePath(request).is_file) {
      return on_head(request, peer, std::move(respond));
    }
    refuse({Errc::http_method_not_allowed, "X-HTTP-Method-Override is PATCH, DELETE or HEAD",
            FilePath(request).is_file ? kFileMethods : kUploadMethods},
           respond);
  }

 private:
  static bool speaks_our_version(const http::Request& request, Refusal& refusal) {
    if (request.header("Tus-Resumable").value_or(kVersion) == kVersion) return true;
    refusal = {Errc::upload_version};
    return false;
  }

  std::optional<std::string> own_upload(const http::Request& request, const http::Peer& peer,
                                        Refusal& refusal) const {
    if (FilePath(request).is_file) {
      refusal = {Errc::http_method_not_allowed, "an upload is at /files/ID, without a name",
                 kFileMethods};
      return std::nullopt;
    }
    if (!speaks_our_version(request, refusal)) return std::nullopt;
    return file_user(options_, request, peer, refusal);
  }

  void begin_upload(const http::Request& request, const http::Peer& peer, const std::string& user,
                    http::Responder respond) {
    const auto size = number_in(request, "Upload-Length");
    const ByteView header = request.header("Upload-Metadata").value_or("");
    const auto metadata = files::parse_upload_metadata(header);
    if (!size) {
      return refuse(
          {Errc::http_bad_request, "Upload-Length is missing, or no number; it cannot be deferred"},
          respond);
    }
    if (!metadata) {
      return refuse({Errc::http_bad_request,
                     "Upload-Metadata is not a list of names, each with its value in base64, of at "
                     "most 1024 bytes"},
                    respond);
    }
    if (!request.body.empty() && !has_type(request, kChunkType)) {
      return refuse({Errc::http_unsupported_media_type,
                     "bytes that come with the creation are application/offset+octet-stream"},
                    respond);
    }
    create({user, metadata->name, metadata->type, std::string(header), *size},
           std::string(request.body),
           [this, by_name = believes_names(options_, peer),
            respond = std::move(respond)](const Result<FileInfo>& info) mutable {
             if (!info.has_value()) return refuse({info.error()}, respond);
             auto response = tus_response(201, *info);
             response.add("Location", upload_url(*info, by_name));
             respond(std::move(response));
           });
  }

  void upload_at_once(const http::Request& request, const std::string& user,
                      http::Responder respond) {
    if (has_type(request, "multipart/form-data") || request.body.empty()) {
      const bool is_form = !request.body.empty();
      return refuse({is_form ? Errc::http_unsupported_media_type : Errc::http_bad_request,
                     "the body is the file itself, as `curl --data-binary @FILE` sends it"},
                    respond);
    }
    // What curl and forms say when nobody told them better says nothing of the file.
    std::string type(has_type(request, "application/x-www-form-urlencoded")
                         ? ByteView()
                         : request.header("Content-Type").value_or(""));
    type = request.query_parameter("type").value_or(std::move(type));
    create({user, request.query_parameter("name").value_or(""), std::move(type), "",
            request.body.size()},
           std::string(request.body),
           [this, respond = std::move(respond)](const Result<FileInfo>& info) mutable {
             if (!info.has_value()) return refuse({info.error()}, respond);
             auto response = http::json(201, info_json(*info));
             response.add("Location", file_url(*info));
             response.add("Cache-Control", "no-store");
             respond(std::move(response));
           });
  }

  template <class Then>
  void create(files::NewUpload upload, std::string first, Then then) {
    store_.create(
        std::move(upload), std::move(first),
        at_home<FileInfo>([this, then = std::move(then)](const Result<FileInfo>& info) mutable {
          if (info.has_value() && info->complete()) counters_.add(Counter::files_stored);
          then(info);
        }));
  }

  // Where a name is all that says whose it is, the address carries it, as clients add nothing to
  // the one that they are given.
  static std::string upload_url(const FileInfo& info, bool by_name) {
    const std::string url = std::string(kPrefix) + info.id;
    return by_name ? url + "?username=" + percent_encode(info.user) : url;
  }

  void serve(const http::Request& request, const http::Peer& peer, http::Responder respond) {
    const auto info = find_complete(request, respond);
    if (info) serve_file(store_, home_, counters_, *info, request, peer, std::move(respond));
  }

  // Nothing: it was refused.
  std::optional<FileInfo> find_complete(const http::Request& request, http::Responder& respond) {
    const auto info = store_.find(FilePath(request).id);
    if (info.has_value() && info->complete()) return *info;
    refuse({Errc::http_not_found, info.has_value() ? "the upload is not complete" : ""}, respond);
    return std::nullopt;
  }

  // The store answers on its own thread, at the end of the server even when these routes are gone;
  // but their shard is still there.
  template <class T, class Then>
  files::FileStore::Done<T> at_home(Then then) {
    return [home = home_, then = std::move(then)](Result<T> result) mutable {
      (*home)([then = std::move(then), result = std::move(result)]() mutable { then(result); });
    };
  }

  void refuse(const Refusal& refusal, http::Responder& respond) {
    counters_.add(refusal.code);
    const bool is_busy = refusal.code == Errc::overloaded;
    auto response =
        http::problem(refusal.code, is_busy ? "the disk is busy; try again" : refusal.detail);
    for (auto& [name, value] : tus_response(0).headers) response.add(name, value);
    if (refusal.code == Errc::upload_version) response.add("Tus-Version", std::string(kVersion));
    if (is_busy) response.add("Retry-After", "1");
    if (refusal.allow != nullptr) response.add("Allow", refusal.allow);
    if (response.status == 401) response.add("WWW-Authenticate", R"(Bearer realm="parley")");
    respond(std::move(response));
  }

  const std::shared_ptr<const Home> home_;
  metrics::ShardCounters& counters_;
  const FilesOptions options_;
  files::FileStore& store_;
};

// Without a folder there is one answer to everything.
void add_nothing(http::Router& router, metrics::ShardCounters& counters) {
  for (const char* method : {"POST", "GET", "HEAD", "PATCH", "DELETE"}) {
    for (const char* pattern : {"/files", "/files/*"}) {
      router.add(method, pattern,
                 [&counters](const http::Request&, const http::Peer&, http::Responder respond) {
                   counters.add(Errc::not_available);
                   respond(http::problem(Errc::not_available,
                                         "files are off: set files.path, or storage.path beside "
                                         "which they are then kept"));
                 });
    }
  }
}

}  // namespace

void add_files(http::Router& router, std::function<void(UniqueFunction<void()>)> home,
               metrics::ShardCounters& counters, const FilesOptions& options) {
  if (options.store == nullptr) return add_nothing(router, counters);
  const auto routes = std::make_shared<FileRoutes>(std::move(home), counters, options);
  using Request = const http::Request&;
  using Peer = const http::Peer&;
  using Responder = http::Responder;
  const auto options_route = [routes](Request, Peer, Responder respond) {
    routes->on_options(std::move(respond));
  };
  router.add("OPTIONS", "/files", options_route);
  router.add("OPTIONS", "/files/*", options_route);
  router.add("POST", "/files", [routes](Request request, Peer peer, Responder respond) {
    routes->on_create(request, peer, std::move(respond));
  });
  router.add("PATCH", "/files/*", [routes](Request request, Peer peer, Responder respond) {
    routes->on_patch(request, peer, std::move(respond));
  });
  router.add("HEAD", "/files/*", [routes](Request request, Peer peer, Responder respond) {
    routes->on_head(request, peer, std::move(respond));
  });
  router.add("GET", "/files/*", [routes](Request request, Peer peer, Responder respond) {
    routes->on_get(request, peer, std::move(respond));
  });
  router.add("DELETE", "/files/*", [routes](Request request, Peer peer, Responder respond) {
    routes->on_delete(request, peer, std::move(respond));
  });
  router.add("POST", "/files/*", [routes](Request request, Peer peer, Responder respond) {
    routes->on_override(request, peer, std::move(respond));
  });
}

}  // namespace parley::api
