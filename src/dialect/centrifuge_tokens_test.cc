// Tokens in the Centrifuge dialect: who gets in, who may subscribe, what the server subscribes
// clients to, and how tokens end. Time is the real one: a token within the verifier's leeway has
// ended already.
#include <gmock/gmock.h>

#include "auth/signer.h"
#include "auth/verifier.h"
#include "dialect/transcript_player.h"

namespace parley::dialect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr ByteView kSecret = "0123456789abcdef0123456789abcdef";

std::string sign(const std::string& claims, ByteView secret = kSecret) {
  std::string why;
  return auth::Signer::secret(secret, auth::Algorithm::hs256, why)->sign(claims);
}

std::string in(std::int64_t seconds) { return std::to_string(wall_time_ms() / 1000 + seconds); }

class CentrifugeTokens : public testing::Test {
 protected:
  CentrifugeTokens() {
    std::string why;
    verifier_ = *auth::Verifier::make({.secret = std::string(kSecret)}, why);
    options_.verifier = verifier_.get();
    options_.expiry_grace = Duration(0);
  }
  ~CentrifugeTokens() override {
    clients_.clear();
    settle();
  }

  TestConnection& open(bool insecure = false) {
    if (kind_ == nullptr) kind_ = make_centrifuge(options_);
    const auto parameter = [](ByteView) -> std::optional<std::string> { return std::nullopt; };
    std::string detail;
    auto client = std::make_unique<TestConnection>();
    client->dialect = *kind_->connect(
        {.path = options_.path, .parameter = parameter, .subprotocols = {}, .insecure = insecure},
        hub_, detail);
    client->dialect->on_open(*client);
    clients_.push_back(std::move(client));
    return *clients_.back();
  }
  // The first words that a client hears when it connects with this token.
  std::string greeting(const std::string& token, bool insecure = false) {
    TestConnection& client = open(insecure);
    say(client, R"({"id":1,"connect":{"token":")" + token + "\"}}");
    return client.heard.empty() ? "" : client.heard.front();
  }
  TestConnection& connect(const std::string& claims = R"({"sub":"ann"})") {
    TestConnection& client = open();
    say(client, R"({"id":1,"connect":{"token":")" + sign(claims) + "\"}}");
    return client;
  }
  void subscribe(TestConnection& client, const std::string& channel, const std::string& token) {
    say(client,
        R"({"id":2,"subscribe":{"channel":")" + channel + R"(","token":")" + token + "\"}}");
  }
  std::string answer_to_subscribe(const std::string& claims, ByteView secret = kSecret) {
    TestConnection& client = connect();
    subscribe(client, "$vip", sign(claims, secret));
    return client.heard.back();
  }
  void say(TestConnection& client, ByteView text) {
    client.dialect->on_message({false, text});
    settle();
  }
  void settle() { shards_.run_until_idle(); }
  void publish(const std::string& channel) {
    hub::Publication publication;
    publication.channel = channel;
    publication.payload = {hub::PayloadKind::json, Bytes::copy_of("{}")};
    hub_.publish(0, std::move(publication), {}, {}, nullptr);
  }

  std::unique_ptr<auth::Verifier> verifier_;
  CentrifugeOptions options_;
  runtime::ShardSet shards_{2};
  hub::Hub hub_{shards_,
                {.presence_batch = Duration(0), .channels_per_connection = 3},
                hub::RuleBook(),
                hub::TestBroker::make};
  std::unique_ptr<DialectKind> kind_;
  std::vector<std::unique_ptr<TestConnection>> clients_;
};

TEST_F(CentrifugeTokens, OnlyATokenOpensTheDoor) {
  EXPECT_THAT(greeting(sign(R"({"sub":"ann"})")), StartsWith(R"({"id":1,"connect":{"client":)"));
  EXPECT_EQ(greeting(""), "close 3501");
  EXPECT_EQ(greeting(sign(R"({"sub":"ann"})", "another secret that is long enough!")),
            "close 3500");
  EXPECT_EQ(greeting("x"), "close 3500");
  EXPECT_EQ(greeting(sign(R"({"sub":")" + std::string(200, 'x') + "\"}")), "close 3500");
  EXPECT_THAT(clients_.back()->closed->text, StartsWith("invalid token: its user name"));
}

TEST_F(CentrifugeTokens, AnExpiredTokenIsAnErrorAndNothingElseMayFollow) {
  TestConnection& ann = connect(R"({"sub":"ann","exp":)" + in(-100) + "}");
  say(ann, R"({"id":2,"subscribe":{"channel":"tea"}})");
  EXPECT_THAT(ann.heard, ElementsAre(R"({"id":1,"error":{"code":109,"message":"token expired"}})",
                                     "close 3501"));
}

