// The Centrifuge dialect against its transcripts, in memory: tests/transcripts/centrifuge/*.txt.
// The same files run against the real server in tests/integration. Then what a transcript cannot
// show: time, order across shards, what others do to a client.
#include <gmock/gmock.h>

#include "dialect/transcript_player.h"

namespace parley::dialect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

hub::ChannelRules name_space(std::string name) {
  hub::ChannelRules rules;
  rules.name_space = std::move(name);
  return rules;
}

// The same stand in tests/transcripts/centrifuge/parley.toml.
hub::RuleBook rules() {
  std::vector<hub::ChannelRules> all = {{}};
  all.push_back(name_space("recovery"));
  all.push_back(name_space("smallhistory"));
  all.back().history_size = 2;
  all.push_back(name_space("nohistory"));
  all.back().history_size = 0;
  all.back().recovery = hub::Recovery::off;
  all.push_back(name_space("cache"));
  all.back().recovery = hub::Recovery::cache;
  all.push_back(name_space("hidden"));
  all.back().presence = false;
  all.back().join_leave = hub::JoinLeave::off;
  all.push_back(name_space("closed"));
  all.back().subscribe = hub::Access::token;
  return hub::RuleBook(std::move(all));
}

class CentrifugeTranscript : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(CentrifugeTranscript, Holds) {
  const bool insecure = GetParam().filename().string().starts_with("insecure");
  TranscriptPlayer(make_centrifuge({}), rules(), insecure).play(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Centrifuge, CentrifugeTranscript,
                         testing::ValuesIn(transcripts("centrifuge")), transcript_name);

// Clients on the first of two shards, so that a test can let one owner answer before the other.
class CentrifugeTest : public testing::Test {
 protected:
  ~CentrifugeTest() override {
    clients_.clear();
    settle();
  }

  TestConnection& open(const std::string& user = "ann") {
    const auto parameter = [&](ByteView name) -> std::optional<std::string> {
      if (name == "username") return user;
      return std::nullopt;
    };
    if (kind_ == nullptr) kind_ = make_centrifuge(options_);
    std::string detail;
    auto client = std::make_unique<TestConnection>();
    client->dialect = *kind_->connect(
        {.path = options_.path, .parameter = parameter, .subprotocols = {}}, hub_, detail);
    client->dialect->on_open(*client);
    clients_.push_back(std::move(client));
    return *clients_.back();
  }
  TestConnection& connect(const std::string& user = "ann") {
    TestConnection& client = open(user);
    say(client, R"({"id":1,"connect":{}})");
    client.heard.clear();
    return client;
  }
  void say(TestConnection& client, ByteView text) {
    client.dialect->on_message({false, text});
    settle();
  }
  void settle() { shards_.run_until_idle(); }

  // A channel that this shard owns.
  std::string owned_by(std::size_t shard) const {
    for (int i = 0;; ++i) {
      const std::string name = "room" + std::to_string(i);
      if (shards_.owner_of(name) == shard) return name;
    }
  }
  void publish(const std::string& channel, hub::PayloadKind kind, ByteView data) {
    hub::Publication publication;
    publication.channel = channel;
    publication.payload = {kind, Bytes::copy_of(data)};
    hub_.publish(0, std::move(publication), {}, {}, nullptr);
    settle();
  }

