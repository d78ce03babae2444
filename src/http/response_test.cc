#include "http/response.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "base/text.h"

namespace parley::http {
namespace {

std::string sent(const Response& response, const SerializeOptions& options = {}) {
  return std::string(serialize(response, options)->view());
}

bool contains(const std::string& text, ByteView part) {
  return text.find(part) != std::string::npos;
}

std::string body_of(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

TEST(Response, CarriesWhatEveryResponseMust) {
  const std::string bytes = sent(text(200, "hi"));
  EXPECT_TRUE(bytes.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  for (const ByteView header :
       {"\r\nServer: Parley\r\n", "\r\nContent-Length: 2\r\n",
        "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCross-Origin-Opener-Policy: same-origin\r\n"}) {
    EXPECT_TRUE(contains(bytes, header)) << header;
  }
  EXPECT_FALSE(contains(bytes, "Connection"));
  EXPECT_FALSE(contains(bytes, "Content-Security-Policy"));
  EXPECT_EQ(body_of(bytes), "hi");

  const std::size_t date = bytes.find("\r\nDate: ");
  ASSERT_NE(date, std::string::npos);
  const std::string value = bytes.substr(date + 8, 29);
  EXPECT_TRUE(value.ends_with(" GMT")) << value;
  EXPECT_EQ(bytes.substr(date + 37, 2), "\r\n");
}

TEST(Response, WritesDatesAsTheRfcDoes) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(Response, SaysWhatBecomesOfTheConnection) {
  Response closing = text(200, "");
  closing.close = true;
  EXPECT_TRUE(contains(sent(closing), "\r\nConnection: close\r\n"));
  EXPECT_TRUE(contains(sent(text(200, ""), {.keep_alive = false}), "\r\nConnection: close\r\n"));
  EXPECT_TRUE(
      contains(sent(text(200, ""), {.minor_version = 0}), "\r\nConnection: keep-alive\r\n"));
  Response upgrade = problem(Errc::http_upgrade_required);
  upgrade.add("Upgrade", "websocket");
  EXPECT_TRUE(contains(sent(upgrade), "\r\nConnection: Upgrade\r\n"));
  EXPECT_TRUE(contains(sent(upgrade, {.keep_alive = false}), "\r\nConnection: Upgrade, close\r\n"));
}

TEST(Response, HeadGetsTheLengthWithoutTheBody) {
  const std::string bytes = sent(text(200, "hello"), {.head_request = true});
  EXPECT_TRUE(contains(bytes, "\r\nContent-Length: 5\r\n"));
  EXPECT_EQ(body_of(bytes), "");
}

TEST(Response, StatusesWithoutContentHaveNoBodyAndNoLength) {
  for (const int status : {204, 304}) {
    const std::string bytes = sent(text(status, "never"));
    EXPECT_FALSE(contains(bytes, "Content-Length"));
    EXPECT_EQ(body_of(bytes), "");
  }
}

TEST(Response, SwitchingProtocolsIsLeftAsItIs) {
  Response response;
  response.status = 101;
  response.add("Upgrade", "websocket");
  response.add("Connection", "Upgrade");
  EXPECT_EQ(
      sent(response),
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST(Response, PagesGetAPolicyUnlessTheyHaveTheirOwn) {
  Response page;
  page.add("Content-Type", "text/html; charset=utf-8");
  EXPECT_TRUE(contains(sent(page), "\r\nContent-Security-Policy: default-src 'self'; "));
  page.add("content-security-policy", "default-src 'none'");
  EXPECT_FALSE(contains(sent(page), "default-src 'self'"));
  EXPECT_TRUE(contains(sent(page), "default-src 'none'"));
}

TEST(Response, CannotBeSplitByAHeader) {
  Response response = text(200, "body");
  response.add("X-Value", "a\r\nSet-Cookie: evil");
  response.add("X-Value", "a\nSet-Cookie: evil");
  response.add("X-Value", std::string("a\0b", 3));
  response.add("X-Name\r\nSet-Cookie", "evil");
  response.add("X Name", "evil");
  response.add("", "evil");
  response.add("Content-Length", "0");
  response.add("Transfer-Encoding", "chunked");
  response.add("Connection", "evil");
  const std::string bytes = sent(response);
  EXPECT_FALSE(contains(bytes, "evil")) << bytes;
  EXPECT_FALSE(contains(bytes, "X-Value")) << bytes;
  EXPECT_FALSE(contains(bytes, "chunked"));
  EXPECT_FALSE(contains(bytes, "Content-Length: 0"));
  EXPECT_EQ(body_of(bytes), "body");
}

TEST(Response, SendsStaticBytesInsteadOfTheBody) {
  Response response = text(200, "not this");
  response.static_body = "static";
  EXPECT_EQ(body_of(sent(response)), "static");
}

TEST(Response, ProblemsComeFromTheCatalogue) {
  const Response response = problem(Errc::http_not_found, "no \"x\"");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"error":{"code":203,"name":"http_not_found","message":")" +
                               std::string(error_info(Errc::http_not_found).meaning) +
                               R"(","detail":"no \"x\""}})");
  EXPECT_FALSE(contains(problem(Errc::http_not_found).body, "detail"));
  EXPECT_EQ(problem(Errc::pong_timeout).status, 500);
}

TEST(Response, EveryHttpStatusOfTheCatalogueHasItsPhrase) {
  for (const ErrorInfo& info : error_catalogue()) {
    if (info.http_status != 0) {
      EXPECT_FALSE(reason_phrase(info.http_status).empty()) << info.http_status;
    }
  }
}

struct TenBytes final : BodySource {
  std::uint64_t size() const override { return 10; }
  void next(Piece) override { ADD_FAILURE() << "the connection asks, not serialize()"; }
};

TEST(Response, OfASourceTheHeadAloneIsMadeWithItsSize) {
  Response response = text(200, "not this");
  response.source = std::make_shared<TenBytes>();
  for (const bool head_request : {false, true}) {
    const std::string bytes = sent(response, {.head_request = head_request});
    EXPECT_TRUE(contains(bytes, "\r\nContent-Length: 10\r\n"));
    EXPECT_EQ(body_of(bytes), "");
  }
}

}  // namespace
}  // namespace parley::http