TEST_F(CentrifugeTokens, AnonymousClientsIfTheyAreAllowed) {
  options_.allow_anonymous = true;
  EXPECT_THAT(greeting(""), StartsWith(R"({"id":1,"connect")"));
  EXPECT_EQ(greeting("x"), "close 3500");
}

TEST_F(CentrifugeTokens, AnInsecureListenerTakesWhatItCanFromAToken) {
  EXPECT_THAT(greeting("x", true), StartsWith(R"({"id":1,"connect")"));
  EXPECT_THAT(greeting(sign(R"({"sub":"ann","exp":)" + in(1000) + "}"), true),
              HasSubstr(R"("expires":true)"));
}

TEST_F(CentrifugeTokens, AConnectionEndsWithItsTokenUnlessItIsRefreshed) {
  options_.ping_interval = Duration(3'600'000);
  TestConnection& ann = connect(R"({"sub":"ann","exp":)" + in(-10) + "}");
  EXPECT_THAT(ann.heard.back(), HasSubstr(R"("expires":true,"ttl":1)"));
  EXPECT_EQ(ann.wakes_in, Duration(0));
  say(ann,
      R"({"id":2,"refresh":{"token":")" + sign(R"({"sub":"ann","exp":)" + in(100) + "}") + "\"}}");
  EXPECT_TRUE(matches(ann.heard.back(),
                      R"({"id":2,"refresh":{"client":…,"version":…,"expires":true,"ttl":…}})"));
  EXPECT_GT(*ann.wakes_in, Duration(90'000));
  ann.dialect->on_tick();
  EXPECT_FALSE(ann.closed);

  TestConnection& bob = connect(R"({"sub":"bob","exp":)" + in(-10) + "}");
  bob.dialect->on_tick();
  EXPECT_EQ(bob.heard.back(), "close 3005");
}

TEST_F(CentrifugeTokens, ARefreshKeepsTheUser) {
  const auto answer = [&](const std::string& claims) {
    TestConnection& ann = connect();
    say(ann, R"({"id":2,"refresh":{"token":")" + sign(claims) + "\"}}");
    return ann.heard.back();
  };
  EXPECT_EQ(answer(R"({"sub":"bob"})"), "close 3500");
  EXPECT_EQ(answer(R"({"sub":"ann","exp":)" + in(-100) + "}"),
            R"({"id":2,"error":{"code":109,"message":"token expired"}})");
  EXPECT_TRUE(
      matches(answer(R"({"sub":"ann"})"), R"({"id":2,"refresh":{"client":…,"version":…}})"));
}

TEST_F(CentrifugeTokens, ATokenOpensAChannel) {
  EXPECT_THAT(answer_to_subscribe(R"({"sub":"ann","channel":"$vip"})"),
              StartsWith(R"({"id":2,"subscribe":{"recoverable":true)"));
  EXPECT_THAT(answer_to_subscribe(R"({"sub":"ann","channel":"$vip","exp":)" + in(-100) + "}"),
              HasSubstr(R"("code":109)"));
  EXPECT_THAT(answer_to_subscribe(R"({"sub":"ann","channel":"$vip"})",
                                  "another secret that is long enough!"),
              HasSubstr(R"("code":103)"));
  EXPECT_EQ(answer_to_subscribe(R"({"sub":"bob","channel":"$vip"})"), "close 3500");
  EXPECT_EQ(answer_to_subscribe(R"({"sub":"ann","channel":"$gold"})"), "close 3500");
  EXPECT_EQ(answer_to_subscribe(R"({"sub":"ann","channel":"$vip","client":"another"})"),
            "close 3500");
}

TEST_F(CentrifugeTokens, ATokenSetsWhatPresenceAndItsOwnerAreTold) {
  TestConnection& ann = connect(R"({"sub":"ann","info":{"name":"Ann"}})");
  subscribe(ann, "$vip",
            sign(R"({"sub":"ann","channel":"$vip","info":{"seat":1},"data":{"hello":2},)"
                 R"("override":{"force_push_join_leave":{"value":true},)"
                 R"("force_recovery":{"value":false}}})"));
  ASSERT_EQ(ann.heard.size(), 3U);
  EXPECT_TRUE(matches(ann.heard[1],
                      R"({"id":2,"subscribe":{"positioned":true,"epoch":…,"data":{"hello":2}}})"))
      << ann.heard[1];
  EXPECT_TRUE(matches(ann.heard[2],
                      R"({"push":{"channel":"$vip","join":{"info":{"user":"ann","client":…,)"
                      R"("conn_info":{"name":"Ann"},"chan_info":{"seat":1}}}}})"))
      << ann.heard[2];
}

