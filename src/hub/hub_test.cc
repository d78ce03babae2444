// The hub across several shards, stepped in one thread: order, exactness of joining, presence,
// direct messages, and that nothing is left behind. The encoder writes pushes as short words.
#include "hub/hub.h"

#include <gtest/gtest.h>

#include <optional>

#include "hub/encoder.h"
#include "hub/test_broker.h"

namespace parley::hub {
namespace {

struct WordOf {
  std::string operator()(const Publication& p) const {
    return std::string(p.publisher.user) + ":" + std::string(p.payload.data.view());
  }
  std::string operator()(const Membership& m) const {
    std::string text;
    for (const MemberChange& change : m.changes) {
      if (!text.empty()) text += ' ';
      text += (change.joined ? '+' : '-') + std::string(change.client.user) +
              (change.of_user ? "" : "'");
    }
    return text + list(m.members);
  }
  std::string operator()(const Typing& t) const { return t.user + "…"; }
  std::string operator()(const DirectMessage& m) const {
    return m.from + ">" + m.to + ":" + std::string(m.payload.data.view());
  }
  static std::string list(const Members& members) {
    std::string text = "(" + std::to_string(members.count) + ":";
    for (const auto& name : members.names) text += " " + name;
    return text + ")";
  }
};

struct WordEncoder final : Encoder {
  LocalPtr<Frame> encode(const Push& push) override {
    if (quiet && std::holds_alternative<Membership>(push)) return nullptr;
    ++encoded;
    return Frame::join(std::visit(WordOf{}, push), {});
  }
  bool quiet = false;  // tells no joins and leaves
  int encoded = 0;
};

struct RecordingTransport final : Transport {
  void send(const LocalPtr<Frame>& frame) override { words.emplace_back(frame->view()); }
  void close(const Disconnect& disconnect) override { closed = disconnect.reason; }
  std::vector<std::string> words;
  std::optional<Errc> closed;
};

class HubTest : public testing::TestWithParam<std::size_t> {
 protected:
  struct Client final : SessionEvents {
    Client(HubTest& test, std::size_t shard, std::string user)
        : session(test.hub_, shard, transport,
                  {&test.encoders_[shard], &test.quiet_encoders_[shard]}, *this,
                  Identity{Bytes::copy_of(user)}) {}
    void on_subscribed(const std::string& channel, SubscribeReply) override {
      events.push_back("subscribed " + channel);
    }
    void on_unsubscribed(const std::string& channel, Errc reason) override {
      events.push_back(std::string(error_info(reason).name) + " " + channel);
    }
    void on_refreshed(const Refresh&) override { events.push_back("refreshed"); }

    RecordingTransport transport;
    Session session;
    std::vector<std::string>& words = transport.words;
    std::vector<std::string> events;
  };
  using Words = std::vector<std::string>;

  std::size_t shard(std::size_t i) const { return i % shards_.size(); }
  std::unique_ptr<Client> connect(std::size_t i, std::string user) {
    return std::make_unique<Client>(*this, shard(i), std::move(user));
  }
  std::unique_ptr<Client> join(std::size_t i, std::string user, const std::string& room = "tea") {
    auto client = connect(i, std::move(user));
    client->session.subscribe(room, {.join_leave = true},
                              [](Result<SubscribeReply> reply) { ASSERT_TRUE(reply.has_value()); });
    settle();
    return client;
  }
  void publish(Client& client, ByteView text, const std::string& room = "tea",
               PublishOptions options = {}) {
    client.session.publish(room, {PayloadKind::text, Bytes::copy_of(text)}, std::move(options),
                           nullptr);
  }
  void settle() { shards_.run_until_idle(); }
  std::uint64_t open(metrics::Counter up, metrics::Counter down) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      sum += shards_[i].counters().get(up) - shards_[i].counters().get(down);
    }
    return sum;
  }

