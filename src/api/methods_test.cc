// What each method of the HTTP API does, and each of its errors.
#include <gmock/gmock.h>

#include "api/api_fixture.h"

namespace parley::api {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kDone = R"({"result":{}})";

auto IsError(int code, const std::string& words) {
  return AllOf(StartsWith(R"({"error":{"code":)" + std::to_string(code) + ","), HasSubstr(words));
}

class MethodsTest : public ApiFixture, public testing::TestWithParam<std::size_t> {
 protected:
  MethodsTest() : ApiFixture(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Shards, MethodsTest, testing::Values(1, 2, 3));

TEST_P(MethodsTest, PublishReachesSubscribersAndTellsThePosition) {
  auto ann = join(0, "ann", "tea");
  auto bob = join(1, "bob", "tea");
  const std::string first = call("publish", R"({"channel":"tea","data":{ "n" : 1 }})");
  EXPECT_THAT(first, StartsWith(R"({"result":{"offset":1,"epoch":"epoch)"));
  EXPECT_THAT(call("publish", R"({"channel":"tea","data":"plain","tags":{"a":"1","b":"2"}})"),
              HasSubstr(R"("offset":2)"));
  call("publish", R"({"channel":"tea","data":null})");
  call("publish", R"({"channel":"tea","data":false,"delta":true,"b64data":null})");
  EXPECT_EQ(ann->words, (Words{R"({"n":1})", "text plain a=1 b=2", "null", "false"}));
  EXPECT_EQ(bob->words, ann->words);
}

TEST_P(MethodsTest, Base64IsJsonOrBinary) {
  auto ann = join(0, "ann", "tea");
  call("publish", R"({"channel":"tea","b64data":"eyAibiIgOiAxIH0="})");  // { "n" : 1 }
  call("publish", R"({"channel":"tea","b64data":"aGVsbG8="})");          // hello
  call("publish", R"({"channel":"tea","b64data":"ImhlbGxvIg=="})");      // "hello"
  EXPECT_EQ(ann->words, (Words{R"({"n":1})", "binary hello", "text hello"}));
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":-1})"),
              HasSubstr(R"("data":{"base64":"aGVsbG8="})"));
}

TEST_P(MethodsTest, SkippedHistoryHasNoPosition) {
  auto ann = join(0, "ann", "tea");
  EXPECT_EQ(call("publish", R"({"channel":"tea","data":1,"skip_history":true})"), kDone);
  EXPECT_EQ(ann->words, Words{"1"});
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":5})"),
              StartsWith(R"({"result":{"publications":[],"offset":0)"));
}

TEST_P(MethodsTest, AnIdempotencyKeyPublishesOnceInEachChannel) {
  auto ann = join(0, "ann", "tea");
  const std::string request = R"({"channel":"tea","data":1,"idempotency_key":"k1"})";
  const std::string first = call("publish", request);
  EXPECT_EQ(call("publish", request), first);
  EXPECT_EQ(ann->words, Words{"1"});
  call("broadcast", R"({"channels":["tea","milk"],"data":1,"idempotency_key":"k1"})");
  EXPECT_EQ(ann->words, Words{"1"});
  EXPECT_THAT(call("history", R"({"channel":"milk"})"), HasSubstr(R"("offset":1)"));
}

