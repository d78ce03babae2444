#include "http/router.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "http/response.h"
#include "http/test_requests.h"

namespace parley::http {
namespace {

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    add("GET", "/health");
    add("POST", "/api");
    add("GET", "/api");
    add("HEAD", "/own-head");
    add("GET", "/own-head");
    add("GET", "/room/*");
    add("GET", "/room/special");
    add("GET", "/room/deep/*");
  }

  void add(const std::string& method, const std::string& pattern) {
    router_.add(method, pattern, [=](const Request&, const Peer&, Responder respond) {
      respond(text(200, method + " " + pattern));
    });
  }

  Response ask(const std::string& line) {
    const ParsedRequest request(line, "");
    std::optional<Response> answer;
    router_.dispatch(*request, Peer{}, [&](Response response) { answer = std::move(response); });
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(Response());
  }

  Router router_;
};

TEST_F(RouterTest, FindsTheExactPathThenTheLongestPrefix) {
  EXPECT_EQ(ask("GET /health").body, "GET /health");
  EXPECT_EQ(ask("GET /health?x=/room/a").body, "GET /health");
  EXPECT_EQ(ask("GET /room/a").body, "GET /room/*");
  EXPECT_EQ(ask("GET /room/a/b").body, "GET /room/*");
  EXPECT_EQ(ask("GET /room/special").body, "GET /room/special");
  EXPECT_EQ(ask("GET /room/deep/a").body, "GET /room/deep/*");
  EXPECT_EQ(ask("GET /room/").body, "GET /room/*");
}

TEST_F(RouterTest, MatchesTheDecodedPath) {
  EXPECT_EQ(ask("GET /%68ealth").body, "GET /health");
  EXPECT_EQ(ask("GET http://localhost:8000/health").body, "GET /health");
}

TEST_F(RouterTest, UnsafePathsReachNoHandler) {
  router_.set_fallback([](const Request&, const Peer&, Responder) { FAIL(); });
  for (const char* path : {"/room/../health", "/room/%2e%2e/x", "/room/%", "/room/%00"}) {
    EXPECT_EQ(ask(std::string("GET ") + path).status, 400) << path;
  }
}

TEST_F(RouterTest, HeadFallsToGet) {
  EXPECT_EQ(ask("HEAD /health").body, "GET /health");
  EXPECT_EQ(ask("HEAD /own-head").body, "HEAD /own-head");
}

TEST_F(RouterTest, OtherMethodsAreRefusedWithThoseAllowed) {
  const Response refused = ask("DELETE /api");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header_of(refused, "allow"), "OPTIONS, POST, GET, HEAD");
  EXPECT_EQ(ask("get /api").status, 405) << "methods are case-sensitive";
  const Response options = ask("OPTIONS /health");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header_of(options, "allow"), "OPTIONS, GET, HEAD");
  EXPECT_EQ(ask("OPTIONS *").status, 204);
}

TEST_F(RouterTest, TheRestIsNotFoundOrTheFallbacks) {
  EXPECT_EQ(ask("GET /").status, 404);
  EXPECT_EQ(ask("GET /healthy").status, 404);
  EXPECT_EQ(ask("GET /health/").status, 404);
  EXPECT_EQ(ask("GET /room").status, 404);
  EXPECT_EQ(ask("OPTIONS /none").status, 404);
  router_.set_fallback([](const Request& request, const Peer&, Responder respond) {
    respond(text(200, "fallback " + std::string(request.path)));
  });
  EXPECT_EQ(ask("GET /none").body, "fallback /none");
  EXPECT_EQ(ask("DELETE /health").status, 405);
}

}  // namespace
}  // namespace parley::http