  static std::vector<ChannelRules> rules() {
    std::vector<ChannelRules> rules(7);
    rules[0].history_size = 10;
    rules[1].name_space = "token";
    rules[1].subscribe = rules[1].publish = Access::token;
    rules[2].name_space = "news";
    rules[2].publish = rules[2].see_presence = rules[2].read_history = Access::backend;
    rules[3].name_space = "live";
    rules[3].history_size = 0;
    rules[3].presence = false;
    rules[4].name_space = "last";
    rules[4].recovery = Recovery::cache;
    rules[5].name_space = "drop";
    rules[5].recovery = Recovery::off;
    rules[5].slow_consumer = SlowConsumer::drop_oldest;
    rules[6].name_space = "small";
    rules[6].message_bytes = 4;
    rules[6].message_rate = 2;
    return rules;
  }

  runtime::ShardSet shards_{GetParam()};
  Hub hub_{shards_,
           {.presence_list = 3,
            .presence_batch = Duration(0),
            .recovery_publications = 5,
            .channels_per_connection = 3,
            .mailbox_messages = 100},
           RuleBook(rules()),
           TestBroker::make};
  std::vector<WordEncoder> encoders_{GetParam()};
  std::vector<WordEncoder> quiet_encoders_ = [] {
    std::vector<WordEncoder> encoders(GetParam());
    for (WordEncoder& encoder : encoders) encoder.quiet = true;
    return encoders;
  }();
};

INSTANTIATE_TEST_SUITE_P(Shards, HubTest, testing::Values(1, 2, 3));

TEST_P(HubTest, EveryoneInTheRoomHearsEachMessageOnceAndInOrder) {
  auto a = join(0, "ann");
  auto b = join(1, "bob");
  auto c = join(2, "cy");
  auto elsewhere = join(1, "dan", "coffee");
  for (auto* client : {&a, &b, &c}) (*client)->words.clear();
  elsewhere->words.clear();
  publish(*a, "1");
  publish(*a, "2");
  settle();
  publish(*b, "3");
  settle();
  const Words expected{"ann:1", "ann:2", "bob:3"};
  EXPECT_EQ(a->words, expected);
  EXPECT_EQ(b->words, expected);
  EXPECT_EQ(c->words, expected);
  EXPECT_TRUE(elsewhere->words.empty());
}

TEST_P(HubTest, AllSubscribersSeeOneOrderWhenPublishersRace) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < 6; ++i) clients.push_back(join(i, "u" + std::to_string(i)));
  for (auto& client : clients) client->words.clear();
  for (int round = 0; round < 20; ++round) {
    for (auto& client : clients) publish(*client, std::to_string(round));
    if (round % 4 == 3) settle();
  }
  ASSERT_EQ(clients[0]->words.size(), 120U);
  for (auto& client : clients) EXPECT_EQ(client->words, clients[0]->words);
}

TEST_P(HubTest, OneEncodingServesAllSubscribersOfAShard) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(join(0, "u" + std::to_string(i)));
  const int before = encoders_[0].encoded;
  publish(*clients[0], "x");
  settle();
  EXPECT_EQ(encoders_[0].encoded, before + 1);
}

TEST_P(HubTest, SenderMayBeLeftOut) {
  auto a = join(0, "ann");
  auto b = join(1, "bob");
  a->words.clear();
  b->words.clear();
  publish(*a, "x", "tea", {.ref = {}, .exclude_self = true});
  settle();
  EXPECT_TRUE(a->words.empty());
  EXPECT_EQ(b->words, Words{"ann:x"});
}

TEST_P(HubTest, PublisherLearnsTheIdThatReceiversSee) {
  auto a = join(0, "ann");
  std::vector<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    a->session.publish(
        "tea", {PayloadKind::text, Bytes::copy_of("x")}, {},
        [&](Result<PublishReply> reply) { ids.push_back(publication_id(reply->position)); });
  }
  settle();
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_TRUE(ids[0].ends_with("-1"));
  EXPECT_TRUE(ids[1].ends_with("-2"));
  EXPECT_EQ(ids[0].substr(0, ids[0].size() - 2), ids[1].substr(0, ids[1].size() - 2));
}

