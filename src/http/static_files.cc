#include "http/static_files.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "http/conditional.h"
#include "http/response.h"
#include "http/tokens.h"
#include "http/web_folder.h"

namespace parley::http {
namespace {

// qvalue (RFC 9110, 12.4.2) in thousandths; nothing if malformed.
std::optional<int> parse_quality(ByteView text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int thousandths = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (!is_digit(text[i])) return std::nullopt;
    thousandths += (text[i] - '0') * unit;
  }
  if (thousandths > 1000) return std::nullopt;
  return thousandths;
}

// One element of Accept-Encoding: "gzip;q=0.8". What is malformed counts as unwanted.
int quality_of(ByteView element) {
  const std::size_t semicolon = element.find(';');
  if (semicolon == ByteView::npos) return 1000;
  const ByteView weight = trim(element.substr(semicolon + 1));
  if (weight.size() < 2 || !equals_ignore_case(weight.substr(0, 2), "q=")) return 0;
  return parse_quality(weight.substr(2)).value_or(0);
}

bool prefers_gzip(const Request& request) {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> others;
  for (const ByteView element : request.elements("accept-encoding")) {
    const ByteView coding = trim(element.substr(0, element.find(';')));
    const int quality = quality_of(element);
    if (equals_ignore_case(coding, "gzip") || equals_ignore_case(coding, "x-gzip")) gzip = quality;
    if (equals_ignore_case(coding, "identity")) identity = quality;
    if (coding == "*") others = quality;
  }
  const int wanted = gzip.value_or(others.value_or(0));
  return wanted > 0 && wanted >= identity.value_or(0);
}

// The bytes that answer this request, by content negotiation.
struct Representation {
  ByteView bytes;
  std::string etag;
  bool gzip;
};

Representation choose(const Asset& asset, const Request& request) {
  if (asset.gzip.empty() || !prefers_gzip(request)) {
    return {asset.identity, std::string(asset.etag), false};
  }
  // Other bytes, so another strong tag.
  return {asset.gzip, std::string(asset.etag.substr(0, asset.etag.size() - 1)) + "-gzip\"", true};
}

void fill_content(Response& response, const Request& request, const Representation& chosen) {
  const std::string size = std::to_string(chosen.bytes.size());
  response.static_body = chosen.bytes;
  const auto value = wanted_range(request, chosen.etag);
  if (!value) return;
  ByteRange range{};
  switch (parse_range(*value, chosen.bytes.size(), range)) {
    case RangeKind::none: return;
    case RangeKind::unsatisfiable:
      response = problem(Errc::http_range_not_satisfiable);
      response.add("Content-Range", "bytes */" + size);
      return;
    case RangeKind::single:
      response.status = 206;
      response.static_body = chosen.bytes.substr(range.first, range.last - range.first + 1);
      response.add("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                        std::to_string(range.last) + "/" + size);
      return;
  }
}

// Names below /assets/ carry a hash of their content, so they never change; all else is asked for
// anew each time, cheaply, by its tag.
std::string_view cache_control(const Asset& asset) {
  return asset.path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

Response answer(const Asset& asset, const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = problem(Errc::http_method_not_allowed);
    response.add("Allow", "GET, HEAD");
    return response;
  }

  const Representation chosen = choose(asset, request);
  Response response;
  response.add("ETag", chosen.etag);
  response.add("Cache-Control", std::string(cache_control(asset)));
  if (!asset.gzip.empty()) response.add("Vary", "Accept-Encoding");
  if (request.header("if-match") && !lists_etag(request, "if-match", chosen.etag, false)) {
    response.status = 412;
    return response;
  }
  if (lists_etag(request, "if-none-match", chosen.etag, true)) {
    response.status = 304;
    return response;
  }
  response.add("Content-Type", std::string(asset.content_type));
  response.add("Accept-Ranges", "bytes");
  if (chosen.gzip) response.add("Content-Encoding", "gzip");
  fill_content(response, request, chosen);
  return response;
}

}  // namespace

StaticFiles::StaticFiles(std::span<const Asset> assets) {
  for (const Asset& asset : assets) assets_.emplace(asset.path, &asset);
}

StaticFiles::StaticFiles(std::string folder) : folder_(std::move(folder)) {}

std::optional<Response> StaticFiles::serve(const Request& request) const {
  const auto path = request.decoded_path();
  if (!path) return std::nullopt;
  return serve(request, *path == "/" ? ByteView("/index.html") : ByteView(*path));
}

std::optional<Response> StaticFiles::serve(const Request& request, ByteView path) const {
  if (folder_.empty()) {
    const auto found = assets_.find(path);
    if (found == assets_.end()) return std::nullopt;
    return answer(*found->second, request);
  }
  const auto file = read_web_file(folder_, path);
  if (!file) return std::nullopt;
  Response response = answer(file->asset(), request);
  // The file's bytes end here, the response does not.
  if (!response.static_body.empty()) response.body = std::string(response.static_body);
  response.static_body = {};
  return response;
}

}  // namespace parley::http