TEST_P(MethodsTest, PublishRefusals) {
  EXPECT_THAT(call("publish", R"({"data":1})"), IsError(107, R"(\"channel\" is missing)"));
  EXPECT_THAT(call("publish", R"({"channel":"tea"})"), IsError(107, R"(\"data\" is missing)"));
  EXPECT_THAT(call("publish", R"({"channel":"tea","data":1,"b64data":"MQ=="})"),
              IsError(107, "both"));
  EXPECT_THAT(call("publish", R"({"channel":"","data":1})"), IsError(107, "no channel"));
  EXPECT_THAT(call("publish", R"({"channel":"a\nb","data":1})"), IsError(107, "control"));
  EXPECT_THAT(call("publish", R"({"channel":")" + std::string(256, 'x') + R"(","data":1})"),
              IsError(107, "255 bytes"));
  EXPECT_THAT(call("publish", R"({"channel":"no:tea","data":1})"),
              IsError(102, "unknown channel: No [[namespace]]"));
  EXPECT_THAT(call("publish", R"({"channel":"small:tea","data":12345})"), IsError(106, "limit"));
  EXPECT_THAT(call("publish", R"({"channel":"tea","data":")" + std::string(65, 'x') + R"("})"),
              IsError(106, "limits.message_bytes, 64"));
  EXPECT_THAT(call("publish",
                   R"({"channel":"tea","data":1,"tags":{"a":")" + std::string(64, 'x') + R"("}})"),
              IsError(106, "tags"));
  EXPECT_THAT(call("publish", R"({"channel":"tea","data":1,"idempotency_key":")" +
                                  std::string(129, 'k') + R"("})"),
              IsError(107, "128 bytes"));
  call("publish", R"({"channel":"slow:tea","data":1})");
  EXPECT_THAT(call("publish", R"({"channel":"slow:tea","data":1})"), IsError(111, "message_rate"));
}

TEST_P(MethodsTest, BroadcastAnswersInTheOrderOfItsChannels) {
  auto ann = join(0, "ann", "tea");
  auto bob = join(1, "bob", "milk");
  const std::string reply =
      call("broadcast", R"({"channels":["tea","no:where","milk","tea"],"data":1})");
  EXPECT_THAT(reply,
              testing::MatchesRegex(
                  R"re(\{"result":\{"responses":\[\{"result":\{"offset":1,[^}]*\}\},)re"
                  R"re(\{"error":\{"code":102,[^}]*\}\},\{"result":\{"offset":1,[^}]*\}\},)re"
                  R"re(\{"result":\{"offset":2,[^}]*\}\}\]\}\})re"));
  call("broadcast", R"({"channels":["milk","tea"],"data":2})");
  EXPECT_EQ(ann->words, (Words{"1", "1", "2"}));
  EXPECT_EQ(bob->words, (Words{"1", "2"}));
}

TEST_P(MethodsTest, BroadcastRefusals) {
  EXPECT_THAT(call("broadcast", R"({"channels":[],"data":1})"), IsError(107, "1 to 1000"));
  EXPECT_THAT(call("broadcast", R"({"channels":["a",1],"data":1})"), IsError(107, "channels"));
  EXPECT_THAT(call("broadcast", R"({"channels":["a"]})"), IsError(107, R"(\"data\" is missing)"));
  std::string many = R"("a")";
  for (int i = 0; i < 1000; ++i) many += R"(,"a")";
  EXPECT_THAT(call("broadcast", R"({"data":1,"channels":[)" + many + "]}"),
              IsError(107, "1 to 1000"));
}

TEST_P(MethodsTest, SubscribeReachesAllConnectionsOfTheUser) {
  auto phone = connect(0, "ann");
  auto desk = connect(1, "ann");
  auto bob = connect(2, "bob");
  EXPECT_EQ(call("subscribe", R"({"user":"ann","channel":"$vip","info":{"seat": 4},)"
                              R"("data":{"hi":1},"expire_at":1900000000})"),
            kDone);
  EXPECT_EQ(call("publish", R"({"channel":"$vip","data":1})").find("error"), std::string::npos);
  EXPECT_EQ(phone->words, (Words{R"(subscribed $vip {"hi":1})", "1"}));
  EXPECT_EQ(desk->words, phone->words);
  EXPECT_TRUE(bob->words.empty());
  EXPECT_EQ(phone->subscription->expires_at, 1900000000);
  EXPECT_THAT(call("presence", R"({"channel":"$vip"})"), HasSubstr(R"("chan_info":{"seat":4})"));
}

TEST_P(MethodsTest, SubscribeCanMeanOneConnection) {
  auto phone = connect(0, "ann");
  auto desk = connect(1, "ann");
  const std::string request = R"({"user":"ann","channel":"tea","client":")" + desk->id() +
                              R"(","b64data":"eyJhIjogMX0=",)" + R"("b64info":"Mg=="})";
  EXPECT_EQ(call("subscribe", request), kDone);
  EXPECT_EQ(call("subscribe", request), kDone);  // again: it stays as it is
  EXPECT_TRUE(phone->words.empty());
  EXPECT_EQ(desk->words, Words{R"(subscribed tea {"a":1})"});
}