// The reply says at which offset the subscriber came in; what it hears begins right behind.
TEST_P(HubTest, APublicationIsOfNowUnlessItSaysOtherwise) {
  constexpr std::int64_t kLongAgo = 1'000'000;
  for (const std::int64_t time : {kLongAgo, std::int64_t{0}}) {
    hub_.publish(0, {.channel = "tea", .time_ms = time}, {}, {}, nullptr);
  }
  settle();
  std::vector<std::int64_t> times;
  hub_.history(0, "tea", {.limit = 2}, [&](const Result<HistoryPage>& page) {
    ASSERT_TRUE(page.has_value());
    for (const Publication& publication : page->publications) times.push_back(publication.time_ms);
  });
  settle();
  ASSERT_EQ(times.size(), 2);
  EXPECT_EQ(times[0], kLongAgo);
  EXPECT_LT(wall_time_ms() - times[1], 60'000);
}

TEST_P(HubTest, JoiningIsExactWhileOthersPublish) {
  auto publisher = join(0, "pub");
  for (int round = 0; round < 10; ++round) {
    auto late = connect(static_cast<std::size_t>(round), "late");
    std::uint64_t joined_at = 0;
    publish(*publisher, "before");
    late->session.subscribe(
        "tea", {}, [&](Result<SubscribeReply> reply) { joined_at = reply->position.offset; });
    publish(*publisher, "after");
    settle();
    publish(*publisher, "last");
    settle();
    std::uint64_t heard = 0;
    for (const auto& word : late->words) heard += word.starts_with("pub:") ? 1 : 0;
    EXPECT_EQ(joined_at + heard, static_cast<std::uint64_t>(3 * (round + 1)));
  }
}

TEST_P(HubTest, PresenceCountsUsersNotConnections) {
  auto ann = join(0, "ann");
  auto bob_phone = join(1, "bob");
  auto bob_desk = join(2, "bob");
  EXPECT_EQ(ann->words, (Words{"+ann(1: ann)", "+bob(2: ann bob)", "+bob'(2: ann bob)"}));
  ann->words.clear();
  bob_phone.reset();
  settle();
  EXPECT_EQ(ann->words, Words{"-bob'(2: ann bob)"});
  bob_desk.reset();
  settle();
  EXPECT_EQ(ann->words.back(), "-bob(1: ann)");
}

TEST_P(HubTest, LongMemberListsAreCountedNotListed) {
  std::vector<std::unique_ptr<Client>> clients;
  for (const char* user : {"a", "b", "c", "d"}) clients.push_back(join(0, user));
  EXPECT_EQ(clients[0]->words.back(), "+d(4:)");
  Members members;
  clients[0]->session.members("tea", [&](Result<Members> all) { members = *all; });
  settle();
  EXPECT_EQ(members.names, (Words{"a", "b", "c"}));  // as many as the limit allows
  EXPECT_EQ(members.count, 4U);
}

TEST_P(HubTest, TypingReachesTheOthers) {
  auto a = join(0, "ann");
  auto b = join(1, "bob");
  a->words.clear();
  b->words.clear();
  a->session.typing("tea");
  settle();
  EXPECT_TRUE(a->words.empty());
  EXPECT_EQ(b->words, Words{"ann…"});
}

TEST_P(HubTest, DirectMessageReachesEveryConnectionOfTheUserAndNobodyElse) {
  auto ann = join(0, "ann");
  auto phone = join(1, "bob");
  auto desk = join(2, "bob", "coffee");
  auto cy = join(2, "cy");
  for (auto* client : {&ann, &phone, &desk, &cy}) (*client)->words.clear();
  std::optional<Result<PublishReply>> reply;
  ann->session.send_to_user("bob", {PayloadKind::text, Bytes::copy_of("psst")}, "",
                            [&](Result<PublishReply> r) { reply = r; });
  settle();
  EXPECT_EQ(phone->words, Words{"ann>bob:psst"});
  EXPECT_EQ(desk->words, Words{"ann>bob:psst"});
  EXPECT_TRUE(ann->words.empty());
  EXPECT_TRUE(cy->words.empty());
  ASSERT_TRUE(reply.has_value());
  EXPECT_TRUE(reply->has_value());
}

TEST_P(HubTest, DirectMessageToNobodyIsAnError) {
  auto ann = join(0, "ann");
  std::optional<Result<PublishReply>> reply;
  ann->session.send_to_user("nobody", {}, "", [&](Result<PublishReply> r) { reply = r; });
  settle();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->error(), Errc::user_not_connected);
}

