#include "ws/handshake.h"

#include <algorithm>

#include "base/sha1.h"
#include "base/text.h"
#include "http/message.h"

namespace parley::ws {
namespace {

constexpr ByteView kVersion = "13";
constexpr ByteView kAcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // section 1.3

// 16 bytes in base64. The last digit's unused bits may be set: the key of the RFC's own example in
// section 4.1 has them so.
bool is_key(ByteView key) {
  constexpr std::size_t kDigits = 22;
  if (key.size() != kDigits + 2 || !key.ends_with("==")) return false;
  return std::ranges::all_of(key.substr(0, kDigits), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

std::string accept_of(ByteView key) {
  return base64_encode(sha1(std::string(key).append(kAcceptGuid)));
}

bool has_body(const http::Request& request) {
  return !request.body.empty() || request.header("Transfer-Encoding").has_value() ||
         request.header("Content-Length").value_or("0") != "0";
}

Result<void> refuse(Errc code, ByteView text, ByteView& detail) {
  detail = text;
  return code;
}

// Section 4.2.1.
Result<void> check_request(const http::Request& request, ByteView& detail) {
  constexpr Errc kBad = Errc::http_bad_request;
  if (request.method != "GET") {
    return refuse(Errc::http_method_not_allowed, "A WebSocket is opened with GET.", detail);
  }
  if (request.minor_version < 1) return refuse(kBad, "Upgrade needs HTTP/1.1.", detail);
  if (!wants_upgrade(request)) {
    return refuse(Errc::http_upgrade_required, "The Upgrade header must name websocket.", detail);
  }
  if (!request.has_token("Connection", "upgrade")) {
    return refuse(kBad, "The Connection header must name Upgrade.", detail);
  }
  if (request.count("Sec-WebSocket-Version") != 1 ||
      request.header("Sec-WebSocket-Version") != kVersion) {
    return refuse(Errc::http_upgrade_required, "Sec-WebSocket-Version must be 13.", detail);
  }
  if (request.count("Sec-WebSocket-Key") != 1 || !is_key(*request.header("Sec-WebSocket-Key"))) {
    return refuse(kBad, "Sec-WebSocket-Key must be given once, as base64 of 16 bytes.", detail);
  }
  if (has_body(request)) return refuse(kBad, "An upgrade request has no body.", detail);
  return {};
}

// The first of the client's choices that we speak; only our own words go into the response.
std::string choose_subprotocol(const http::Request& request,
                               const std::vector<std::string>& spoken) {
  for (const ByteView offered : request.elements("Sec-WebSocket-Protocol")) {
    if (std::ranges::find(spoken, offered) != spoken.end()) return std::string(offered);
  }
  return {};
}

void add_header(std::string& head, ByteView name, ByteView value) {
  if (!value.empty()) head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool wants_upgrade(const http::Request& request) {
  return request.has_token("Upgrade", "websocket");
}

Result<Handshake> accept(const http::Request& request, const HandshakeOptions& options,
                         ByteView& detail) {
  if (const auto checked = check_request(request, detail); checked.has_error()) {
    return checked.error();
  }
  DeflateNegotiation negotiation;
  for (const http::Header& header : request.headers) {
    if (!options.deflate || !equals_ignore_case(header.name, "Sec-WebSocket-Extensions")) continue;
    if (!negotiation.consider(header.value)) {
      detail = "Sec-WebSocket-Extensions is malformed.";
      return Errc::http_bad_request;
    }
  }
  Handshake handshake;
  handshake.deflate = negotiation.agreement();
  handshake.subprotocol = choose_subprotocol(request, options.subprotocols);
  std::string& head = handshake.response;
  head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  add_header(head, "Sec-WebSocket-Accept", accept_of(*request.header("Sec-WebSocket-Key")));
  add_header(head, "Sec-WebSocket-Protocol", handshake.subprotocol);
  add_header(head, "Sec-WebSocket-Extensions", negotiation.response());
  head.append("\r\n");
  return handshake;
}

std::string make_client_request(const ClientHandshake& offer) {
  std::string head;
  head.append("GET ").append(offer.target).append(" HTTP/1.1\r\n");
  add_header(head, "Host", offer.host);
  head.append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
  add_header(head, "Sec-WebSocket-Version", kVersion);
  add_header(head, "Sec-WebSocket-Key", offer.key);
  add_header(head, "Sec-WebSocket-Protocol", offer.subprotocols);
  add_header(head, "Origin", offer.origin);
  if (offer.deflate) {
    add_header(head, "Sec-WebSocket-Extensions",
               "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  }
  head.append("\r\n");
  return head;
}

bool check_accept(ByteView key, ByteView accept) { return accept == accept_of(key); }

}  // namespace parley::ws
