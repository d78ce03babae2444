#include "http/router.h"

#include "base/check.h"
#include "base/error.h"
#include "http/response.h"

namespace parley::http {
namespace {

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
  const bool prefix = pattern.ends_with("/*");
  if (prefix) pattern.pop_back();
  Route& route = (prefix ? prefixes_ : exact_)[pattern];
  route.handlers.emplace_back(std::move(method), std::move(handler));
}

void Router::set_fallback(Handler handler) { fallback_ = std::move(handler); }

void Router::dispatch(const Request& request, const Peer& peer, Responder respond) {
  if (request.path == "*") return respond(no_content());  // "OPTIONS *"
  const auto path = request.decoded_path();
  if (!path) {
    return respond(
        problem(Errc::http_bad_request,
                "the path has a broken escape, a dot segment or bytes that are no text"));
  }
  Route* const route = match(*path);
  if (route == nullptr) {
    if (fallback_) return fallback_(request, peer, std::move(respond));
    return respond(problem(Errc::http_not_found));
  }
  if (Handler* const handler = route->find(request.method)) {
    return (*handler)(request, peer, std::move(respond));
  }
  Response response =
      request.method == "OPTIONS" ? no_content() : problem(Errc::http_method_not_allowed);
  response.add("Allow", route->allow());
  respond(std::move(response));
}

Router::Route* Router::match(const std::string& path) {
  if (const auto found = exact_.find(path); found != exact_.end()) return &found->second;
  // Among the prefixes of one path, the longer sorts after the shorter.
  for (auto entry = prefixes_.rbegin(); entry != prefixes_.rend(); ++entry) {
    if (path.starts_with(entry->first)) return &entry->second;
  }
  return nullptr;
}

Handler* Router::Route::find(ByteView method) {
  for (auto& [name, handler] : handlers) {
    if (name == method) return &handler;
  }
  return method == "HEAD" ? find("GET") : nullptr;
}

std::string Router::Route::allow() const {
  std::string methods = "OPTIONS";
  for (const auto& [name, handler] : handlers) {
    methods += ", " + name;
    if (name == "GET") methods += ", HEAD";
  }
  return methods;
}

}  // namespace parley::http