TEST_P(HubTest, RepliesToASessionThatLeftAreDropped) {
  auto gone = connect(0, "gone");
  bool called = false;
  gone->session.subscribe("tea", {}, [&](Result<SubscribeReply>) { called = true; });
  gone->session.members("tea", [&](Result<Members>) { called = true; });
  gone->session.send_to_user("x", {}, "", [&](Result<PublishReply>) { called = true; });
  gone.reset();
  settle();
  EXPECT_FALSE(called);
  auto next = join(0, "next");  // takes the same slot
  EXPECT_EQ(next->words, Words{"+next(1: next)"});
}

TEST_P(HubTest, NothingIsLeftWhenAllHaveGone) {
  using metrics::Counter;
  {
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < 30; ++i) {
      clients.push_back(join(i, "u" + std::to_string(i % 7), "room" + std::to_string(i % 5)));
    }
    EXPECT_EQ(open(Counter::sessions_opened, Counter::sessions_closed), 30U);
  }
  settle();
  EXPECT_EQ(open(Counter::sessions_opened, Counter::sessions_closed), 0U);
  EXPECT_EQ(open(Counter::channels_opened, Counter::channels_closed), 0U);
  EXPECT_EQ(open(Counter::subscriptions_opened, Counter::subscriptions_closed), 0U);
}

TEST_P(HubTest, EmptyRoomBeginsANewEpoch) {
  std::vector<std::string> ids;
  for (int i = 0; i < 2; ++i) {
    auto a = join(0, "ann");
    a->session.publish("tea", {}, {},
                       [&](Result<PublishReply> r) { ids.push_back(publication_id(r->position)); });
    settle();
    a.reset();
    settle();
  }
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_NE(ids[0], ids[1]);
}

TEST_P(HubTest, ReturningClientGetsWhatItMissedAndThenTheRest) {
  auto ann = join(0, "ann");
  auto bob = connect(1, "bob");
  SubscribeReply first;
  bob->session.subscribe("tea", {}, [&](Result<SubscribeReply> reply) { first = *reply; });
  settle();
  EXPECT_TRUE(first.recoverable);
  bob.reset();
  for (const char* text : {"1", "2", "3"}) publish(*ann, text);
  auto back = connect(2, "bob");
  SubscribeReply reply;
  back->session.subscribe("tea", {.since = first.position},
                          [&](Result<SubscribeReply> result) { reply = *result; });
  publish(*ann, "4");
  settle();
  EXPECT_TRUE(reply.recovered);
  // What is not in the reply is live: each exactly once, whichever way the race went.
  ASSERT_EQ(reply.publications.size() + back->words.size(), 4U);
  std::uint64_t offset = first.position.offset;
  for (const Publication& publication : reply.publications) {
    EXPECT_EQ(publication.position.offset, ++offset);
  }
  EXPECT_EQ(reply.position.offset, offset);
}

TEST_P(HubTest, RulesOrGrantDecideWhetherASubscriptionRecovers) {
  const auto recoverable = [&](const std::string& channel, SubscribeOptions options) {
    auto client = connect(0, "ann");
    bool answer = false;
    client->session.subscribe(channel, std::move(options),
                              [&](Result<SubscribeReply> reply) { answer = reply->recoverable; });
    settle();
    return answer;
  };
  EXPECT_TRUE(recoverable("tea", {}));
  EXPECT_FALSE(recoverable("drop:x", {}));
  EXPECT_TRUE(recoverable("drop:x", {.grant = Grant{.recovers = true}}));
  EXPECT_FALSE(recoverable("tea", {.grant = Grant{.recovers = false}}));
  EXPECT_FALSE(recoverable("live:x", {.grant = Grant{.recovers = true}}));  // nothing is kept
}

