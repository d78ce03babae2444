#include "hub/idempotency.h"

#include <gtest/gtest.h>

namespace parley::hub {
namespace {

class IdempotencyTest : public testing::Test {
 protected:
  // True: it is to be published.
  bool begin(const std::string& key, TimePoint now, const std::string& channel = "tea") {
    Idempotency::Answer done = [this](Result<StreamPosition> position) {
      answers_.push_back(position.has_value() ? position->offset : 0);
    };
    return memory_.begin(channel, key, now, done);
  }
  void settle(const std::string& key, Result<StreamPosition> result) {
    memory_.settle("tea", key, result);
  }

  Idempotency memory_{3};
  TimePoint now_ = Clock::now();
  std::vector<std::uint64_t> answers_;
};

TEST_F(IdempotencyTest, AnswersTheSecondAsTheFirst) {
  EXPECT_TRUE(begin("k", now_));
  settle("k", StreamPosition{7, "e"});
  EXPECT_FALSE(begin("k", now_));
  EXPECT_EQ(answers_, std::vector<std::uint64_t>{7});
  EXPECT_TRUE(begin("k", now_, "coffee"));  // of another channel
}

TEST_F(IdempotencyTest, WhoComesWhileTheFirstIsUnderWayWaits) {
  EXPECT_TRUE(begin("k", now_));
  EXPECT_FALSE(begin("k", now_));
  EXPECT_TRUE(answers_.empty());
  settle("k", StreamPosition{7, "e"});
  EXPECT_EQ(answers_, std::vector<std::uint64_t>{7});
}

TEST_F(IdempotencyTest, AFailureIsToldToAllWhoWaitAndForgotten) {
  EXPECT_TRUE(begin("k", now_));
  EXPECT_FALSE(begin("k", now_));
  settle("k", Errc::storage_failed);
  EXPECT_EQ(answers_, std::vector<std::uint64_t>{0});
  EXPECT_TRUE(begin("k", now_));
}

TEST_F(IdempotencyTest, ForgetsWithTimeAndAboveItsLimit) {
  EXPECT_TRUE(begin("k", now_));
  settle("k", StreamPosition{1, "e"});
  EXPECT_FALSE(begin("k", now_ + Idempotency::kLifetime - Duration(1)));
  EXPECT_TRUE(begin("k", now_ + Idempotency::kLifetime));
  settle("k", StreamPosition{2, "e"});
  for (const char* key : {"a", "b", "c", "d"}) {
    EXPECT_TRUE(begin(key, now_ + Idempotency::kLifetime));
    settle(key, StreamPosition{3, "e"});
  }
  EXPECT_TRUE(begin("k", now_ + Idempotency::kLifetime));
}

}  // namespace
}  // namespace parley::hub
