// Hand-written histories: what a right server may show, and of each invariant what breaks it.
#include "loadgen/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kMemory = 0;
constexpr std::uint32_t kDisk = 1;
constexpr std::uint32_t kBare = 2;  // without history

class CheckerTest : public ::testing::Test {
 protected:
  CheckerTest() {
    checker_.add_channel({.name = "mem:0", .window_known = true});
    checker_.add_channel({.name = "disk:0", .durable = true, .window_known = true});
    checker_.add_channel({.name = "bare"});
    for (const char* label : {"ann", "bob"}) checker_.add_client(label);
    pass(Duration(10));
  }

  void pass(Duration time) {
    now_ += time;
    checker_.set_time(now_);
    checker_.tick();
  }
  void publish(std::uint32_t counter, std::uint32_t channel = kMemory, std::uint32_t from = 1) {
    pass(Duration(1));
    checker_.published(channel, {from, counter});
  }
  void ack(std::uint32_t counter, std::uint32_t channel = kMemory) {
    checker_.acked(channel, {1, counter}, std::nullopt);
  }
  void publish_acked(std::uint32_t first, std::uint32_t last, std::uint32_t channel = kMemory) {
    for (; first <= last; ++first) {
      publish(first, channel);
      ack(first, channel);
    }
  }
  // For the first time, or without asking for what was missed.
  void subscribe(std::uint32_t client, std::uint64_t offset, const std::string& epoch = "e",
                 std::uint32_t channel = kMemory) {
    checker_.subscribed(client, channel, {.position = Position{offset, epoch}}, checker_.life());
  }
  void come_back(std::uint32_t client, std::uint64_t since, std::uint64_t offset, bool recovered,
                 const std::string& epoch = "e", std::uint32_t channel = kMemory) {
    checker_.subscribed(client, channel,
                        {.since = Position{since, "e"},
                         .position = Position{offset, epoch},
                         .recovered = recovered},
                        checker_.life());
  }
  void subscribe_bare(std::uint32_t client) {
    checker_.subscribed(client, kBare, {}, checker_.life());
    pass(Duration(1));
  }
  void get(std::uint32_t client, std::uint64_t offset, std::uint32_t counter,
           std::uint32_t channel = kMemory, ByteView epoch = {}) {
    checker_.received(client, channel, offset, epoch, {1, counter});
  }

  void expect_good() {
    EXPECT_FALSE(checker_.violation()) << violation_text(*checker_.violation());
    const auto lag = checker_.lagging();
    EXPECT_FALSE(lag) << violation_text(*lag);
  }
  void expect_violation(Invariant invariant, const std::string& words) {
    ASSERT_TRUE(checker_.violation()) << "nothing was found";
    EXPECT_EQ(invariant_name(checker_.violation()->invariant), invariant_name(invariant));
    EXPECT_THAT(violation_text(*checker_.violation()), HasSubstr(words));
  }
  void expect_lag(Invariant invariant, const std::string& words) {
    EXPECT_FALSE(checker_.violation());
    const auto lag = checker_.lagging();
    ASSERT_TRUE(lag) << "nothing is missing";
    EXPECT_EQ(invariant_name(lag->invariant), invariant_name(invariant));
    EXPECT_THAT(violation_text(*lag), HasSubstr(words));
  }

  Checker checker_;
  Duration now_{0};
};

TEST_F(CheckerTest, WhatARightServerShows) {
  subscribe(0, 0);
  subscribe(1, 0);
  publish_acked(1, 3);
  for (std::uint32_t i = 1; i <= 3; ++i) {
    get(0, i, i);
    get(1, i, i, kMemory, "e");
  }
  checker_.ended(0, kMemory);
  publish_acked(4, 5);
  get(1, 4, 4);
  get(1, 5, 5);
  come_back(0, 3, 5, true);
  get(0, 4, 4);
  get(0, 5, 5);
  expect_good();
  EXPECT_EQ(checker_.counts().deliveries, 10U);
  EXPECT_EQ(checker_.counts().recoveries, 1U);
  EXPECT_EQ(checker_.counts().recovered_messages, 2U);
}

TEST_F(CheckerTest, AnUnknownOutcomeMayAppearOnceOrNever) {
  subscribe(0, 0);
  publish(1);
  checker_.unknown(kMemory, {1, 1});
  publish(2);
  checker_.unknown(kMemory, {1, 2});
  get(0, 1, 2);
  expect_good();
  get(0, 2, 2);
  expect_violation(Invariant::no_duplicate, "p1-2 at a second place");
}