TEST_P(HubTest, RecoveryFailsHonestly) {
  auto ann = join(0, "ann");
  StreamPosition start;
  ann->session.history("tea", {}, [&](Result<HistoryPage> page) { start = page->top; });
  settle();
  for (int i = 0; i < 6; ++i) publish(*ann, "x");  // one more than may be recovered at once
  settle();
  const auto attempt = [&](StreamPosition since) {
    auto bob = connect(1, "bob");
    SubscribeReply reply;
    bob->session.subscribe("tea", {.since = std::move(since)},
                           [&](Result<SubscribeReply> result) { reply = *result; });
    settle();
    return reply;
  };
  EXPECT_FALSE(attempt(start).recovered);
  EXPECT_TRUE(attempt(start).publications.empty());
  EXPECT_FALSE(attempt({3, "another epoch"}).recovered);
  EXPECT_FALSE(attempt({7, start.epoch}).recovered);  // from the future
  EXPECT_TRUE(attempt({1, start.epoch}).recovered);
  EXPECT_TRUE(attempt({3, ""}).recovered);  // a client that never saw an epoch
  EXPECT_EQ(attempt({6, start.epoch}).publications.size(), 0U);
  for (int i = 0; i < 9; ++i) publish(*ann, "y");  // the history holds ten
  settle();
  EXPECT_FALSE(attempt({4, start.epoch}).recovered);
}

TEST_P(HubTest, NewestPublicationIsEnoughWhereTheRulesSaySo) {
  auto ann = join(0, "ann", "last:price");
  for (const char* text : {"1", "2", "3"}) publish(*ann, text, "last:price");
  settle();
  auto bob = connect(1, "bob");
  SubscribeReply reply;
  bob->session.subscribe("last:price", {.since = StreamPosition{0, ""}},
                         [&](Result<SubscribeReply> result) { reply = *result; });
  settle();
  EXPECT_TRUE(reply.recovered);
  ASSERT_EQ(reply.publications.size(), 1U);
  EXPECT_EQ(reply.publications[0].payload.data.view(), "3");
}

TEST_P(HubTest, AuthorsAreNotToldTheirOwnWordsWhenTheyRecover) {
  auto ann = join(0, "ann");
  const ConnectionId origin = ConnectionId::random();
  Identity identity{Bytes::copy_of("bob")};
  identity.origin = origin;
  RecordingTransport transport;
  StreamPosition start;
  {
    Session bob(hub_, shard(1), transport, {&encoders_[shard(1)], &encoders_[shard(1)]}, *ann,
                identity);
    bob.subscribe("tea", {}, [&](Result<SubscribeReply> reply) { start = reply->position; });
    settle();
    bob.publish("tea", {PayloadKind::text, Bytes::copy_of("mine")}, {.exclude_self = true},
                nullptr);
    settle();
  }
  publish(*ann, "hers");
  settle();
  Session back(hub_, shard(2), transport, {&encoders_[shard(2)], &encoders_[shard(2)]}, *ann,
               identity);
  SubscribeReply reply;
  back.subscribe("tea", {.since = start}, [&](Result<SubscribeReply> result) { reply = *result; });
  settle();
  EXPECT_TRUE(reply.recovered);
  ASSERT_EQ(reply.publications.size(), 1U);
  EXPECT_EQ(reply.publications[0].payload.data.view(), "hers");
}

TEST_P(HubTest, RulesOfTheChannelBindEveryClient) {
  auto ann = connect(0, "ann");
  const auto subscribe = [&](const std::string& channel, SubscribeOptions options = {}) {
    std::optional<Errc> refused;
    ann->session.subscribe(channel, std::move(options), [&](Result<SubscribeReply> reply) {
      refused = reply.has_value() ? Errc{} : reply.error();
    });
    settle();
    return refused;
  };
  EXPECT_EQ(subscribe("unheard:of"), Errc::unknown_namespace);
  EXPECT_EQ(subscribe(""), Errc::bad_room_name);
  EXPECT_EQ(subscribe("token:room"), Errc::permission_denied);
  EXPECT_EQ(subscribe("$tea"), Errc::permission_denied);
  EXPECT_EQ(subscribe("dialog#bob,cy"), Errc::permission_denied);
  EXPECT_EQ(subscribe("dialog#bob,ann"), Errc{});
  EXPECT_EQ(subscribe("#ann"), Errc{});
  EXPECT_EQ(subscribe("#ann"), Errc::already_subscribed);
  EXPECT_EQ(subscribe("token:room", {.grant = Grant{}}), Errc{});
  EXPECT_EQ(subscribe("tea"), Errc::too_many_channels);
  EXPECT_TRUE(ann->session.unsubscribe("#ann"));
  EXPECT_FALSE(ann->session.unsubscribe("#ann"));
  EXPECT_EQ(subscribe("news:today"), Errc{});
}

