#include "ws/handshake.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "http/message.h"

namespace parley::ws {
namespace {

// The request of RFC 6455 section 1.3.
http::Request sample() {
  http::Request request;
  request.method = "GET";
  request.target = request.path = "/chat";
  request.headers = {
      {"Host", "server.example.com"},   {"Upgrade", "websocket"},
      {"Connection", "Upgrade"},        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
      {"Origin", "http://example.com"}, {"Sec-WebSocket-Protocol", "chat, superchat"},
      {"Sec-WebSocket-Version", "13"},
  };
  return request;
}

void remove(http::Request& request, ByteView name) {
  std::erase_if(request.headers, [&](const http::Header& header) { return header.name == name; });
}
http::Request sample_with(ByteView name, ByteView value) {
  http::Request request = sample();
  remove(request, name);
  request.headers.push_back({name, value});
  return request;
}
http::Request sample_without(ByteView name) {
  http::Request request = sample();
  remove(request, name);
  return request;
}
http::Request sample_twice(ByteView name) {
  http::Request request = sample();
  request.headers.push_back({name, *request.header(name)});
  return request;
}

Handshake accepted(const http::Request& request, const HandshakeOptions& options = {}) {
  ByteView detail;
  auto handshake = accept(request, options, detail);
  EXPECT_TRUE(handshake.has_value()) << detail;
  return handshake.has_value() ? *handshake : Handshake();
}

int refused(const http::Request& request, const HandshakeOptions& options = {}) {
  ByteView detail;
  const auto handshake = accept(request, options, detail);
  if (handshake.has_value()) return 101;
  EXPECT_TRUE(detail.ends_with('.')) << "a refusal says why: " << detail;
  return error_info(handshake.error()).http_status;
}

TEST(Handshake, AnswersTheExampleOfTheRfc) {
  const Handshake handshake = accepted(sample(), {.subprotocols = {"chat"}});
  EXPECT_EQ(handshake.response,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: chat\r\n"
            "\r\n");
  EXPECT_EQ(handshake.subprotocol, "chat");
  EXPECT_FALSE(handshake.deflate.enabled);
}

TEST(Handshake, ReadsTokensInAnyCaseAndPlace) {
  EXPECT_TRUE(wants_upgrade(sample_with("Upgrade", "WebSocket")));
  EXPECT_TRUE(wants_upgrade(sample_with("Upgrade", "h2c, websocket")));
  EXPECT_FALSE(wants_upgrade(sample_with("Upgrade", "h2c")));
  EXPECT_FALSE(wants_upgrade(sample_with("Upgrade", "websockets")));
  EXPECT_FALSE(wants_upgrade(sample_without("Upgrade")));
  accepted(sample_with("Connection", "keep-alive, upgrade"));
  http::Request lower = sample_without("Sec-WebSocket-Version");
  lower.headers.push_back({"sec-websocket-version", "13"});
  accepted(lower);
}

TEST(Handshake, RefusesEachFaultWithItsStatus) {
  http::Request post = sample();
  post.method = "POST";
  EXPECT_EQ(refused(post), 405);
  http::Request head = sample();
  head.method = "HEAD";
  EXPECT_EQ(refused(head), 405);
  http::Request old = sample();
  old.minor_version = 0;
  EXPECT_EQ(refused(old), 400);
  http::Request body = sample();
  body.body = "x";
  EXPECT_EQ(refused(body), 400);
  EXPECT_EQ(refused(sample_with("Content-Length", "1")), 400);
  EXPECT_EQ(refused(sample_with("Transfer-Encoding", "chunked")), 400);
  EXPECT_EQ(refused(sample_with("Content-Length", "0")), 101);

  EXPECT_EQ(refused(sample_without("Upgrade")), 426);
  EXPECT_EQ(refused(sample_without("Connection")), 400);
  EXPECT_EQ(refused(sample_with("Connection", "keep-alive")), 400);
}

TEST(Handshake, SpeaksVersion13Alone) {
  for (const char* version : {"", "8", "7", "12", "14", "013", "13.0", "13, 8", "thirteen"}) {
    EXPECT_EQ(refused(sample_with("Sec-WebSocket-Version", version)), 426) << version;
  }
  EXPECT_EQ(refused(sample_without("Sec-WebSocket-Version")), 426);
  EXPECT_EQ(refused(sample_twice("Sec-WebSocket-Version")), 426);
}

TEST(Handshake, WantsOneKeyOf16Bytes) {
  EXPECT_EQ(refused(sample_without("Sec-WebSocket-Key")), 400);
  EXPECT_EQ(refused(sample_twice("Sec-WebSocket-Key")), 400);
  for (const char* key :
       {"", "=", "==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25j-_==", "dGhlIHNhbXBsZSBub25j\xC3\xA9==",
        "========================"}) {
    EXPECT_EQ(refused(sample_with("Sec-WebSocket-Key", key)), 400) << key;
  }
  EXPECT_EQ(refused(sample_with("Sec-WebSocket-Key", std::string(10'000, 'A'))), 400);
  // RFC 6455 section 4.1 gives this one, whose unused bits are not zero.
  EXPECT_EQ(refused(sample_with("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC==")), 101);
}

TEST(Handshake, ChoosesTheClientsFirstSubprotocolThatWeSpeak) {
  const auto chosen = [](ByteView offered) {
    return accepted(sample_with("Sec-WebSocket-Protocol", offered),
                    {.subprotocols = {"plain", "json"}})
        .subprotocol;
  };
  EXPECT_EQ(chosen("json, plain"), "json");
  EXPECT_EQ(chosen("mystery,plain , json"), "plain");
  EXPECT_EQ(chosen("mystery"), "");
  EXPECT_EQ(chosen("JSON"), "") << "names of subprotocols have case";
}

TEST(Handshake, NeverRepeatsTheClientsBytes) {
  for (const ByteView value : {ByteView("\xC3\xA9"), ByteView("\"chat\""), ByteView("a\r\nX: y"),
                               ByteView("constructor"), ByteView("\0", 1)}) {
    const Handshake handshake =
        accepted(sample_with("Sec-WebSocket-Protocol", value), {.subprotocols = {"chat"}});
    EXPECT_EQ(handshake.subprotocol, "");
    EXPECT_EQ(handshake.response.find("Sec-WebSocket-Protocol"), std::string::npos);
  }
  const std::string many(1'000'000, ',');
  EXPECT_EQ(accepted(sample_with("Sec-WebSocket-Protocol", many)).subprotocol, "");
}

TEST(Handshake, NegotiatesDeflate) {
  const http::Request request =
      sample_with("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10");
  const Handshake handshake = accepted(request);
  EXPECT_TRUE(handshake.deflate.enabled);
  EXPECT_EQ(handshake.deflate.server_max_window_bits, 10);
  EXPECT_NE(handshake.response.find(
                "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                "client_no_context_takeover; server_max_window_bits=10\r\n"),
            std::string::npos);

  const Handshake without = accepted(request, {.deflate = false});
  EXPECT_FALSE(without.deflate.enabled);
  EXPECT_EQ(without.response.find("Extensions"), std::string::npos);
}

TEST(Handshake, RefusesMalformedExtensions) {
  EXPECT_EQ(refused(sample_with("Sec-WebSocket-Extensions", "permessage-deflate; a=\"")), 400);
  http::Request second = sample_with("Sec-WebSocket-Extensions", "permessage-deflate");
  second.headers.push_back({"sec-websocket-extensions", ";"});
  EXPECT_EQ(refused(second), 400);
  EXPECT_EQ(refused(second, {.deflate = false}), 101) << "not read where it is switched off";
}

TEST(ClientHandshake, AsksAndChecksTheAnswer) {
  EXPECT_EQ(make_client_request({.host = "localhost:8000",
                                 .target = "/echo?username=a",
                                 .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                 .deflate = true,
                                 .subprotocols = "chat",
                                 .origin = "http://localhost:8000"}),
            "GET /echo?username=a HTTP/1.1\r\n"
            "Host: localhost:8000\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Protocol: chat\r\n"
            "Origin: http://localhost:8000\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
            "client_no_context_takeover\r\n"
            "\r\n");
  EXPECT_TRUE(check_accept("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  EXPECT_FALSE(check_accept("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOO="));
}

}  // namespace
}  // namespace parley::ws
