#include "broker/stream_tables.h"

#include <gtest/gtest.h>

#include <fstream>

#include "broker/test_store.h"

namespace parley::broker {
namespace {

// The sweep, on the file alone: the store calls it by the clock.
class StreamTablesTest : public testing::Test {
 protected:
  StreamTablesTest() {
    std::ofstream(folder_.file()).flush();
    std::string why;
    EXPECT_TRUE(file_.open(folder_.file()) && StreamTables::prepare(file_, why)) << why;
    tables_ = std::make_unique<StreamTables>(file_);
    EXPECT_EQ(file_.take_fault().text, "");
  }
  template <class Changes>
  void in_transaction(Changes changes) {
    EXPECT_TRUE(file_.execute("BEGIN"));
    changes();
    EXPECT_TRUE(tables_->finish() && file_.commit()) << file_.take_fault().text;
  }
  void append(const std::string& channel, std::int64_t now_ms, std::int64_t ttl_ms) {
    hub::Publication made = publication(channel, "x");
    made.time_ms = now_ms;
    in_transaction([&] { tables_->append(made, {.size = 10'000, .ttl_ms = ttl_ms}, now_ms); });
  }
  int sweep_until_done(std::int64_t now_ms) {
    int rounds = 0;
    for (; tables_->sweep_due(now_ms) && rounds < 100; ++rounds) {
      in_transaction([&] { EXPECT_TRUE(tables_->sweep(now_ms)); });
    }
    return rounds;
  }
  std::int64_t number(const char* sql) {
    SqliteStatement statement(file_, sql);
    SqliteRows rows = statement.run();
    EXPECT_TRUE(rows.next());
    return rows.integer(0);
  }
  std::int64_t publications() { return number("SELECT count(*) FROM publication"); }
  std::int64_t streams() { return number("SELECT count(*) FROM stream"); }

  TestFolder folder_;
  SqliteConnection file_;
  std::unique_ptr<StreamTables> tables_;
};

TEST_F(StreamTablesTest, TheSweepRemovesWhatHasExpired) {
  for (std::int64_t now = 0; now < 10; ++now) append("a", now, 100);
  append("b", 0, 200);
  append("c", 0, 0);
  EXPECT_FALSE(tables_->sweep_due(99));
  EXPECT_EQ(sweep_until_done(104), 1);
  EXPECT_EQ(publications(), 7) << "of a those of 5 to 9, and all others";
  EXPECT_FALSE(tables_->sweep_due(104));
  sweep_until_done(200);
  EXPECT_EQ(publications(), 1);
  EXPECT_EQ(streams(), 3);
  EXPECT_EQ(tables_->load("a", kKeepAll, 200)->top.offset, 10U) << "its numbering goes on";
}

TEST_F(StreamTablesTest, TheSweepGoesInSteps) {
  in_transaction([&] {
    hub::Publication made = publication("a", "x");
    made.time_ms = 0;
    for (int i = 0; i < 2'500; ++i) tables_->append(made, {.size = 5'000, .ttl_ms = 1}, 0);
  });
  in_transaction([&] { EXPECT_TRUE(tables_->sweep(10)); });
  EXPECT_EQ(publications(), 1'500);
  EXPECT_EQ(sweep_until_done(10), 2);
  EXPECT_EQ(publications(), 0);
}

TEST_F(StreamTablesTest, ManyStreamsAreSweptInSteps) {
  in_transaction([&] {
    for (int i = 0; i < 250; ++i) {
      hub::Publication made = publication("room" + std::to_string(i), "x");
      made.time_ms = 0;
      tables_->append(made, {.size = 5, .ttl_ms = 1}, 0);
    }
  });
  EXPECT_EQ(sweep_until_done(10), 3);
  EXPECT_EQ(publications(), 0);
}

TEST_F(StreamTablesTest, AStreamThatIsEmptyAndIdleForThirtyDaysGoes) {
  append("a", 0, 100);
  append("kept", 0, 0);
  const std::string epoch = tables_->load("a", kKeepAll, 0)->top.epoch;
  sweep_until_done(StreamTables::kIdleStreamMs - 1);
  EXPECT_EQ(streams(), 2);
  sweep_until_done(StreamTables::kIdleStreamMs);
  EXPECT_EQ(streams(), 1);
  append("a", StreamTables::kIdleStreamMs, 100);
  const auto top = tables_->load("a", kKeepAll, StreamTables::kIdleStreamMs)->top;
  EXPECT_EQ(top.offset, 1U);
  EXPECT_NE(top.epoch, epoch);
  EXPECT_EQ(tables_->load("kept", kKeepAll, 0)->publications.size(), 1U);
}

TEST_F(StreamTablesTest, AnAppendKeepsAnEmptyStreamAlive) {
  append("a", 0, 100);
  append("a", 1'000, 100);
  sweep_until_done(StreamTables::kIdleStreamMs);
  EXPECT_EQ(streams(), 1);
  sweep_until_done(StreamTables::kIdleStreamMs + 1'000);
  EXPECT_EQ(streams(), 0);
}

}  // namespace
}  // namespace parley::broker
