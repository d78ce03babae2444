// The guarantees of hub/broker.h, as a suite that every broker passes. Answers may come later: the
// suite runs the shard, and waits for the answers of other threads, until all have come.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "broker/brokers.h"
#include "broker/sqlite_store.h"
#include "runtime/shard_set.h"

namespace parley::broker {
namespace {

using hub::ChannelRules;
using hub::HistoryPage;
using hub::HistoryQuery;
using hub::Publication;
using hub::StreamPosition;

struct Case {
  const char* name;
  bool durable;
  std::size_t history_bytes = 64 << 20;
};

class BrokerTest : public testing::TestWithParam<Case> {
 protected:
  BrokerTest() {
    rules_.history_size = 5;
    rules_.durable = GetParam().durable;
    if (GetParam().durable) {
      std::string folder = testing::TempDir() + "parley-broker-XXXXXX";
      CHECK(::mkdtemp(folder.data()) != nullptr);
      folder_ = folder;
      open_store();
    } else {
      broker_ = make_memory_broker({GetParam().history_bytes});
      listen();
    }
  }
  ~BrokerTest() override {
    broker_.reset();
    store_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  void open_store() {
    broker_.reset();
    store_.reset();
    std::string why;
    auto opened = SqliteStore::open({.path = folder_ + "/test.db", .full_sync = false}, why);
    ASSERT_TRUE(opened.has_value()) << why;
    store_ = std::move(*opened);
    broker_ = make_durable_broker(shards_[0], *store_, {GetParam().history_bytes});
    listen();
  }
  void listen() {
    broker_->set_on_publication(
        [this](Publication publication) { seen_.push_back(std::move(publication)); });
  }

  // Runs the shard until `done` holds.
  void wait(const std::function<bool()>& done) {
    while (!done()) {
      shards_.run_until_idle();
      std::this_thread::yield();
    }
  }

  Result<StreamPosition> publish(const std::string& channel, ByteView data,
                                 hub::PublishTerms terms = {}) {
    Publication publication;
    publication.channel = channel;
    publication.payload.data = Bytes::copy_of(data);
    publication.time_ms = wall_time_ms();
    std::optional<Result<StreamPosition>> given;
    broker_->publish(rules_, std::move(publication), std::move(terms),
                     [&](Result<StreamPosition> position) { given = std::move(position); });
    wait([&] { return given.has_value(); });
    return *given;
  }
  HistoryPage read(const std::string& channel, HistoryQuery query = {}) {
    std::optional<Result<HistoryPage>> page;
    broker_->read(rules_, channel, std::move(query),
                  [&](Result<HistoryPage> answer) { page = std::move(answer); });
    wait([&] { return page.has_value(); });
    EXPECT_TRUE(page->has_value());
    return **page;
  }
  static std::string words(const HistoryPage& page) {
    std::string text;
    for (const Publication& publication : page.publications) {
      text += std::string(publication.payload.data.view()) +
              std::to_string(publication.position.offset) + ' ';
    }
    return text;
  }

  runtime::ShardSet shards_{1};
  ChannelRules rules_;
  std::string folder_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<hub::Broker> broker_;
  std::vector<Publication> seen_;
};

INSTANTIATE_TEST_SUITE_P(Brokers, BrokerTest,
                         testing::Values(Case{"Memory", false}, Case{"Sqlite", true}),
                         [](const auto& test) { return test.param.name; });

TEST_P(BrokerTest, NumbersEachChannelFromOneWithoutGap) {
  for (std::uint64_t i = 1; i <= 8; ++i) {
    EXPECT_EQ(publish("a", "x")->offset, i);
    EXPECT_EQ(publish("b", "x")->offset, i);
  }
  EXPECT_EQ(read("a").top.offset, 8U);
}

TEST_P(BrokerTest, NumbersInTheOrderOfTheCalls) {
  std::vector<std::uint64_t> offsets;
  for (int i = 0; i < 50; ++i) {
    Publication publication;
    publication.channel = "a";
    publication.payload.data = Bytes::copy_of(std::to_string(i));
    publication.time_ms = wall_time_ms();
    broker_->publish(rules_, std::move(publication), {},
                     [&](Result<StreamPosition> position) { offsets.push_back(position->offset); });
  }
  wait([&] { return offsets.size() == 50; });
  ASSERT_EQ(seen_.size(), 50U);
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(offsets[i], i + 1);
    EXPECT_EQ(seen_[i].position.offset, i + 1);
    EXPECT_EQ(seen_[i].payload.data.view(), std::to_string(i));
    EXPECT_EQ(seen_[i].position.epoch, seen_[0].position.epoch);
  }
}

TEST_P(BrokerTest, PositionBeforeTheFirstPublicationHasTheSameEpoch) {
  const StreamPosition before = read("a").top;
  EXPECT_EQ(before.offset, 0U);
  EXPECT_FALSE(before.epoch.empty());
  EXPECT_EQ(publish("a", "x")->epoch, before.epoch);
}

// What a reader is told and what is handed on from then on meet without gap and without overlap.
TEST_P(BrokerTest, ReadingIsExactWhileOthersPublish) {
  std::uint64_t read_at = 0;
  std::size_t seen_before = 0;
  int answers = 0;
  const auto send = [&] {
    Publication publication;
    publication.channel = "a";
    publication.time_ms = wall_time_ms();
    broker_->publish(rules_, std::move(publication), {},
                     [&](Result<StreamPosition>) { ++answers; });
  };
  for (int i = 0; i < 3; ++i) send();
  broker_->read(rules_, "a", {}, [&](Result<HistoryPage> page) {
    read_at = page->top.offset;
    seen_before = seen_.size();
    ++answers;
  });
  for (int i = 0; i < 3; ++i) send();
  wait([&] { return answers == 7; });
  EXPECT_EQ(read_at, seen_before);
  ASSERT_EQ(seen_.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(seen_[i].position.offset, i + 1);
}

TEST_P(BrokerTest, HistoryHoldsTheNewest) {
  for (const char* word : {"a", "b", "c", "d", "e", "f", "g"}) publish("x", word);
  EXPECT_EQ(words(read("x", {.limit = 100})), "c3 d4 e5 f6 g7 ");
  EXPECT_EQ(words(read("x", {.limit = 2})), "c3 d4 ");
  EXPECT_EQ(words(read("x", {.limit = 2, .reverse = true})), "g7 f6 ");
  EXPECT_EQ(words(read("x", {.limit = 0})), "");
}

TEST_P(BrokerTest, HistorySinceAPosition) {
  StreamPosition at;
  for (const char* word : {"a", "b", "c", "d", "e", "f", "g"}) at = *publish("x", word);
  const auto since = [&](std::uint64_t offset, const std::string& epoch) {
    return read("x", {.since = StreamPosition{offset, epoch}, .limit = 100});
  };
  EXPECT_EQ(words(since(5, at.epoch)), "f6 g7 ");
  EXPECT_EQ(words(since(5, "")), "f6 g7 ");
  EXPECT_TRUE(since(5, at.epoch).complete);
  EXPECT_TRUE(since(2, at.epoch).complete);
  EXPECT_TRUE(since(7, at.epoch).complete);
  EXPECT_FALSE(since(1, at.epoch).complete);  // "b" is gone
  EXPECT_FALSE(since(8, at.epoch).complete);  // not written yet
  EXPECT_FALSE(since(5, "another").complete);
  EXPECT_EQ(words(read("x", {.since = StreamPosition{6, at.epoch}, .limit = 2, .reverse = true})),
            "e5 d4 ");
}

TEST_P(BrokerTest, ClearingKeepsThePosition) {
  StreamPosition at;
  for (int i = 0; i < 3; ++i) at = *publish("a", "x");
  std::optional<Result<StreamPosition>> cleared;
  broker_->clear(rules_, "a", [&](Result<StreamPosition> top) { cleared = std::move(top); });
  wait([&] { return cleared.has_value(); });
  EXPECT_EQ(**cleared, at);
  EXPECT_EQ(words(read("a", {.limit = 100})), "");
  EXPECT_FALSE(read("a", {.since = StreamPosition{1, at.epoch}, .limit = 100}).complete);
  EXPECT_EQ(publish("a", "y")->offset, 4U);
}

TEST_P(BrokerTest, OutsideOfTheHistoryThereIsNoOffset) {
  publish("a", "x");
  const StreamPosition position = *publish("a", "live", {.skip_history = true});
  EXPECT_EQ(position.offset, 0U);
  EXPECT_FALSE(position.epoch.empty());
  EXPECT_EQ(seen_.size(), 2U);
  EXPECT_EQ(words(read("a", {.limit = 100})), "x1 ");
}

TEST_P(BrokerTest, OlderVersionsAreDropped) {
  EXPECT_EQ(publish("a", "two", {.version = 2, .version_epoch = "e"})->offset, 1U);
  EXPECT_EQ(publish("a", "one", {.version = 1, .version_epoch = "e"})->offset, 1U);
  EXPECT_EQ(publish("a", "two", {.version = 2, .version_epoch = "e"})->offset, 1U);
  EXPECT_EQ(publish("a", "new", {.version = 1, .version_epoch = "f"})->offset, 2U);
  EXPECT_EQ(seen_.size(), 2U);
}

TEST_P(BrokerTest, EntriesExpire) {
  rules_.history_ttl = Duration(60'000);
  const StreamPosition at = *publish("a", "x");
  broker_->hold("a");
  broker_->sweep(Clock::now() + Duration(61'000));
  EXPECT_EQ(words(read("a", {.limit = 100})), "");
  EXPECT_EQ(read("a").top, at);  // held: the position stays
}

TEST_P(BrokerTest, OffsetsRestartOnlyWithANewEpoch) {
  const StreamPosition old = *publish("a", "x");
  broker_->hold("a");
  broker_->release("a");
  broker_->sweep(Clock::now() + std::chrono::hours(1));
  const StreamPosition fresh = *publish("a", "x");
  if (GetParam().durable) {
    EXPECT_EQ(fresh.offset, 2U);
    EXPECT_EQ(fresh.epoch, old.epoch);
  } else {
    EXPECT_EQ(fresh.offset, 1U);
    EXPECT_NE(fresh.epoch, old.epoch);
  }
}

// A client that subscribed before the first publication may come back and recover it.
TEST_P(BrokerTest, AnEmptyStreamOutlivesItsLastSubscriberForAWhile) {
  const StreamPosition at = read("a").top;
  broker_->hold("a");
  broker_->release("a");
  broker_->sweep(Clock::now());
  EXPECT_EQ(publish("a", "x")->epoch, at.epoch);
}

TEST_P(BrokerTest, NothingIsWatchedWhenNothingIsLeft) {
  publish("a", "x");
  EXPECT_TRUE(broker_->sweep(Clock::now()));
  EXPECT_FALSE(broker_->sweep(Clock::now() + std::chrono::hours(1)));
}

TEST(MemoryBroker, LongQuietStreamsLoseTheirOldestWhenMemoryIsFull) {
  const auto broker = make_memory_broker({.history_bytes = 4096});
  std::size_t delivered = 0;
  broker->set_on_publication([&](Publication) { ++delivered; });
  ChannelRules rules;
  const auto fill = [&](const std::string& channel, int count) {
    for (int i = 0; i < count; ++i) {
      Publication publication;
      publication.channel = channel;
      publication.payload.data = Bytes::copy_of(std::string(100, 'x'));
      broker->publish(rules, std::move(publication), {}, nullptr);
    }
  };
  fill("quiet", 5);
  fill("busy", 200);
  EXPECT_EQ(delivered, 205U);
  std::size_t kept = 0;
  broker->read(rules, "quiet", {StreamPosition{0, ""}, 100}, [&](Result<HistoryPage> page) {
    EXPECT_EQ(page->top.offset, 5U);
    EXPECT_FALSE(page->complete);
    kept += page->publications.size();
  });
  broker->read(rules, "busy", {std::nullopt, 1000, true}, [&](Result<HistoryPage> page) {
    EXPECT_EQ(page->publications.front().position.offset, 200U);
    kept += page->publications.size();
  });
  EXPECT_LT(kept, 20U);
  EXPECT_GT(kept, 5U);
}

TEST(MemoryBroker, ChannelWithoutHistoryIsLostWithItsLastSubscriber) {
  const auto broker = make_memory_broker();
  broker->set_on_publication([](Publication) {});
  ChannelRules rules;
  rules.history_size = 0;
  broker->hold("a");
  broker->publish(rules, {.channel = "a"}, {}, nullptr);
  broker->release("a");
  EXPECT_FALSE(broker->sweep(Clock::now()));
}

class DurableBroker : public BrokerTest {};
INSTANTIATE_TEST_SUITE_P(Brokers, DurableBroker, testing::Values(Case{"Sqlite", true}),
                         [](const auto& test) { return test.param.name; });

TEST_P(DurableBroker, GoesOnAfterARestart) {
  const StreamPosition before = *publish("a", "x");
  open_store();
  EXPECT_EQ(words(read("a", {.limit = 100})), "x1 ");
  EXPECT_EQ(read("a").top, before);
  EXPECT_EQ(*publish("a", "y"), (StreamPosition{2, before.epoch}));
}

TEST_P(DurableBroker, ChannelsThatAreNotDurableLiveInMemory) {
  rules_.durable = false;
  const StreamPosition before = *publish("a", "x");
  open_store();
  rules_.durable = false;
  const StreamPosition after = *publish("a", "x");
  EXPECT_EQ(after.offset, 1U);
  EXPECT_NE(after.epoch, before.epoch);
}

}  // namespace
}  // namespace parley::broker
