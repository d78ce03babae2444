#include "broker/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>
#include <vector>

#include "broker/test_store.h"

namespace parley::broker {
namespace {

using testing::HasSubstr;

std::int64_t g_now_ms = 0;

class SqliteStoreTest : public testing::Test {
 protected:
  void reopen() {
    store_.reset();
    store_ = open_store(options_);
  }
  // Of the closed file.
  std::string query(const std::string& sql) {
    store_.reset();
    return broker::query(options_.path, sql);
  }

  // The store's thread stands still in a callback until release().
  void hold() {
    store_->load("held", kKeepAll, [this](auto) {
      held_.set_value();
      released_.get_future().wait();
    });
    held_.get_future().wait();
  }
  void release() { released_.set_value(); }

  TestFolder folder_;
  StoreOptions options_{.path = folder_.file(), .full_sync = false};
  std::promise<void> held_;
  std::promise<void> released_;
  std::unique_ptr<SqliteStore> store_ = open_store(options_);
};

TEST_F(SqliteStoreTest, NumbersEachStreamFromOneWithoutGap) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    EXPECT_EQ(append(*store_, "a", "x")->offset, i);
    EXPECT_EQ(append(*store_, "b", "y")->offset, i);
  }
  const auto a = load(*store_, "a");
  EXPECT_EQ(summary(a), "1:x 2:x 3:x 4:x 5:x");
  EXPECT_EQ(a->top.offset, 5U);
  EXPECT_NE(a->top.epoch, load(*store_, "b")->top.epoch);
  EXPECT_EQ(a->publications.back().position, a->top);
}

TEST_F(SqliteStoreTest, ANewStreamHasAnEpochThatStays) {
  const auto empty = load(*store_, "a");
  EXPECT_EQ(empty->top.offset, 0U);
  EXPECT_FALSE(empty->top.epoch.empty());
  EXPECT_EQ(append(*store_, "a", "x")->epoch, empty->top.epoch);
  reopen();
  EXPECT_EQ(load(*store_, "a")->top, (hub::StreamPosition{1, empty->top.epoch}));
}

TEST_F(SqliteStoreTest, ARestartKeepsPublicationsAndGoesOnCounting) {
  append(*store_, "a", "first");
  const auto second = append(*store_, "a", "second");
  reopen();
  EXPECT_EQ(summary(load(*store_, "a")), "1:first 2:second");
  EXPECT_EQ(*append(*store_, "a", "third"), (hub::StreamPosition{3, second->epoch}));
}

TEST_F(SqliteStoreTest, APublicationComesBackAsItWas) {
  hub::Publication sent = publication("Räume:日本", std::string("\0\xFF{}\n", 5));
  sent.payload.kind = hub::PayloadKind::binary;
  sent.publisher = {Bytes::copy_of("アリス"), ConnectionId::random(),
                    Bytes::copy_of(R"({"name":"A"})"), Bytes::copy_of("[]")};
  sent.ref = "m-1";
  sent.tags = {{"key", "price"}, {"", ""}, {"z,3:", std::string("\0é", 3)}};
  sent.exclude = ConnectionId::random();
  sent.time_ms = 1'700'000'000'123;
  append(*store_, sent);
  reopen();
  const auto stream = load(*store_, "Räume:日本");
  ASSERT_EQ(stream->publications.size(), 1U);
  const hub::Publication& got = stream->publications[0];
  EXPECT_EQ(got.channel, sent.channel);
  EXPECT_EQ(got.payload.kind, sent.payload.kind);
  EXPECT_EQ(got.payload.data.view(), sent.payload.data.view());
  EXPECT_EQ(got.publisher.user, sent.publisher.user);
  EXPECT_EQ(got.publisher.client, sent.publisher.client);
  EXPECT_EQ(got.publisher.connection_info.view(), sent.publisher.connection_info.view());
  EXPECT_EQ(got.publisher.channel_info.view(), sent.publisher.channel_info.view());
  EXPECT_EQ(got.ref, sent.ref);
  EXPECT_EQ(got.tags, sent.tags);
  EXPECT_EQ(got.exclude, sent.exclude);
  EXPECT_EQ(got.time_ms, sent.time_ms);
  EXPECT_EQ(got.position, stream->top);
}

TEST_F(SqliteStoreTest, APublicationMayBeEmptyOrLarge) {
  const std::string large(3 << 20, '\xA5');
  append(*store_, "a", "");
  append(*store_, "a", large);
  reopen();
  const auto stream = load(*store_, "a");
  EXPECT_TRUE(stream->publications[0].payload.data.empty());
  EXPECT_EQ(stream->publications[0].payload.kind, hub::PayloadKind::text);
  EXPECT_FALSE(stream->publications[0].publisher.client);
  EXPECT_TRUE(stream->publications[0].tags.empty());
  EXPECT_EQ(stream->publications[1].payload.data.view(), large);
}