TEST_P(MethodsTest, SubscribeRecovers) {
  auto keeper = join(0, "keeper", "tea");
  for (const char* data : {"1", "2", "3"}) {
    call("publish", R"({"channel":"tea","data":)" + std::string(data) + "}");
  }
  auto ann = connect(1, "ann");
  call("subscribe", R"({"user":"ann","channel":"tea","recover_since":{"offset":1,"epoch":""}})");
  ASSERT_TRUE(ann->subscription.has_value());
  EXPECT_TRUE(ann->subscription->recovered);
  ASSERT_EQ(ann->subscription->publications.size(), 2U);
  EXPECT_EQ(ann->subscription->publications[0].payload.data.view(), "2");
}

TEST_P(MethodsTest, SubscribeOverridesTheRules) {
  auto ann = connect(0, "ann");
  auto bob = connect(1, "bob");
  call("subscribe", R"({"user":"ann","channel":"tea","override":{"presence":{"value":false},)"
                    R"("force_recovery":{"value":true},"force_push_join_leave":{"value":true}}})");
  EXPECT_THAT(call("presence_stats", R"({"channel":"tea"})"), HasSubstr(R"("num_clients":0)"));
  call("subscribe", R"({"user":"bob","channel":"tea","override":{"join_leave":{"value":false},)"
                    R"("force_recovery":{"value":false},"force_positioning":{"value":true}}})");
  EXPECT_THAT(ann->words, testing::Contains("+bob"));
  EXPECT_EQ(bob->words, Words{"subscribed tea "});
  EXPECT_TRUE(ann->subscription->recoverable);
  EXPECT_FALSE(bob->subscription->recoverable);
}

TEST_P(MethodsTest, SubscribeRefusals) {
  auto ann = connect(0, "ann");
  EXPECT_THAT(call("subscribe", R"({"channel":"tea"})"), IsError(107, R"(\"user\" is missing)"));
  EXPECT_THAT(call("subscribe", R"({"user":"","channel":"tea"})"), IsError(107, "user"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann"})"), IsError(107, R"(\"channel\" is missing)"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"no:tea"})"), IsError(102, ""));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"tea","session":"s"})"),
              IsError(108, "client"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"tea","client":"me"})"),
              IsError(107, "UUID"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"tea","b64info":"aGVsbG8="})"),
              IsError(107, R"(\"b64info\" is no JSON)"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"tea","info":1,"b64info":"MQ=="})"),
              IsError(107, "both"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"tea","recover_since":{"offset":"1"}})"),
              IsError(107, R"(\"recover_since.offset\" is a string)"));
  EXPECT_THAT(
      call("subscribe", R"({"user":"ann","channel":"tea","override":{"presence":{"value":1}}})"),
      IsError(107, R"(\"override.presence.value\" is a number; it must be true or false)"));
  EXPECT_THAT(call("subscribe", R"({"user":"ann","channel":"tea","override":{"presence":{}}})"),
              IsError(107, R"(\"override.presence.value\" is missing)"));
  EXPECT_TRUE(ann->words.empty());
}

TEST_P(MethodsTest, UnsubscribeEndsTheSubscriptionsOfOneUser) {
  auto phone = join(0, "ann", "tea");
  auto desk = join(1, "ann", "tea");
  auto bob = join(2, "bob", "tea");
  call("unsubscribe", R"({"user":"ann","channel":"tea","client":")" + phone->id() + R"("})");
  EXPECT_EQ(phone->words, Words{"unsubscribed tea"});
  EXPECT_TRUE(desk->words.empty());
  EXPECT_EQ(call("unsubscribe", R"({"user":"ann","channel":"tea"})"), kDone);
  call("publish", R"({"channel":"tea","data":1})");
  EXPECT_EQ(phone->words, Words{"unsubscribed tea"});
  EXPECT_EQ(desk->words, Words{"unsubscribed tea"});
  EXPECT_EQ(bob->words, Words{"1"});
  EXPECT_EQ(call("unsubscribe", R"({"user":"nobody","channel":"tea"})"), kDone);
  EXPECT_THAT(call("unsubscribe", R"({"user":"ann","channel":""})"), IsError(107, "no channel"));
  EXPECT_THAT(call("unsubscribe", R"({"user":"ann"})"), IsError(107, "channel"));
}