TEST_P(HubTest, RightsToPublishAndToSeeAreTheChannels) {
  auto ann = connect(0, "ann");
  auto bob = join(1, "bob", "news:today");
  const auto published = [&](Client& client, const std::string& channel, ByteView text = "x") {
    std::optional<Errc> result;
    client.session.publish(
        channel, {PayloadKind::text, Bytes::copy_of(text)}, {},
        [&](Result<PublishReply> reply) { result = reply.has_value() ? Errc{} : reply.error(); });
    settle();
    return result;
  };
  EXPECT_EQ(published(*ann, "tea"), Errc::permission_denied);  // not subscribed
  EXPECT_EQ(published(*bob, "news:today"), Errc::permission_denied);
  EXPECT_EQ(published(*ann, "unheard:of"), Errc::unknown_namespace);
  std::optional<Errc> seen;
  bob->session.presence_stats("news:today",
                              [&](Result<PresenceStats> stats) { seen = stats.error(); });
  EXPECT_EQ(seen, Errc::permission_denied);
  auto cy = join(0, "cy", "small:talk");
  EXPECT_EQ(published(*cy, "small:talk", "hello"), Errc::payload_too_big);
  EXPECT_EQ(published(*cy, "small:talk"), Errc{});
  EXPECT_EQ(published(*cy, "small:talk"), Errc{});
  EXPECT_EQ(published(*cy, "small:talk"), Errc::too_many_requests);
}

TEST_P(HubTest, WhatMayNotBeSeenIsNotToldWithTheSubscription) {
  auto ann = connect(0, "ann");
  std::optional<Result<SubscribeReply>> reply;
  const auto keep = [&](Result<SubscribeReply> result) { reply = std::move(result); };
  ann->session.subscribe("news:today", {.recent = 5}, keep);
  settle();
  EXPECT_EQ(reply->error(), Errc::permission_denied);
  ann->session.subscribe("news:today", {.members = true}, keep);
  settle();
  ASSERT_TRUE(reply->has_value());
  EXPECT_EQ((*reply)->members.count, 0U);
  std::optional<Errc> refused;
  ann->session.members("news:today", [&](Result<Members> members) { refused = members.error(); });
  EXPECT_EQ(refused, Errc::permission_denied);
}

TEST_P(HubTest, WhoSpeaksBeforeTheOwnerHasAnsweredIsHeard) {
  auto bob = join(1, "bob");
  bob->words.clear();
  auto ann = connect(0, "ann");
  ann->session.subscribe("tea", {}, nullptr);
  publish(*ann, "early");
  settle();
  EXPECT_EQ(ann->words, Words{"ann:early"});
  EXPECT_EQ(bob->words, (Words{"+ann(2: ann bob)", "ann:early"}));
}

TEST_P(HubTest, PresenceNamesEveryConnection) {
  auto ann = join(0, "ann");
  auto phone = join(1, "bob");
  auto desk = join(2, "bob");
  std::vector<ClientInfo> clients;
  PresenceStats stats;
  ann->session.presence("tea", [&](Result<std::vector<ClientInfo>> all) { clients = *all; });
  ann->session.presence_stats("tea", [&](Result<PresenceStats> all) { stats = *all; });
  settle();
  EXPECT_EQ(clients.size(), 3U);
  EXPECT_EQ(stats.clients, 3U);
  EXPECT_EQ(stats.users, 2U);
  std::optional<Errc> refused;
  auto quiet = join(0, "cy", "live:stream");
  quiet->session.presence("live:stream",
                          [&](Result<std::vector<ClientInfo>> all) { refused = all.error(); });
  settle();
  EXPECT_EQ(refused, Errc::not_available);
}

TEST_P(HubTest, WhoDoesNotAskHearsNothingOfComingAndGoing) {
  auto ann = connect(0, "ann");
  ann->session.subscribe("tea", {}, nullptr);
  settle();
  auto bob = join(1, "bob");
  publish(*bob, "hello");
  settle();
  EXPECT_EQ(ann->words, Words{"bob:hello"});
}