TEST_F(SqliteStoreTest, WhatWaitsSharesATransactionAndIsAnsweredInOrder) {
  hold();
  const std::uint64_t before = store_->transactions();
  std::vector<int> answered;
  std::string seen;
  const auto note = [&](int number) { return [&, number](auto) { answered.push_back(number); }; };
  for (int i = 0; i < 600; ++i) {
    store_->append(publication(i % 2 == 0 ? "a" : "b", "x"), kKeepAll, note(i));
  }
  store_->load("a", kKeepAll, [&](Result<StoredStream> stream) {
    answered.push_back(600);
    seen = std::to_string(stream->publications.size());
  });
  for (int i = 601; i < 1'200; ++i) store_->append(publication("a", "x"), kKeepAll, note(i));
  store_->clear("b", note(1'200));
  EXPECT_EQ(store_->waiting(), 1'201U);
  release();
  EXPECT_EQ(load(*store_, "a")->top.offset, 899U);
  EXPECT_EQ(answered.size(), 1'201U);
  EXPECT_TRUE(std::ranges::is_sorted(answered));
  EXPECT_EQ(seen, "300") << "a load sees what was asked for before it, and nothing else";
  EXPECT_LE(store_->transactions() - before, 3U);
}

TEST_F(SqliteStoreTest, RetentionKeepsTheNewest) {
  const Retention three{.size = 3, .ttl_ms = 0};
  for (int i = 1; i <= 10; ++i) append(*store_, "a", std::to_string(i), three);
  append(*store_, "b", "alone", three);
  EXPECT_EQ(summary(load(*store_, "a")), "8:8 9:9 10:10");
  EXPECT_EQ(summary(load(*store_, "a", {.size = 2, .ttl_ms = 0})), "9:9 10:10");
  EXPECT_EQ(load(*store_, "a", {.size = 0, .ttl_ms = 0})->top.offset, 10U);
  EXPECT_EQ(query("SELECT count(*) FROM publication"), "4");
}

TEST_F(SqliteStoreTest, RetentionAppliesWithinOneTransaction) {
  hold();
  for (int i = 1; i <= 10; ++i) {
    store_->append(publication("a", std::to_string(i)), {.size = 2, .ttl_ms = 0}, [](auto) {});
  }
  release();
  EXPECT_EQ(summary(load(*store_, "a", {.size = 2, .ttl_ms = 0})), "9:9 10:10");
  EXPECT_EQ(query("SELECT count(*) FROM publication"), "2");
}

TEST_F(SqliteStoreTest, WhatHasExpiredIsNotLoaded) {
  g_now_ms = 1'000'000;
  options_.wall_clock_ms = [] { return g_now_ms; };
  reopen();
  const Retention second{.size = 10, .ttl_ms = 1'000};
  for (const std::int64_t time : {998'999, 999'000, 999'001, 1'000'000}) {
    hub::Publication made = publication("a", std::to_string(time));
    made.time_ms = time;
    append(*store_, std::move(made), second);
  }
  EXPECT_EQ(summary(load(*store_, "a")), "3:999001 4:1000000");
  EXPECT_EQ(summary(load(*store_, "a", {.size = 10, .ttl_ms = 500})), "4:1000000")
      << "a lifetime that was shortened holds for what is stored already";
}

TEST_F(SqliteStoreTest, WhatHasExpiredIsRemovedInTheBackground) {
  g_now_ms = 1'000'000;
  options_.wall_clock_ms = [] { return g_now_ms; };
  hub::Publication made = publication("a", "x");
  made.time_ms = g_now_ms;
  append(*store_, std::move(made), {.size = 10, .ttl_ms = 1'000});
  store_.reset();
  g_now_ms += 1'000;
  reopen();
  load(*store_, "a");
  load(*store_, "a");  // answered after the first sweep
  EXPECT_EQ(query("SELECT count(*) FROM publication"), "0");
}

TEST_F(SqliteStoreTest, ClearRemovesPublicationsAndOffsetsGoOn) {
  append(*store_, "a", "x");
  append(*store_, "b", "y");
  const auto top = append(*store_, "a", "x");
  EXPECT_EQ(*clear(*store_, "a"), *top);
  EXPECT_EQ(summary(load(*store_, "a")), "");
  EXPECT_EQ(summary(load(*store_, "b")), "1:y");
  reopen();
  EXPECT_EQ(load(*store_, "a")->top, *top);
  EXPECT_EQ(append(*store_, "a", "z")->offset, 3U);
  EXPECT_EQ(summary(load(*store_, "a")), "3:z");
  EXPECT_EQ(clear(*store_, "nobody was here")->offset, 0U);
}

TEST_F(SqliteStoreTest, AFullQueueRefusesAtOnce) {
  options_.queue_limit = 2;
  options_.queue_bytes = 10;
  reopen();
  hold();
  Errc refused{};
  const auto take = [&](Result<hub::StreamPosition> result) {
    if (result.has_error()) refused = result.error();
  };
  store_->append(publication("a", "12345"), kKeepAll, take);
  store_->append(publication("a", "123456"), kKeepAll, take);
  EXPECT_EQ(std::exchange(refused, Errc{}), Errc::overloaded) << "too many bytes";
  std::promise<void> emptied;
  store_->clear("a", [&](auto) { emptied.set_value(); });
  store_->clear("a", take);
  EXPECT_EQ(refused, Errc::overloaded) << "too many operations";
  release();
  emptied.get_future().wait();
  EXPECT_EQ(append(*store_, "a", "1234567890")->offset, 2U) << "room again";
}

TEST_F(SqliteStoreTest, TheDestructorFinishesWhatWaits) {
  hold();
  int answered = 0;
  for (int i = 0; i < 3'000; ++i) {
    store_->append(publication("a", "x"), kKeepAll, [&](auto result) { answered += !!result; });
  }
  release();
  reopen();
  EXPECT_EQ(answered, 3'000);
  EXPECT_EQ(load(*store_, "a")->top.offset, 3'000U);
}

TEST_F(SqliteStoreTest, ManyStreamsAreRememberedAndForgotten) {
  for (int round = 1; round <= 2; ++round) {
    for (int i = 0; i < 17'000; ++i) {  // more than are remembered
      store_->append(publication("room" + std::to_string(i), "x"), kKeepAll,
                     [round](Result<hub::StreamPosition> position) {
                       ASSERT_EQ(position->offset, static_cast<std::uint64_t>(round));
                     });
    }
    EXPECT_EQ(load(*store_, "room7")->top.offset, static_cast<std::uint64_t>(round));
  }
}

TEST_F(SqliteStoreTest, TheLogIsCopiedIntoTheFileAndStaysSmall) {
  const std::string page(4'000, 'x');
  for (int i = 0; i < 5'000; ++i) {
    store_->append(publication("a", page), {.size = 10, .ttl_ms = 0}, [](auto) {});
  }
  EXPECT_EQ(load(*store_, "a", {.size = 10, .ttl_ms = 0})->top.offset, 5'000U);
  EXPECT_LT(std::filesystem::file_size(options_.path + "-wal"), 17U << 20);
  EXPECT_LT(std::filesystem::file_size(options_.path), 17U << 20);
  EXPECT_EQ(query("SELECT count(*) FROM publication"), "10");
}

TEST_F(SqliteStoreTest, TheFileIsPrivate) {
  append(*store_, "a", "x");
  for (const char* suffix : {"", "-wal"}) {
    struct stat status {};
    ASSERT_EQ(::stat((options_.path + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(SqliteStoreTest, AFolderThatIsMissingIsNamed) {
  EXPECT_THAT(refusal({.path = folder_.file("none/parley.db")}), HasSubstr("/none is missing"));
}

TEST_F(SqliteStoreTest, OneFileServesOneStore) {
  EXPECT_THAT(refusal(options_), HasSubstr("in use by another process"));
  EXPECT_EQ(append(*store_, "a", "x")->offset, 1U) << "the first goes on";
}

TEST_F(SqliteStoreTest, AForeignFileIsLeftAlone) {
  query("PRAGMA application_id = 7");
  EXPECT_THAT(refusal(options_), HasSubstr("is not a Parley database"));
  EXPECT_EQ(query("PRAGMA application_id"), "7");

  options_.path = folder_.file("other.db");
  query("CREATE TABLE birds(name TEXT)");
  EXPECT_THAT(refusal(options_), HasSubstr("is not a Parley database"));
  EXPECT_EQ(query("PRAGMA journal_mode"), "delete") << "not even its mode has changed";
}

TEST_F(SqliteStoreTest, AFileOfANewerVersionIsRefused) {
  query("PRAGMA user_version = 2");
  EXPECT_THAT(refusal(options_), HasSubstr("newer version of Parley (format 2, this one knows 1)"));
}

}  // namespace
}  // namespace parley::broker