TEST_F(CheckerTest, NoLossASkippedOffset) {
  subscribe(0, 11);
  subscribe(1, 11);
  publish_acked(1, 3);
  get(1, 12, 1);
  get(1, 13, 2);
  get(0, 12, 1);
  get(0, 14, 3);
  pass(Duration(1000));
  EXPECT_FALSE(checker_.violation()) << "it may still come, which would be another fault";
  pass(Duration(1500));
  expect_violation(Invariant::no_loss, "ann in mem:0 never got p1-2 as 13");
  const std::string text = violation_text(*checker_.violation());
  EXPECT_THAT(text, HasSubstr("it got p1-1 as 12"));
  EXPECT_THAT(text, HasSubstr("it got p1-3 as 14"));
  EXPECT_THAT(text, HasSubstr("p1-2 was acknowledged"));
  EXPECT_THAT(text, HasSubstr("bob got p1-2 as 13"));
}

TEST_F(CheckerTest, NoLossAGapWhenTheConnectionEnds) {
  subscribe(0, 0);
  publish_acked(1, 2);
  get(0, 2, 2);
  checker_.ended(0, kMemory);
  expect_violation(Invariant::no_loss, "never got 1");
}

TEST_F(CheckerTest, NoLossTheLastMessage) {
  subscribe(0, 0);
  subscribe(1, 0);
  publish_acked(1, 1);
  get(1, 1, 1);
  expect_lag(Invariant::no_loss, "ann in mem:0 never got 1");
  get(0, 1, 1);
  expect_good();
}

TEST_F(CheckerTest, NoLossWhatWasAcknowledgedAndNobodyGot) {
  subscribe(0, 0);
  publish_acked(1, 1);
  expect_lag(Invariant::no_loss, "never got p1-1, nor did anybody else");
}

TEST_F(CheckerTest, WhatWasAcknowledgedBeforeASubscriptionIsNotForIt) {
  publish_acked(1, 1);
  pass(Duration(1));
  subscribe(0, 1);
  expect_good();
}

TEST_F(CheckerTest, NoLossARecoveryThatLeavesOut) {
  subscribe(0, 0);
  publish_acked(1, 3);
  get(0, 1, 1);
  checker_.ended(0, kMemory);
  come_back(0, 1, 3, true);
  expect_lag(Invariant::no_loss, "never got 2");
  get(0, 3, 3);
  pass(Duration(3000));
  expect_violation(Invariant::no_loss, "it came back from 1, and was told that all is recovered");
}

TEST_F(CheckerTest, NoLossARecoveryRefusedInsideTheWindow) {
  subscribe(0, 5);
  checker_.ended(0, kMemory);
  come_back(0, 5, 6, false);
  expect_violation(Invariant::no_loss, "recovered=false");
}

TEST_F(CheckerTest, OrderTwoThatChangedPlaces) {
  subscribe(0, 0);
  for (std::uint32_t from = 1; from <= 3; ++from) publish(1, kMemory, from);
  checker_.received(0, kMemory, 1, {}, {1, 1});
  checker_.received(0, kMemory, 3, {}, {3, 1});
  checker_.received(0, kMemory, 2, {}, {2, 1});
  expect_violation(Invariant::order, "p2-1 as 2 behind a later one");
  EXPECT_THAT(violation_text(*checker_.violation()), HasSubstr("it got p3-1 as 3"));
}

TEST_F(CheckerTest, OrderOfOnePublisher) {
  subscribe(0, 0);
  publish_acked(1, 2);
  get(0, 1, 2);
  get(0, 2, 1);
  expect_violation(Invariant::order, "got p1-1 behind a later one");
}

TEST_F(CheckerTest, OrderBehindThePositionOfTheSubscription) {
  publish_acked(1, 1);
  subscribe(0, 1);
  get(0, 1, 1);
  expect_violation(Invariant::order, "lies behind its position");
}

TEST_F(CheckerTest, NoDuplicateTheSameTwice) {
  subscribe(0, 0);
  publish_acked(1, 1);
  get(0, 1, 1);
  pass(Duration(5));
  get(0, 1, 1);
  expect_violation(Invariant::no_duplicate, "ann in mem:0 got p1-1 as 1 twice");
}

TEST_F(CheckerTest, NoDuplicateAcrossARecovery) {
  subscribe(0, 0);
  publish_acked(1, 2);
  get(0, 1, 1);
  get(0, 2, 2);
  checker_.ended(0, kMemory);
  come_back(0, 2, 2, true);
  get(0, 2, 2);
  expect_violation(Invariant::no_duplicate, "p1-2 as 2 twice");
}