  CentrifugeOptions options_;
  runtime::ShardSet shards_{2};
  hub::Hub hub_{shards_,
                {.presence_batch = Duration(0), .channels_per_connection = 4},
                rules(),
                hub::TestBroker::make};
  std::unique_ptr<DialectKind> kind_;
  std::vector<std::unique_ptr<TestConnection>> clients_;
};

TEST_F(CentrifugeTest, ManyCommandsInOneFrameAreAnsweredInTheirOrder) {
  TestConnection& ann = open();
  say(ann,
      "{\"id\":1,\"connect\":{}}\n"
      "{\"id\":2,\"subscribe\":{\"channel\":\"tea\"}}\n"
      "{\"id\":3,\"publish\":{\"channel\":\"tea\",\"data\":1}}\n"
      "{\"id\":4,\"unsubscribe\":{\"channel\":\"tea\"}}\n"
      "{\"id\":5,\"presence_stats\":{\"channel\":\"tea\"}}\n");
  ASSERT_EQ(ann.heard.size(), 6U);
  EXPECT_THAT(ann.heard[0], HasSubstr(R"({"id":1,"connect")"));
  EXPECT_THAT(ann.heard[1], HasSubstr(R"({"id":2,"subscribe")"));
  EXPECT_THAT(ann.heard[2], HasSubstr(R"("pub":{"data":1)"));
  EXPECT_EQ(ann.heard[3], R"({"id":3,"publish":{}})");
  EXPECT_EQ(ann.heard[4], R"({"id":4,"unsubscribe":{}})");
  EXPECT_THAT(ann.heard[5], HasSubstr(R"({"id":5,"error":{"code":103)"));
}

TEST_F(CentrifugeTest, AnAnswerWaitsForThoseBeforeIt) {
  TestConnection& ann = connect();
  say(ann, R"({"id":2,"subscribe":{"channel":")" + owned_by(0) + "\"}}");
  say(ann, R"({"id":3,"subscribe":{"channel":")" + owned_by(1) + "\"}}");
  ann.heard.clear();
  ann.dialect->on_message({false, R"({"id":4,"history":{"channel":")" + owned_by(1) + "\"}}\n" +
                                      R"({"id":5,"history":{"channel":")" + owned_by(0) + "\"}}\n" +
                                      R"({"id":6,"subscribe":{"channel":"third"}})"});
  while (shards_[0].turn()) {
  }
  EXPECT_THAT(ann.heard, IsEmpty());  // the second is answered, the first is not
  settle();
  ASSERT_EQ(ann.heard.size(), 3U);
  EXPECT_THAT(ann.heard[0], HasSubstr(R"({"id":4,"history")"));
  EXPECT_THAT(ann.heard[1], HasSubstr(R"({"id":5,"history")"));
  EXPECT_THAT(ann.heard[2], HasSubstr(R"({"id":6,"subscribe")"));
}

TEST_F(CentrifugeTest, CommandsThatWaitAreBounded) {
  options_.pending_commands = 2;
  TestConnection& ann = connect();
  std::string frame;
  for (int id = 2; id < 5; ++id) {
    frame += R"({"id":)" + std::to_string(id) + R"(,"subscribe":{"channel":"tea"}})" + "\n";
  }
  say(ann, frame);
  EXPECT_THAT(ann.heard, ElementsAre("close 3013"));
}

TEST_F(CentrifugeTest, AFloodIsAnsweredWithATemporaryError) {
  options_.publish_rate = 2;
  TestConnection& ann = connect();
  for (int i = 0; i < 3; ++i) ann.dialect->on_message({false, R"({"id":2,"rpc":{}})"});
  ASSERT_EQ(ann.heard.size(), 3U);
  EXPECT_EQ(ann.heard[2],
            R"({"id":2,"error":{"code":111,"message":"too many requests","temporary":true}})");
}

TEST_F(CentrifugeTest, ChannelsOfOneConnectionAreBounded) {
  TestConnection& ann = connect();
  for (int i = 0; i < 5; ++i) {
    say(ann, R"({"id":2,"subscribe":{"channel":"c)" + std::to_string(i) + "\"}}");
  }
  EXPECT_EQ(ann.heard.back(), R"({"id":2,"error":{"code":106,"message":"limit exceeded"}})");
}

TEST_F(CentrifugeTest, AClientThatDoesNotConnectIsStale) {
  options_.authentication_timeout = Duration(0);
  TestConnection& ann = open();
  EXPECT_TRUE(ann.own_heartbeat);
  ann.dialect->on_tick();
  EXPECT_THAT(ann.heard, ElementsAre("close 3502"));
}

TEST_F(CentrifugeTest, PingsAreAnsweredByOnePong) {
  options_.ping_interval = options_.pong_timeout = Duration(0);
  TestConnection& ann = connect();
  ann.dialect->on_tick();
  say(ann, "{}");
  ann.dialect->on_tick();
  say(ann, "{}\n");
  EXPECT_THAT(ann.heard, ElementsAre("{}", "{}"));
  say(ann, "{}");
  EXPECT_EQ(ann.heard.back(), "close 3501");
}

TEST_F(CentrifugeTest, WithoutAPongTheConnectionEnds) {
  options_.ping_interval = options_.pong_timeout = Duration(0);
  TestConnection& ann = connect();
  ann.dialect->on_tick();
  ann.dialect->on_tick();
  EXPECT_THAT(ann.heard, ElementsAre("{}", "close 3012"));
}

