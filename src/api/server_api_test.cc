// The door of the HTTP API: keys, names of methods and fields, error modes, and that the OpenAPI
// document says what the code does.
#include <gmock/gmock.h>

#include <set>

#include "api/api_fixture.h"
#include "api/methods.h"

namespace parley::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ServerApiTest : public ApiFixture, public testing::Test {
 protected:
  ServerApiTest() : ApiFixture(1) {}
  int status_with(const std::string& headers, const std::string& target = "/api/info") {
    return send("POST " + target, "{}", headers).status;
  }
  const std::string key_ = "X-API-Key: secret\r\n";
  const std::string transport_ = key_ + "X-Centrifugo-Error-Mode: transport\r\n";
};

TEST_F(ServerApiTest, AKeyComesInOneOfThreeWays) {
  EXPECT_EQ(status_with("X-API-Key: secret\r\n"), 200);
  EXPECT_EQ(status_with("X-API-Key: other\r\n"), 200);
  EXPECT_EQ(status_with("Authorization: apikey secret\r\n"), 200);
  EXPECT_EQ(status_with("Authorization: ApiKey  secret\r\n"), 200);
  EXPECT_EQ(status_with("", "/api/info?api_key=secret"), 200);
}

TEST_F(ServerApiTest, WithoutARightKeyNothingIsDone) {
  auto ann = join(0, "ann", "tea");
  const std::string body = R"({"channel":"tea","data":1})";
  for (const char* headers : {"", "X-API-Key: secre\r\n", "X-API-Key: secret2\r\n",
                              "X-API-Key:\r\n", "Authorization: Bearer secret\r\n",
                              "Authorization: secret\r\n", "Authorization: apikey\r\n"}) {
    const auto response = send("POST /api/publish", body, headers);
    EXPECT_EQ(response.status, 401) << headers;
    EXPECT_THAT(response.body, StartsWith(R"({"error":{"code":101,"message":"unauthorized: )"));
    EXPECT_EQ(check_.misfit(response.body, "Failure"), "");
    EXPECT_THAT(http::header_of(response, "WWW-Authenticate"), StartsWith("apikey"));
  }
  EXPECT_EQ(status_with("", "/api/info?api_key=wrong"), 401);
  EXPECT_EQ(status_with("", "/api"), 401);
  EXPECT_EQ(status_with("", "/api/nothing"), 401);
  EXPECT_TRUE(ann->words.empty());
  EXPECT_EQ(shards_[0].counters().get(Errc::unauthorized), 10U);
  EXPECT_THAT(send("POST /api/info", "{}", "").body, HasSubstr("X-API-Key: KEY"));
  EXPECT_THAT(send("POST /api/info", "{}", "X-API-Key: wrong\r\n").body,
              HasSubstr("not one of api.keys"));
}

class NoKeysTest : public ApiFixture, public testing::TestWithParam<std::vector<std::string>> {
 protected:
  NoKeysTest() : ApiFixture(1, {.keys = GetParam()}) {}
};

INSTANTIATE_TEST_SUITE_P(Keys, NoKeysTest,
                         testing::Values(std::vector<std::string>{}, std::vector<std::string>{""}));

TEST_P(NoKeysTest, RefusesEverybody) {
  for (const char* headers : {"", "X-API-Key:\r\n", "X-API-Key: secret\r\n"}) {
    const auto response = send("POST /api/info", "{}", headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_THAT(response.body, HasSubstr("api.keys"));
  }
}

TEST_F(ServerApiTest, UnknownMethodsGetTheNearestName) {
  for (const std::string& headers : {key_, transport_}) {
    const auto response = send("POST /api/publsh", "{}", headers);
    EXPECT_EQ(response.status, 404);
    EXPECT_THAT(
        response.body,
        StartsWith(R"({"error":{"code":104,"message":"method not found: there is no method )"
                   R"(\"publsh\"; did you mean \"publish\"?"}})"));
  }
  EXPECT_EQ(send("POST /api/", "{}", key_).status, 404);
  EXPECT_EQ(send("POST /api/publish/x", "{}", key_).status, 404);
  const std::string longest(2000, 'x');
  EXPECT_LT(send("POST /api/" + longest, "{}", key_).body.size(), 300U);
  const auto get = send("GET /api/publish", "", key_);
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(http::header_of(get, "Allow"), "OPTIONS, POST");
}

TEST_F(ServerApiTest, TheMethodMayStandInTheBody) {
  auto ann = join(0, "ann", "tea");
  const auto post = [&](const std::string& body) { return send("POST /api", body, key_).body; };
  EXPECT_THAT(post(R"({"method":"publish","params":{"channel":"tea","data":1}})"),
              StartsWith(R"({"result":{"offset":1,)"));
  EXPECT_EQ(ann->words, Words{"1"});
  EXPECT_THAT(post(R"({"method":"history_remov","params":{}})"), HasSubstr("history_remove"));
  EXPECT_THAT(post(R"({"method":"info"})"), HasSubstr("params"));
  EXPECT_THAT(post(R"({"params":{}})"), HasSubstr(R"(\"method\" is missing)"));
  EXPECT_THAT(post(R"([])"), HasSubstr("107"));
  EXPECT_THAT(post(R"({"method":"info","params":[]})"), HasSubstr("JSON object"));
}

