#include <gtest/gtest.h>

#include "api/routes.h"
#include "http/test_requests.h"

namespace parley::api {
namespace {

http::Response app_json(const AppOptions& options) {
  http::Router router;
  add_app_json(router, options);
  http::Response answer;
  router.dispatch(*http::ParsedRequest("GET /app.json", ""), {},
                  [&](http::Response response) { answer = std::move(response); });
  return answer;
}

TEST(AppJson, TellsThePageWhatItMustKnow) {
  const http::Response answer = app_json({.version = "1.2",
                                          .centrifuge_path = "/ws",
                                          .echo_path = "/echo",
                                          .room_path = "/room",
                                          .message_bytes = 65536});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(http::header_of(answer, "Content-Type"), "application/json");
  EXPECT_EQ(http::header_of(answer, "Cache-Control"), "no-store");
  EXPECT_EQ(answer.body,
            R"({"name":"parley","version":"1.2","mode":"token","demo":false,"apps":true,)"
            R"("paths":{"centrifuge":"/ws","echo":"/echo","room":"/room"},)"
            R"("limits":{"message_bytes":65536},"files":null})");
}

TEST(AppJson, TellsTheDemoAndTheFiles) {
  const http::Response answer = app_json({.version = "1.2",
                                          .development = true,
                                          .demo = true,
                                          .apps = false,
                                          .demo_key = "known-to-all",
                                          .files = AppFiles{"/files", 10, 4, {"image/png"}}});
  EXPECT_EQ(answer.body,
            R"({"name":"parley","version":"1.2","mode":"development","demo":true,"apps":false,)"
            R"("api_key":"known-to-all","paths":{"centrifuge":"","echo":"","room":""},)"
            R"("limits":{"message_bytes":0},)"
            R"("files":{"path":"/files","max_bytes":10,"chunk_bytes":4,"types":["image/png"]}})");
}

}  // namespace
}  // namespace parley::api