TEST_P(MethodsTest, DisconnectEndsTheRightConnections) {
  auto phone = connect(0, "ann");
  auto desk = connect(1, "ann");
  auto bob = connect(2, "bob");
  EXPECT_EQ(call("disconnect", R"({"user":"ann","whitelist":[")" + desk->id() + R"("]})"), kDone);
  ASSERT_TRUE(phone->closed.has_value());
  EXPECT_EQ(phone->closed->reason, Errc::disconnected);
  EXPECT_EQ(phone->closed->code, 0);
  EXPECT_FALSE(desk->closed.has_value());
  call("disconnect", R"({"user":"ann","client":")" + desk->id() +
                         R"(","disconnect":{"code":4000,"reason":"moved"}})");
  ASSERT_TRUE(desk->closed.has_value());
  EXPECT_EQ(desk->closed->reason, Errc::reconnect);
  EXPECT_EQ(desk->closed->code, 4000);
  EXPECT_EQ(desk->closed->text, "moved");
  EXPECT_FALSE(bob->closed.has_value());
  call("disconnect", R"({"user":"bob","disconnect":{"code":4500}})");
  EXPECT_EQ(bob->closed->reason, Errc::disconnected);
}

TEST_P(MethodsTest, DisconnectRefusals) {
  auto ann = connect(0, "ann");
  for (const char* code : {"1000", "2999", "5000", "70000"}) {
    EXPECT_THAT(call("disconnect", R"({"user":"ann","disconnect":{"code":)" + std::string(code) +
                                       R"(,"reason":"x"}})"),
                IsError(107, "3000 to 4999"));
  }
  EXPECT_THAT(call("disconnect", R"({"user":"ann","disconnect":{"code":3500,"reason":")" +
                                     std::string(124, 'x') + R"("}})"),
              IsError(107, "123 bytes"));
  EXPECT_THAT(call("disconnect", R"({"user":"ann","whitelist":["x"]})"), IsError(107, "whitelist"));
  EXPECT_THAT(call("disconnect", R"({})"), IsError(107, R"(\"user\" is missing)"));
  EXPECT_FALSE(ann->closed.has_value());
}

TEST_P(MethodsTest, RefreshTellsTheSession) {
  auto ann = join(0, "ann", "tea");
  auto bob = connect(1, "bob");
  EXPECT_EQ(call("refresh", R"({"user":"ann","expire_at":1900000000,"info":{"a": 1}})"), kDone);
  ASSERT_TRUE(ann->refreshed.has_value());
  EXPECT_FALSE(ann->refreshed->expired);
  EXPECT_EQ(ann->refreshed->expires_at, 1900000000);
  EXPECT_EQ(ann->session.identity().info.view(), R"({"a":1})");
  call("refresh", R"({"user":"ann","expired":true,"expire_at":0})");
  EXPECT_TRUE(ann->refreshed->expired);
  EXPECT_FALSE(ann->refreshed->expires_at.has_value());
  EXPECT_EQ(ann->session.identity().info.view(), R"({"a":1})");
  EXPECT_FALSE(bob->refreshed.has_value());
  EXPECT_THAT(call("refresh", R"({"user":"ann","expire_at":-1})"), IsError(107, "1970"));
}