TEST_F(CheckerTest, NoDuplicateStoredTwice) {
  subscribe(0, 0);
  publish_acked(1, 1);
  get(0, 1, 1);
  get(0, 2, 1);
  expect_violation(Invariant::no_duplicate, "p1-1 at a second place");
}

TEST_F(CheckerTest, GapSignalledNothingIsRecoveredAcrossEpochs) {
  subscribe(0, 5);
  checker_.ended(0, kMemory);
  checker_.server_ended();
  come_back(0, 5, 5, true, "f");
  expect_violation(Invariant::gap_signalled, "in another epoch");
}

TEST_F(CheckerTest, ANewEpochAfterARestartIsRight) {
  subscribe(0, 5);
  publish(1);
  ack(1);
  checker_.ended(0, kMemory);
  checker_.server_ended();
  come_back(0, 5, 0, false, "f");
  publish_acked(2, 2);
  get(0, 1, 2, kMemory, "f");
  expect_good();
  EXPECT_EQ(checker_.counts().gaps_told, 1U);
  EXPECT_EQ(checker_.counts().new_epochs, 1U);
}

TEST_F(CheckerTest, EpochANewOneWithoutARestart) {
  subscribe(0, 5);
  subscribe(1, 0, "f");
  expect_violation(Invariant::epoch, "in the same life of the server");
}

TEST_F(CheckerTest, EpochOffsetsThatGoBackInIt) {
  subscribe(0, 5);
  checker_.ended(0, kMemory);
  come_back(0, 5, 3, false);
  expect_violation(Invariant::epoch, "went back within one epoch");
}

TEST_F(CheckerTest, EpochOfAMessageIsThatOfTheSubscription) {
  subscribe(0, 0);
  publish_acked(1, 1);
  get(0, 1, 1, kMemory, "f");
  expect_violation(Invariant::epoch, "got a message of epoch f in a subscription to e");
}

TEST_F(CheckerTest, NoPhantomNeverPublished) {
  subscribe(0, 0);
  get(0, 1, 1);
  expect_violation(Invariant::no_phantom, "p1-1, which was never published there");
}

TEST_F(CheckerTest, NoPhantomOfAnotherText) {
  subscribe(0, 0);
  checker_.received_phantom(0, kMemory, "{\"boo\":1}");
  expect_violation(Invariant::no_phantom, "{\"boo\":1}");
}

TEST_F(CheckerTest, NoPhantomRefused) {
  subscribe(0, 0);
  publish(1);
  checker_.refused(kMemory, {1, 1});
  expect_good();
  get(0, 1, 1);
  expect_violation(Invariant::no_phantom, "which had been refused");
}

TEST_F(CheckerTest, NoPhantomRefusedAfterItCame) {
  subscribe(0, 0);
  publish(1);
  get(0, 1, 1);
  checker_.refused(kMemory, {1, 1});
  expect_violation(Invariant::no_phantom, "was refused in mem:0, and came all the same");
}

TEST_F(CheckerTest, IsolationWithoutASubscription) {
  publish_acked(1, 1);
  get(0, 1, 1);
  expect_violation(Invariant::isolation, "without a subscription");
}

TEST_F(CheckerTest, UniqueOffsetTwoClientsTwoMessages) {
  subscribe(0, 0);
  subscribe(1, 0);
  publish(1, kMemory, 1);
  publish(1, kMemory, 2);
  checker_.received(0, kMemory, 1, {}, {1, 1});
  checker_.received(1, kMemory, 1, {}, {2, 1});
  expect_violation(Invariant::unique_offset,
                   "bob in mem:0 got p2-1 as 1, which is p1-1 for others");
}

TEST_F(CheckerTest, UniqueOffsetAnAcknowledgementThatSaysAnother) {
  subscribe(0, 0);
  publish(1);
  publish(2);
  get(0, 1, 1);
  checker_.acked(kMemory, {1, 2}, Position{1, "e"});
  expect_violation(Invariant::unique_offset, "p1-2 was acknowledged as 1");
}

TEST_F(CheckerTest, DurableTheStreamGoesBack) {
  subscribe(0, 0, "e", kDisk);
  publish_acked(1, 2, kDisk);
  get(0, 1, 1, kDisk);
  get(0, 2, 2, kDisk);
  checker_.ended(0, kDisk);
  checker_.server_ended();
  subscribe(1, 1, "e", kDisk);
  expect_violation(Invariant::durable, "stood at 2 before the server ended, and went back");
}