TEST_P(HubTest, SecondPublicationWithTheSameKeyIsAnsweredNotRepeated) {
  auto ann = join(0, "ann");
  auto bob = join(1, "bob");
  bob->words.clear();
  std::vector<StreamPosition> positions;
  for (const char* key : {"k", "k", "other"}) {
    ann->session.publish("tea", {PayloadKind::text, Bytes::copy_of("x")}, {.idempotency_key = key},
                         [&](Result<PublishReply> reply) { positions.push_back(reply->position); });
  }
  settle();
  ASSERT_EQ(positions.size(), 3U);
  EXPECT_EQ(positions[0], positions[1]);
  EXPECT_NE(positions[0], positions[2]);
  EXPECT_EQ(bob->words, (Words{"ann:x", "ann:x"}));
}

TEST_P(HubTest, BackEndActsOnTheConnectionsOfAUser) {
  auto phone = join(0, "bob");
  auto desk = join(1, "bob");
  auto ann = join(2, "ann");
  std::size_t reached = 0;
  const auto count = [&](Result<std::size_t> all) { reached = *all; };
  hub_.for_connections(
      0, {"bob"},
      [](Session& session) {
        session.subscribe("news:today", {.grant = Grant{}},
                          [&session](Result<SubscribeReply> reply) {
                            session.events().on_subscribed("news:today", *reply);
                          });
      },
      count);
  settle();
  EXPECT_EQ(reached, 2U);
  EXPECT_EQ(phone->events, Words{"subscribed news:today"});
  EXPECT_TRUE(desk->session.is_subscribed("news:today"));
  hub_.for_connections(
      shard(1), {"bob", phone->session.identity().id},
      [](Session& session) { session.transport().close({Errc::disconnected}); }, count);
  settle();
  EXPECT_EQ(reached, 1U);
  EXPECT_EQ(phone->transport.closed, Errc::disconnected);
  EXPECT_FALSE(desk->transport.closed.has_value());
  EXPECT_FALSE(ann->transport.closed.has_value());
}

TEST_P(HubTest, UnsubscribingWhileTheOwnerIsAskedHolds) {
  auto ann = connect(0, "ann");
  std::optional<Errc> told;
  ann->session.subscribe("tea", {}, [&](Result<SubscribeReply> reply) {
    told = reply.has_value() ? Errc{} : reply.error();
  });
  EXPECT_TRUE(ann->session.unsubscribe("tea"));
  std::optional<Errc> again;
  ann->session.subscribe("tea", {}, [&](Result<SubscribeReply> reply) {
    again = reply.has_value() ? Errc{} : reply.error();
  });
  settle();
  EXPECT_EQ(told, Errc::unsubscribed);
  EXPECT_EQ(again, Errc{});
  EXPECT_TRUE(ann->session.is_subscribed("tea"));
  ann.reset();
  settle();
  EXPECT_EQ(open(metrics::Counter::subscriptions_opened, metrics::Counter::subscriptions_closed),
            0U);
}

TEST_P(HubTest, CountsWhatIsThere) {
  auto phone = join(0, "bob");
  auto desk = join(1, "bob", "coffee");
  HubInfo info;
  std::vector<ChannelInfo> channels;
  hub_.info(0, [&](Result<HubInfo> all) { info = *all; });
  hub_.channels(shard(1), [&](Result<std::vector<ChannelInfo>> all) { channels = *all; });
  settle();
  EXPECT_EQ(info.clients, 2U);
  EXPECT_EQ(info.users, 1U);
  EXPECT_EQ(info.channels, 2U);
  EXPECT_EQ(channels.size(), 2U);
}

TEST_P(HubTest, FullQueueOfAnOwnerIsToldToThePublisher) {
  if (shards_.size() == 1) GTEST_SKIP() << "a lone shard has no queue between shards";
  const std::size_t owner = shards_.owner_of("tea");
  auto a = join(owner + 1, "ann");
  int refused = 0;
  for (int i = 0; i < 150; ++i) {
    a->session.publish("tea", {}, {}, [&](Result<PublishReply> reply) {
      refused += !reply.has_value() && reply.error() == Errc::overloaded ? 1 : 0;
    });
  }
  settle();
  EXPECT_EQ(refused, 50);
}

