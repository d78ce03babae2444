// What must hold for any bytes on an HTTP connection:
//  - fed whole, byte by byte or in odd pieces, they give the same requests and the same refusal;
//  - a request that we accept is read by Beast's own parser in the same way, body included;
//  - static files, origin rules, router and serializer take any accepted request, and what they
//    answer keeps its own promises.
#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "http/origin.h"
#include "http/parser.h"
#include "http/response.h"
#include "http/router.h"
#include "http/static_files.h"

namespace {

using namespace parley;
using namespace parley::http;

const ParserLimits kLimits{
    .request_line_bytes = 256, .header_bytes = 1024, .header_count = 16, .body_bytes = 512};

struct Outcome {
  std::vector<std::string> requests;  // each as one text of all its parts
  int status = 0;                     // of the refusal
  bool operator==(const Outcome&) const = default;
};

std::string describe(const Request& request) {
  std::string text;
  const auto add = [&](ByteView part) { text.append(part).push_back('\0'); };
  for (const ByteView part : {request.method, request.target, request.path, request.query}) {
    add(part);
  }
  for (const Header& header : request.headers) {
    add(header.name);
    add(header.value);
  }
  add(request.body);
  add(std::to_string(request.minor_version) + (request.keep_alive ? " keep" : " close"));
  return text;
}

// Reads requests from pieces of these bytes; each piece is a buffer of its own, so that a view that
// outlives its bytes is a finding.
// on_request(request, bytes) gets the bytes that ended it: all of them when fed whole.
template <class OnRequest>
Outcome run(ByteView bytes, std::size_t piece_size, OnRequest on_request) {
  Outcome outcome;
  RequestParser parser(kLimits);
  while (!bytes.empty()) {
    const std::vector<char> piece(bytes.begin(),
                                  bytes.begin() + std::min(piece_size, bytes.size()));
    std::size_t consumed = 0;
    const auto state = parser.feed({piece.data(), piece.size()}, consumed);
    CHECK(consumed <= piece.size());
    if (!state.has_value()) {
      outcome.status = error_info(state.error()).http_status;
      CHECK(outcome.status >= 400);
      return outcome;
    }
    if (*state == RequestParser::State::need_more) {
      CHECK(consumed == piece.size());
    } else {
      on_request(parser.request(), ByteView(piece.data(), consumed));
      outcome.requests.push_back(describe(parser.request()));
      parser.next();
    }
    bytes.remove_prefix(consumed);
  }
  return outcome;
}

void compare_with_beast(ByteView bytes, const Request& request) {
  boost::beast::http::request_parser<boost::beast::http::string_body> beast;
  boost::beast::error_code error;
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  bytes.remove_prefix(beast.put({bytes.data(), bytes.size()}, error));
  CHECK(!error && beast.is_header_done());
  const auto& message = beast.get();
  const boost::beast::string_view target(request.target.data(), request.target.size());
  CHECK(message.target() == target);
  CHECK(beast.keep_alive() == request.keep_alive);

  while (!error && !beast.is_done()) {
    bytes.remove_prefix(beast.put({bytes.data(), bytes.size()}, error));
  }
  // Beast reads chunk extensions and trailers, which we drop; it may stumble there, but nowhere
  // else.
  CHECK(error ? request.body.starts_with(message.body()) && beast.chunked()
              : request.body == message.body());
}

constexpr Asset kAssets[] = {
    {"/index.html", "text/html", "\"tag\"", "0123456789", "zipped"},
    {"/assets/a.js", "text/javascript", "\"script\"", "0123456789", ""},
};

void answer(const Request& request) {
  static const StaticFiles kFiles(kAssets);
  static const OriginRules kOrigins({"https://app.example"});
  static Router router = [] {
    Router filled;
    filled.add("GET", "/room/*", [](const Request& asked, const Peer&, Responder respond) {
      respond(text(200, asked.query_parameter("message").value_or("")));
    });
    return filled;
  }();

  const auto check = [&](Response response) {
    kOrigins.add_cors(request, response);
    const auto frame = serialize(response, {.head_request = request.method == "HEAD",
                                            .keep_alive = request.keep_alive,
                                            .minor_version = request.minor_version});
    const ByteView head = frame->view().substr(0, frame->view().find("\r\n\r\n"));
    CHECK(head.size() < frame->size());
    // No answer carries the peer's bytes in its head but those of a listed origin or tokens.
    CHECK(std::ranges::all_of(head, [](char c) { return c == '\r' || c == '\n' || c >= 0x20; }));
  };
  const auto file = kFiles.serve(request, "/index.html");
  CHECK(file.has_value());
  if (file->status == 206) {
    CHECK(!file->content().empty() && file->content().size() <= 10);
  }
  check(*file);
  if (auto other = kFiles.serve(request)) check(*std::move(other));
  if (auto preflight = kOrigins.preflight(request, Peer{})) check(*std::move(preflight));
  kOrigins.allows(request, Peer{});
  host_is_loopback_name(request);
  int answers = 0;
  router.dispatch(request, Peer{}, [&](Response response) {
    ++answers;
    check(std::move(response));
  });
  CHECK(answers == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = run(bytes, size, [](const Request& request, ByteView read) {
    compare_with_beast(read, request);
    answer(request);
  });
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    CHECK(run(bytes, piece, [](const Request&, ByteView) {}) == whole);
  }
  return 0;
}