TEST_P(MethodsTest, PresenceListsConnectionsAndStatsCountUsers) {
  auto phone = join(0, "ann", "tea");
  auto desk = join(1, "ann", "tea");
  const std::string reply = call("presence", R"({"channel":"tea"})");
  EXPECT_THAT(reply, HasSubstr('"' + phone->id() + R"(":{"user":"ann","client":")" + phone->id()));
  EXPECT_THAT(reply, HasSubstr('"' + desk->id() + R"(":{)"));
  EXPECT_EQ(call("presence_stats", R"({"channel":"tea"})"),
            R"({"result":{"num_clients":2,"num_users":1}})");
  EXPECT_EQ(call("presence", R"({"channel":"empty"})"), R"({"result":{"presence":{}}})");
  for (const char* method : {"presence", "presence_stats"}) {
    EXPECT_THAT(call(method, R"({"channel":"bare:x"})"), IsError(108, "not available"));
    EXPECT_THAT(call(method, R"({"channel":"no:x"})"), IsError(102, "unknown channel"));
    EXPECT_THAT(call(method, R"({"channel":""})"), IsError(107, "bad request"));
  }
}

TEST_P(MethodsTest, HistoryIsPagedInBothDirections) {
  auto ann = join(0, "ann", "tea");
  for (int i = 1; i <= 7; ++i) {
    call("publish", R"({"channel":"tea","tags":{"t":"x"},"data":)" + std::to_string(10 * i) + "}");
  }
  const auto data_of = [](const std::string& reply) {
    std::string all;
    for (std::size_t at = 0; (at = reply.find(R"("data":)", at)) != std::string::npos; at += 7) {
      all += reply.substr(at + 7, 2) + " ";
    }
    return all;
  };
  EXPECT_EQ(data_of(call("history", R"({"channel":"tea"})")), "");
  EXPECT_EQ(data_of(call("history", R"({"channel":"tea","limit":2})")), "10 20 ");
  EXPECT_EQ(data_of(call("history", R"({"channel":"tea","limit":2,"reverse":true})")), "70 60 ");
  EXPECT_EQ(data_of(call("history", R"({"channel":"tea","limit":2,"since":{"offset":3}})")),
            "40 50 ");
  EXPECT_EQ(data_of(call("history", R"({"channel":"tea","limit":-1})")), "10 20 30 40 50 ");
  EXPECT_EQ(data_of(call("history", R"({"channel":"tea","limit":1000000})")), "10 20 30 40 50 ");
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":1})"),
              AllOf(HasSubstr(R"("offset":1,"time":)"), HasSubstr(R"("tags":{"t":"x"})"),
                    HasSubstr(R"(],"offset":7,"epoch":"epoch)")));
  EXPECT_EQ(call("history_remove", R"({"channel":"tea"})"), kDone);
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":5})"),
              StartsWith(R"({"result":{"publications":[],"offset":7,)"));
}

TEST_P(MethodsTest, HistoryShowsWhoPublished) {
  auto ann = join(0, "ann", "tea");
  ann->session.publish("tea", {hub::PayloadKind::text, Bytes::copy_of("hi")}, {}, nullptr);
  settle();
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":1})"),
              HasSubstr(R"("data":"hi","info":{"user":"ann","client":")" + ann->id() + R"("})"));
}

TEST_P(MethodsTest, HistoryRefusals) {
  auto ann = join(0, "ann", "tea");
  EXPECT_THAT(call("history", R"({"channel":"tea","since":{"offset":9,"epoch":"gone"}})"),
              IsError(112, "unrecoverable position"));
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":-2})"), IsError(107, "limit"));
  EXPECT_THAT(call("history", R"({"channel":"tea","limit":1.5})"),
              IsError(107, R"(\"limit\" is a number; it must be an integer)"));
  for (const char* method : {"history", "history_remove"}) {
    EXPECT_THAT(call(method, R"({"channel":"bare:x"})"), IsError(108, "not available"));
    EXPECT_THAT(call(method, R"({"channel":"no:x"})"), IsError(102, "unknown channel"));
    EXPECT_THAT(call(method, R"({"channel":""})"), IsError(107, "bad request"));
  }
}

TEST_P(MethodsTest, ChannelsAreFoundByPattern) {
  auto ann = join(0, "ann", "tea");
  auto bob = join(1, "bob", "tea");
  auto cy = join(2, "cy", "bare:x");
  EXPECT_EQ(call("channels", R"({"pattern":"t*"})"),
            R"({"result":{"channels":{"tea":{"num_clients":2}}}})");
  EXPECT_EQ(call("channels", R"({"pattern":"milk"})"), R"({"result":{"channels":{}}})");
  EXPECT_THAT(call("channels", "{}"), AllOf(HasSubstr("tea"), HasSubstr("bare:x")));
}