TEST_F(CentrifugeTokens, ASubscriptionEndsWithItsTokenUnlessItIsRefreshed) {
  options_.ping_interval = Duration(3'600'000);
  const std::string ended = R"({"sub":"ann","channel":"$vip","exp":)" + in(-10) + "}";
  TestConnection& ann = connect();
  subscribe(ann, "$vip", sign(ended));
  EXPECT_THAT(ann.heard.back(), HasSubstr(R"("expires":true,"ttl":1)"));
  say(ann, R"({"id":3,"sub_refresh":{"channel":"$vip","token":")" +
               sign(R"({"sub":"ann","channel":"$vip","exp":)" + in(100) + "}") + "\"}}");
  EXPECT_TRUE(matches(ann.heard.back(), R"({"id":3,"sub_refresh":{"expires":true,"ttl":…}})"));
  ann.dialect->on_tick();
  say(ann, R"({"id":4,"sub_refresh":{"channel":"$vip","token":")" + sign(ended) + "\"}}");
  ann.dialect->on_tick();
  EXPECT_EQ(ann.heard.back(), R"({"push":{"channel":"$vip","unsubscribe":{"code":2501,)"
                              R"("reason":"subscription_expired"}}})");
  say(ann, R"({"id":5,"sub_refresh":{"channel":"$vip","token":")" + sign(ended) + "\"}}");
  EXPECT_THAT(ann.heard.back(), HasSubstr(R"({"id":5,"error":{"code":103)"));
}

TEST_F(CentrifugeTokens, TheServerSubscribesAsTheTokenSays) {
  TestConnection& keeper = connect(R"({"sub":"keeper","channels":["news"]})");
  publish("news");
  publish("news");
  settle();
  TestConnection& ann = open();
  say(ann,
      R"({"id":1,"connect":{"token":")" +
          sign(R"({"sub":"ann","channels":["news","$ann"],"subs":{"$ann":{"data":{"x":1}}}})") +
          R"(","subs":{"news":{"recover":true,"offset":1},"other":{"recover":true}}}})");
  ASSERT_EQ(ann.heard.size(), 1U);
  EXPECT_TRUE(matches(
      ann.heard[0],
      R"({"id":1,"connect":{"client":…,"version":…,"subs":{)"
      R"("$ann":{"recoverable":true,"positioned":true,"epoch":…,"data":{"x":1}},)"
      R"("news":{"recoverable":true,"positioned":true,"epoch":…,"offset":1,"was_recovering":true,)"
      R"("recovered":true,"publications":[{"data":{},"offset":2,"time":…}]}},)"
      R"("ping":25,"pong":true}})"))
      << ann.heard[0];
  publish("news");
  settle();
  EXPECT_THAT(ann.heard.back(), HasSubstr(R"("offset":3)"));
  EXPECT_THAT(keeper.heard.back(), HasSubstr(R"("offset":3)"));
}

// The client could not know what to do with publications that come before the reply.
TEST_F(CentrifugeTokens, NothingIsToldBeforeTheReplyToConnectAndNothingIsLost) {
  std::string near;
  std::string far;
  for (int i = 0; near.empty() || far.empty(); ++i) {
    const std::string name = "room" + std::to_string(i);
    (shards_.owner_of(name) == 0 ? near : far) = name;
  }
  TestConnection& ann = open();
  ann.dialect->on_message(
      {false, R"({"id":1,"connect":{"token":")" +
                  sign(R"({"sub":"ann","channels":[")" + near + "\",\"" + far + "\"]}") + "\"}}\n" +
                  R"({"id":2,"rpc":{}})"});
  publish(near);
  while (shards_[0].turn()) {
  }
  EXPECT_THAT(ann.heard, ElementsAre());  // it is in the near channel alone
  settle();
  ASSERT_EQ(ann.heard.size(), 3U);
  EXPECT_THAT(ann.heard[0], StartsWith(R"({"id":1,"connect")"));
  EXPECT_THAT(ann.heard[1], HasSubstr(R"("pub":{"data":{},"offset":1)"));
  EXPECT_THAT(ann.heard[2], StartsWith(R"({"id":2,"error":{"code":108)"));
}

TEST_F(CentrifugeTokens, TheServersSubscriptionsKeepTheLimits) {
  EXPECT_EQ(greeting(sign(R"({"sub":"ann","channels":["a","b","c","d"]})")), "close 3505");
  EXPECT_EQ(greeting(sign(R"({"sub":"ann","channels":["a","nowhere:b"]})")), "close 3500");
}

TEST_F(CentrifugeTokens, TheBackEndRefreshesAndExpires) {
  TestConnection& ann = connect();
  const auto refresh = [&](const hub::Refresh& told) {
    hub_.for_connections(
        0, {.user = "ann"}, [told](hub::Session& session) { session.events().on_refreshed(told); },
        nullptr);
    settle();
    return ann.heard.back();
  };
  EXPECT_TRUE(matches(refresh({false, wall_time_ms() / 1000 + 100, {}}),
                      R"({"push":{"refresh":{"expires":true,"ttl":…}}})"));
  EXPECT_EQ(refresh({true, std::nullopt, {}}), "close 3005");
}

}  // namespace
}  // namespace parley::dialect
