#include <optional>
#include <utility>
#include <vector>

#include "api/routes.h"
#include "base/text.h"
#include "http/response.h"

namespace parley::api {
namespace {

constexpr ByteView kPage = "/index.html";
// One page with many addresses: its own router shows the app of each. "/" is the file itself.
constexpr const char* kApps[] = {"/chat", "/chat/*", "/danmaku", "/danmaku/*", "/lab"};

http::Response echo(std::string message) {
  if (message.size() > kMaxEchoBytes || !is_valid_utf8(message)) {
    return http::problem(Errc::http_bad_request, "message is at most 4096 bytes of UTF-8");
  }
  // text/plain with nosniff, which every response carries: a browser will not run it.
  auto response = http::text(200, std::move(message));
  response.add("Cache-Control", "no-store");
  return response;
}

http::Handler page(const http::StaticFiles& files) {
  return [&files](const http::Request& request, const http::Peer&, http::Responder respond) {
    respond(files.serve(request, kPage).value_or(http::problem(Errc::http_not_found)));
  };
}

// Whoever lost the way in a browser gets the page, which leads back; a program gets the error.
http::Response not_found(const http::StaticFiles& files, const http::Request& request) {
  const bool by_browser = request.header("accept").value_or("").find("text/html") != ByteView::npos;
  auto page = by_browser ? files.serve(request, kPage) : std::nullopt;
  if (!page || page->status != 200) return http::problem(Errc::http_not_found);
  page->status = 404;
  // No tag: with one a reload would be answered 304, which is no answer for what does not exist.
  std::erase_if(page->headers, [](const auto& header) { return header.first == "ETag"; });
  return std::move(*page);
}

}  // namespace

void add_pages(http::Router& router, const http::StaticFiles& files, const AppOptions& options,
               http::Handler messages) {
  router.add("GET", options.echo_path,
             [show = page(files)](const http::Request& request, const http::Peer& peer,
                                  http::Responder respond) mutable {
               if (auto message = request.query_parameter("message")) {
                 respond(echo(std::move(*message)));
               } else {
                 show(request, peer, std::move(respond));
               }
             });
  router.add(
      "GET", options.room_path + "/*",
      [show = page(files), room_path = options.room_path, messages = std::move(messages)](
          const http::Request& request, const http::Peer& peer, http::Responder respond) mutable {
        const bool polled = is_room_messages(*request.decoded_path(), room_path);
        (polled ? messages : show)(request, peer, std::move(respond));
      });
  if (options.apps) {
    for (const char* const path : kApps) router.add("GET", path, page(files));
  }
  router.set_fallback(
      [&files](const http::Request& request, const http::Peer&, http::Responder respond) {
        if (request.method != "GET" && request.method != "HEAD") {
          return respond(http::problem(Errc::http_not_found));
        }
        auto file = files.serve(request);
        respond(file ? std::move(*file) : not_found(files, request));
      });
}

}  // namespace parley::api
