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

// What answers a request, but for its bytes.
struct Representation {
  ByteView path;
  std::string_view content_type;
  std::string etag;
  std::uint64_t size;
  bool negotiated = false;  // there is another one in gzip
  bool gzip = false;        // this is it
};

// By content negotiation.
Representation choose(const Asset& asset, const Request& request, ByteView& bytes) {
  const bool negotiated = !asset.gzip.empty();
  const bool gzip = negotiated && prefers_gzip(request);
  bytes = gzip ? asset.gzip : asset.identity;
  std::string etag(asset.etag);
  if (gzip) etag.insert(etag.size() - 1, "-gzip");  // other bytes, so another strong tag
  return {asset.path, asset.content_type, std::move(etag), bytes.size(), negotiated, gzip};
}

// Names below /assets/ carry a hash of their content, so they never change; all else is asked for
// anew each time, cheaply, by its tag.
std::string_view cache_control(ByteView path) {
  return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

// All but the bytes, and which these are.
Response answer(const Representation& chosen, const Request& request, ByteRange& range) {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = problem(Errc::http_method_not_allowed);
    response.add("Allow", "GET, HEAD");
    return response;
  }

  Response response;
  response.add("ETag", chosen.etag);
  response.add("Cache-Control", std::string(cache_control(chosen.path)));
  if (chosen.negotiated) response.add("Vary", "Accept-Encoding");
  if (precondition_fails(request, chosen.etag, response)) return response;
  response.add("Content-Type", std::string(chosen.content_type));
  response.add("Accept-Ranges", "bytes");
  if (chosen.gzip) response.add("Content-Encoding", "gzip");
  range = select_range(request, chosen.etag, chosen.size, response);
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
  ByteRange range{};
  if (folder_.empty()) {
    const auto found = assets_.find(path);
    if (found == assets_.end()) return std::nullopt;
    ByteView bytes;
    Response response = answer(choose(*found->second, request, bytes), request, range);
    response.static_body = bytes.substr(range.first, range.size);
    return response;
  }
  const auto file = WebFile::open(folder_, path);
  if (!file) return std::nullopt;
  Response response =
      answer({path, file->content_type(), file->etag(), file->size()}, request, range);
  if (range.size == 0) return response;
  file->select(range);
  response.source = file;
  return response;
}

}  // namespace parley::http