TEST_F(ServerApiTest, WhatIsNoRequestIsRefusedInWords) {
  EXPECT_THAT(call("publish", "{"), HasSubstr("the body is not JSON"));
  EXPECT_THAT(call("publish", "channel=tea"), HasSubstr("the body is not JSON"));
  EXPECT_THAT(call("publish", "[]"), HasSubstr("JSON object"));
  EXPECT_THAT(call("publish", "\"\xFF\""), HasSubstr("the body is not JSON"));
  EXPECT_THAT(call("publish", R"({"channel":"\ud800","data":1})"), HasSubstr("not JSON"));
  EXPECT_THAT(call("publish", std::string(5000, '[')), HasSubstr("the body is not JSON"));
  EXPECT_THAT(call("publish", R"({"channel":7,"data":1})"),
              HasSubstr(R"(\"channel\" is a number; it must be a string)"));
  EXPECT_THAT(call("publish", R"({"channel":"a","channel":"b","data":1})"),
              HasSubstr(R"(\"channel\" stands twice)"));
  EXPECT_THAT(call("publish", R"({"channel":"a","data":1,"skip_histroy":true})"),
              HasSubstr(R"(no field \"skip_histroy\"; did you mean \"skip_history\"?)"));
  EXPECT_THAT(call("publish", R"({"channel":"a","data":1,"version":-1})"), HasSubstr("at least 0"));
  EXPECT_THAT(call("publish", R"({"channel":"a","data":1,"tags":{"a":1}})"), HasSubstr("strings"));
  EXPECT_THAT(call("publish", R"({"channel":"a","b64data":"?"})"), HasSubstr("base64"));
  const std::string name(5000, 'x');
  EXPECT_LT(call("publish", R"({")" + name + R"(":1})").size(), 300U);
}

TEST_F(ServerApiTest, ErrorsMayBeStatuses) {
  const auto status = [&](const std::string& method, const std::string& body) {
    const auto response = send("POST /api/" + method, body, transport_);
    if (response.status != 200) {
      EXPECT_EQ(check_.misfit(response.body, "Error"), "") << response.body;
    }
    return response.status;
  };
  EXPECT_EQ(status("publish", R"({"channel":"tea","data":1})"), 200);
  EXPECT_EQ(status("publish", R"({"channel":"no:tea","data":1})"), 404);
  EXPECT_EQ(status("publish", "{}"), 400);
  EXPECT_EQ(status("presence", R"({"channel":"bare:x"})"), 400);
  EXPECT_EQ(status("history", R"({"channel":"tea","since":{"offset":99}})"), 416);
  EXPECT_EQ(status("publish", R"({"channel":"small:x","data":12345})"), 413);
  EXPECT_EQ(status("batch", R"({"commands":[{"publish":{}}]})"), 200);
  EXPECT_EQ(send("POST /api", R"({"method":"nothing","params":{}})", transport_).status, 404);
}

TEST_F(ServerApiTest, RequestsAndErrorsAreCounted) {
  call("info", "{}");
  call("publish", R"({"channel":"no:tea","data":1})");
  EXPECT_EQ(shards_[0].counters().get(metrics::Counter::api_requests), 2U);
  EXPECT_EQ(shards_[0].counters().get(Errc::unknown_namespace), 1U);
}

TEST_F(ServerApiTest, RepliesAreNotCached) {
  const auto response = send("POST /api/info", "{}", key_);
  EXPECT_EQ(http::header_of(response, "Cache-Control"), "no-store");
  EXPECT_EQ(http::header_of(response, "Content-Type"), "application/json");
}

TEST_F(ServerApiTest, OpenApiIsServedWithoutAKey) {
  const auto response = send("GET /api/openapi.json", "", "");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, openapi_document("1.2"));
}

// Everything that a $ref names is there, and everything that is there is used.
TEST_F(ServerApiTest, OpenApiHangsTogether) {
  const std::string text = openapi_document("1.2");
  std::set<std::string> used;
  constexpr std::string_view kRef = R"("$ref":"#/components/schemas/)";
  for (std::size_t at = 0; (at = text.find(kRef, at)) != std::string::npos;) {
    at += kRef.size();
    used.insert(text.substr(at, text.find('"', at) - at));
  }
  std::set<std::string> defined;
  const dom::object schemas = check_.document()["components"]["schemas"].get_object();
  for (const auto [name, schema] : schemas) defined.emplace(name);
  EXPECT_EQ(used, defined);
}

TEST_F(ServerApiTest, EveryMethodHasAPathAndEveryPathAMethod) {
  std::set<std::string> paths;
  const dom::object all = check_.document()["paths"].get_object();
  for (const auto [path, item] : all) paths.emplace(path);
  std::set<std::string> expected;
  for (const Method& method : methods()) expected.insert("/api/" + std::string(method.name));
  EXPECT_EQ(paths, expected);
  for (const std::string& path : paths) {
    EXPECT_THAT(send("POST " + path, "{}", key_).body, Not(HasSubstr("method not found"))) << path;
  }
}

// Every field that the document names is read: with a value of a wrong type it is refused by name.
TEST_F(ServerApiTest, EveryFieldOfTheDocumentIsRead) {
  for (const Method& method : methods()) {
    const std::string schema = std::string(method.name) + "_request";
    const dom::object fields =
        check_.document()["components"]["schemas"][schema]["properties"].get_object();
    for (const auto [name, field] : fields) {
      std::string_view type;
      if (field["type"].get(type) != simdjson::SUCCESS) continue;  // any value fits
      const std::string wrong = type == "boolean" ? "7" : "true";
      EXPECT_THAT(call(std::string(method.name), R"({")" + std::string(name) + "\":" + wrong + "}"),
                  HasSubstr(R"(\")" + std::string(name) + R"(\" is )"));
    }
  }
}

}  // namespace
}  // namespace parley::api