TEST_F(CheckerTest, DurableWhatWasAcknowledgedIsThereAfterAKill) {
  subscribe(0, 0, "e", kDisk);
  publish_acked(1, 1, kDisk);
  checker_.ended(0, kDisk);
  checker_.server_ended();
  come_back(0, 0, 0, true, "e", kDisk);
  expect_lag(Invariant::durable, "p1-1, nor did anybody else");
}

TEST_F(CheckerTest, DurableTheAcknowledgementSaysHowFar) {
  subscribe(0, 0, "e", kDisk);
  publish(1, kDisk);
  checker_.ended(0, kDisk);
  checker_.server_ended();
  checker_.acked(kDisk, {1, 1}, Position{1, "e"});  // read behind the end of the server
  come_back(0, 0, 0, true, "e", kDisk);
  expect_violation(Invariant::durable, "stood at 1 before the server ended");
}

TEST_F(CheckerTest, DurableTheEpochStays) {
  subscribe(0, 1, "e", kDisk);
  checker_.ended(0, kDisk);
  checker_.server_ended();
  come_back(0, 1, 0, false, "f", kDisk);
  expect_violation(Invariant::durable, "another epoch of a durable channel");
}

TEST_F(CheckerTest, DurableKeptIsCounted) {
  subscribe(0, 0, "e", kDisk);
  publish_acked(1, 1, kDisk);
  checker_.ended(0, kDisk);
  checker_.server_ended();
  come_back(0, 0, 1, true, "e", kDisk);
  get(0, 1, 1, kDisk);
  expect_good();
  EXPECT_EQ(checker_.counts().durable_kept, 1U);
}

TEST_F(CheckerTest, AChannelInMemoryMayLoseWhatItsServerHadNotDelivered) {
  subscribe(0, 0);
  publish_acked(1, 1);
  checker_.ended(0, kMemory);
  checker_.server_ended();
  come_back(0, 0, 0, false, "f");
  expect_good();
}

TEST_F(CheckerTest, WithoutOffsetsTheCountersTellTheOrder) {
  subscribe_bare(0);
  publish_acked(1, 3, kBare);
  get(0, 0, 1, kBare);
  get(0, 0, 2, kBare);
  get(0, 0, 3, kBare);
  expect_good();
  get(0, 0, 2, kBare);
  expect_violation(Invariant::no_duplicate, "got p1-2 twice");
}

TEST_F(CheckerTest, WithoutOffsetsTheCountersTellALoss) {
  subscribe_bare(0);
  publish_acked(1, 3, kBare);
  get(0, 0, 1, kBare);
  get(0, 0, 3, kBare);
  expect_violation(Invariant::no_loss, "ann in bare never got p1-2");
}

TEST_F(CheckerTest, WithoutOffsetsALastMessageCanBeMissed) {
  subscribe_bare(0);
  subscribe_bare(1);
  publish_acked(1, 1, kBare);
  get(1, 0, 1, kBare);
  expect_lag(Invariant::no_loss, "ann in bare never got p1-1");
}

TEST_F(CheckerTest, WithoutHistoryAReconnectBeginsAnew) {
  subscribe_bare(0);
  publish_acked(1, 1, kBare);
  get(0, 0, 1, kBare);
  checker_.ended(0, kBare);
  publish_acked(2, 2, kBare);
  subscribe_bare(0);
  publish_acked(3, 3, kBare);
  get(0, 0, 3, kBare);
  expect_good();
}

TEST_F(CheckerTest, ForgetsWhatAllHave) {
  subscribe(0, 0);
  subscribe(1, 0);
  for (std::uint32_t round = 0; round < 100; ++round) {
    for (std::uint32_t i = round * 50 + 1; i <= round * 50 + 50; ++i) {
      publish_acked(i, i);
      get(0, i, i);
      get(1, i, i);
    }
    expect_good();
    checker_.forget();
    EXPECT_EQ(checker_.remembered(), 0U);
  }
  get(0, 4999, 4999);
  expect_violation(Invariant::no_duplicate, "p1-4999 as 4999 twice");
}

TEST_F(CheckerTest, RemembersWhatOneIsStillToGet) {
  subscribe(0, 0);
  subscribe(1, 0);
  publish_acked(1, 2);
  get(0, 1, 1);
  checker_.ended(0, kMemory);
  get(1, 1, 1);
  get(1, 2, 2);
  checker_.forget();
  EXPECT_EQ(checker_.remembered(), 1U);
  come_back(0, 1, 2, true);
  get(0, 2, 2);
  expect_good();
}

}  // namespace
}  // namespace parley::loadgen
