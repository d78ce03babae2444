// The opening handshake (RFC 6455 section 4): an HTTP request in, the text of a 101 response out.
// Pure functions. Origin, path and token are the transport's to judge, before it calls accept().
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "ws/extensions.h"

namespace parley::http {
struct Request;
}

namespace parley::ws {

struct HandshakeOptions {
  bool deflate = true;
  std::vector<std::string> subprotocols = {};  // those we speak
};

struct Handshake {
  std::string response;  // the whole 101 response, up to and including the empty line
  DeflateAgreement deflate;
  std::string subprotocol;  // empty: none agreed
};

// The request names "websocket" in its Upgrade header. Whether it may have it, accept() says.
bool wants_upgrade(const http::Request& request);

// A fault is http_method_not_allowed (405), http_upgrade_required (426, to be answered with
// "Sec-WebSocket-Version: 13") or http_bad_request (400); `detail` then names it in one sentence.
Result<Handshake> accept(const http::Request& request, const HandshakeOptions& options,
                         ByteView& detail);

// What a client offers, and how it knows that the answer is a WebSocket server's.
struct ClientHandshake {
  ByteView host;
  ByteView target;
  ByteView key;  // base64 of 16 random bytes
  bool deflate = false;
  ByteView subprotocols = {};  // a comma-separated list; empty: none
  ByteView origin = {};        // empty: none, as from a program
};
std::string make_client_request(const ClientHandshake& offer);
bool check_accept(ByteView key, ByteView accept);

}  // namespace parley::ws