TEST_F(CentrifugeTest, WakesForTheNextPing) {
  TestConnection& ann = open();
  EXPECT_LE(*ann.wakes_in, Duration(10'000));
  EXPECT_GT(*ann.wakes_in, Duration(5'000));
  say(ann, R"({"id":1,"connect":{}})");
  EXPECT_LE(*ann.wakes_in, Duration(25'000));
  EXPECT_GT(*ann.wakes_in, Duration(20'000));
  ann.heard.clear();
  ann.dialect->on_tick();  // too early
  EXPECT_THAT(ann.heard, IsEmpty());
}

TEST_F(CentrifugeTest, PayloadsOfOtherDialectsAreJson) {
  TestConnection& ann = connect();
  say(ann, R"({"id":2,"subscribe":{"channel":"tea"}})");
  ann.heard.clear();
  publish("tea", hub::PayloadKind::text, "a \"word\"");
  publish("tea", hub::PayloadKind::binary, ByteView("\x00\xff\n", 3));
  publish("tea", hub::PayloadKind::json, R"({"a":[1]})");
  ASSERT_EQ(ann.heard.size(), 3U);
  EXPECT_THAT(ann.heard[0], HasSubstr(R"("pub":{"data":"a \"word\"","offset":1)"));
  EXPECT_THAT(ann.heard[1], HasSubstr(R"("pub":{"data":{"base64":"AP8K"},"offset":2)"));
  EXPECT_THAT(ann.heard[2], HasSubstr(R"("pub":{"data":{"a":[1]},"offset":3)"));
}

TEST_F(CentrifugeTest, ADirectMessageIsAMessageToTheConnection) {
  TestConnection& ann = connect("ann");
  hub::DirectMessage message;
  message.id = "1";
  message.from = "bob";
  message.to = "ann";
  message.payload = {hub::PayloadKind::text, Bytes::copy_of("psst")};
  hub_.send_to_user(0, std::move(message), nullptr);
  settle();
  ASSERT_EQ(ann.heard.size(), 1U);
  EXPECT_TRUE(matches(ann.heard[0],
                      R"({"push":{"message":{"data":{"type":"message","id":"1","from":"bob",)"
                      R"("to":"ann","time":…,"data":"psst"}}}})"))
      << ann.heard[0];
}

// What the back end does to her.
TEST_F(CentrifugeTest, OthersSubscribeAndUnsubscribeAClient) {
  TestConnection& ann = connect("ann");
  publish("tea", hub::PayloadKind::json, "1");
  hub_.for_connections(
      0, {.user = "ann"},
      [](hub::Session& session) {
        hub::SubscribeOptions options{.grant = hub::Grant{}, .since = hub::StreamPosition{}};
        options.grant->data = Bytes::copy_of(R"({"x":1})");
        session.subscribe("tea", std::move(options), [&session](Result<hub::SubscribeReply> reply) {
          session.events().on_subscribed("tea", *std::move(reply));
        });
      },
      nullptr);
  settle();
  publish("tea", hub::PayloadKind::json, "2");
  hub_.for_connections(
      0, {.user = "ann"},
      [](hub::Session& session) {
        session.unsubscribe("tea");
        session.events().on_unsubscribed("tea", Errc::unsubscribed);
      },
      nullptr);
  settle();
  const std::vector<std::string> expected = {
      R"({"push":{"channel":"tea","subscribe":{"recoverable":true,"positioned":true,"epoch":…,"offset":1,"data":{"x":1}}}})",
      R"({"push":{"channel":"tea","pub":{"data":1,"offset":1,"time":…}}})",
      R"({"push":{"channel":"tea","pub":{"data":2,"offset":2,"time":…}}})",
      R"({"push":{"channel":"tea","unsubscribe":{"code":2000,"reason":"unsubscribed"}}})"};
  ASSERT_EQ(ann.heard.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(matches(ann.heard[i], expected[i])) << ann.heard[i] << "\n" << expected[i];
  }
}

TEST_F(CentrifugeTest, ClosesInTheWordsOfTheProtocol) {
  TestConnection& ann = connect();
  const auto code = [&](const hub::Disconnect& disconnect) {
    return ann.dialect->close_words(disconnect).code;
  };
  EXPECT_EQ(code({Errc::shutdown}), 3001);
  EXPECT_EQ(code({Errc::slow_consumer}), 3008);
  EXPECT_EQ(code({Errc::insufficient_state}), 3010);
  EXPECT_EQ(code({Errc::disconnected}), 3503);
  EXPECT_EQ(code({Errc::disconnected, 4321, "so there"}), 4321);
  EXPECT_EQ(code({Errc::ws_message_too_big}), 1009);
  EXPECT_EQ(code({Errc::ws_protocol_error}), 1002);
}

TEST_F(CentrifugeTest, SettlesWhenAllIsAnswered) {
  TestConnection& ann = connect();
  ann.dialect->on_message({false, R"({"id":2,"subscribe":{"channel":"tea"}})"});
  bool settled = false;
  ann.dialect->settle([&] {
    EXPECT_EQ(ann.heard.size(), 1U);
    settled = true;
  });
  EXPECT_FALSE(settled);
  settle();
  EXPECT_TRUE(settled);
}

}  // namespace
}  // namespace parley::dialect