TEST_P(MethodsTest, InfoCountsTheServer) {
  auto phone = join(0, "ann", "tea");
  auto desk = join(1, "ann", "milk");
  const std::string info = call("info", "{}");
  EXPECT_THAT(info, HasSubstr(R"("name":"n1","version":"1.2","num_clients":2,"num_users":1,)"
                              R"("num_channels":2,"uptime":)"));
  EXPECT_EQ(call("info", ""), info);  // the same uid from all shards, and no body is as good
}

TEST_P(MethodsTest, ABatchIsRunInOrderAndAnsweredInOrder) {
  auto ann = connect(0, "ann");
  const std::string reply = call(
      "batch", R"({"commands":[{"subscribe":{"user":"ann","channel":"tea"}},)"
               R"({"publish":{"channel":"tea","data":1}},{"publish":{"chanel":"tea"}},)"
               R"({"publsh":{}},{"history":{"channel":"tea"}},{"a":{},"b":{}},7,)"
               R"({"batch":{"commands":[]}},{"info":[]},{"publish":{"channel":"no:x","data":1}},)"
               R"({"publish":{"channel":"tea","data":2}}]})");
  EXPECT_EQ(ann->words, (Words{"subscribed tea ", "1", "2"}));
  EXPECT_THAT(reply, StartsWith(R"({"replies":[{"subscribe":{}},{"publish":{"offset":1,)"));
  EXPECT_THAT(reply, HasSubstr(R"(},{"error":{"code":107,"message":"bad request: \"publish\": )"
                               R"(there is no field \"chanel\"; did you mean \"channel\"?"}},)"
                               R"({"error":{"code":104,)"));
  EXPECT_THAT(reply, HasSubstr(R"("}},{"history":{"publications":[],"offset":1,)"));
  EXPECT_THAT(reply, HasSubstr("a batch holds no batches"));
  EXPECT_THAT(reply, HasSubstr(R"(\"info\" is a list; it must be an object)"));
  EXPECT_THAT(reply, testing::MatchesRegex(R"re(.*,\{"publish":\{"offset":2,[^}]*\}\}\]\})re"));
}

TEST_P(MethodsTest, AParallelBatchIsAnsweredInOrderToo) {
  auto ann = join(0, "ann", "tea");
  std::string commands;
  for (int i = 0; i < 20; ++i) {
    commands += i == 0 ? "" : ",";
    commands += i % 2 == 0 ? R"({"publish":{"channel":"tea","data":1}})"
                           : R"({"presence_stats":{"channel":"c)" + std::to_string(i) + R"("}})";
  }
  const std::string reply = call("batch", R"({"parallel":true,"commands":[)" + commands + "]}");
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = reply.find(i % 2 == 0 ? R"({"publish":{"offset":)" + std::to_string(i / 2 + 1)
                               : R"({"presence_stats":{)",
                    at);
    ASSERT_NE(at, std::string::npos) << i << reply;
  }
  EXPECT_EQ(ann->words.size(), 10U);
}

TEST_P(MethodsTest, BatchRefusals) {
  EXPECT_EQ(call("batch", R"({"commands":[]})"), R"({"replies":[]})");
  EXPECT_THAT(call("batch", "{}"), IsError(107, R"(\"commands\" is missing)"));
  EXPECT_THAT(call("batch", R"({"commands":{}})"), IsError(107, "1000 commands"));
  std::string many = "{}";
  for (int i = 0; i < 1000; ++i) many += ",{}";
  EXPECT_THAT(call("batch", R"({"commands":[)" + many + "]}"), IsError(107, "1000 commands"));
}

// The answers that come at once must not nest: a thousand of them would be a deep stack.
TEST_P(MethodsTest, ABatchOfRefusalsIsFlat) {
  std::string many = R"({"publish":{"channel":"no:x","data":1}})";
  for (int i = 1; i < 1000; ++i) many += R"(,{"publish":{"channel":"no:x","data":1}})";
  EXPECT_THAT(call("batch", R"({"commands":[)" + many + "]}"), HasSubstr("102"));
}

}  // namespace
}  // namespace parley::api