// With a pause between pushes of who comes and goes.
class MembershipBatches : public testing::Test {
 protected:
  struct Client final : SessionEvents {
    Client(MembershipBatches& test, std::string user, bool members = false)
        : session(test.hub_, 0, transport, {&test.encoder_, &test.encoder_}, *this,
                  Identity{Bytes::copy_of(user)}) {
      session.subscribe(
          "tea", {.members = members, .join_leave = true},
          [this](Result<SubscribeReply> reply) { list = WordOf::list(reply->members); });
      test.shards_.run_until_idle();
    }
    void on_subscribed(const std::string&, SubscribeReply) override {}
    void on_unsubscribed(const std::string&, Errc) override {}
    void on_refreshed(const Refresh&) override {}
    RecordingTransport transport;
    Session session;
    std::string list;
  };
  void wait_for(const Client& client, std::size_t words) {
    const TimePoint late = Clock::now() + std::chrono::seconds(20);
    while (client.transport.words.size() < words && Clock::now() < late) shards_[0].turn();
    EXPECT_EQ(client.transport.words.size(), words);
  }

  runtime::ShardSet shards_{1};
  Hub hub_{shards_, {.presence_batch = Duration(150)}, RuleBook(), TestBroker::make};
  WordEncoder encoder_;
};

TEST_F(MembershipBatches, TheFirstChangeIsToldAtOnceTheRestTogether) {
  Client ann(*this, "ann");
  EXPECT_EQ(ann.transport.words, std::vector<std::string>{"+ann(1: ann)"});
  Client bob(*this, "bob");
  Client cy(*this, "cy");
  EXPECT_EQ(ann.transport.words.size(), 1U);
  wait_for(ann, 2);
  EXPECT_EQ(ann.transport.words.back(), "+bob +cy(3: ann bob cy)");
}

TEST_F(MembershipBatches, WhoOnlyCameBackIsNoNewsOfAUser) {
  Client ann(*this, "ann");
  auto phone = std::make_unique<Client>(*this, "bob");
  wait_for(ann, 2);
  phone.reset();
  phone = std::make_unique<Client>(*this, "bob");
  wait_for(ann, 3);
  EXPECT_EQ(ann.transport.words.back(), "-bob' +bob'(2: ann bob)");
}

TEST_F(MembershipBatches, WhoWasGivenTheListMeanwhileIsToldOfTheReturn) {
  Client ann(*this, "ann");
  auto bob = std::make_unique<Client>(*this, "bob");
  wait_for(ann, 2);
  bob.reset();
  const Client cy(*this, "cy", true);
  EXPECT_EQ(cy.list, "(2: ann cy)");
  bob = std::make_unique<Client>(*this, "bob");
  wait_for(ann, 3);
  EXPECT_EQ(ann.transport.words.back(), "-bob +cy +bob(3: ann bob cy)");
}

TEST_F(MembershipBatches, WhoWasGivenTheListMeanwhileIsToldThatSomebodyWent) {
  Client ann(*this, "ann");
  Client dan(*this, "dan");
  wait_for(ann, 2);
  auto bob = std::make_unique<Client>(*this, "bob");
  std::optional<Members> asked;
  dan.session.members("tea", [&](Result<Members> members) { asked = *members; });
  shards_.run_until_idle();
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(WordOf::list(*asked), "(3: ann bob dan)");
  bob.reset();
  wait_for(ann, 3);
  EXPECT_EQ(ann.transport.words.back(), "+bob -bob(2: ann dan)");
}

TEST_F(MembershipBatches, OnesOwnListIsNoReasonToTellThatOneCameBack) {
  Client ann(*this, "ann");
  auto bob = std::make_unique<Client>(*this, "bob", true);
  wait_for(ann, 2);
  bob.reset();
  bob = std::make_unique<Client>(*this, "bob", true);
  EXPECT_EQ(bob->list, "(2: ann bob)");
  wait_for(ann, 3);
  EXPECT_EQ(ann.transport.words.back(), "-bob' +bob'(2: ann bob)");
}

}  // namespace
}  // namespace parley::hub
