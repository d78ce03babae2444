// The guarantees of hub/broker.h, as a suite that every broker passes.
#include <gtest/gtest.h>

#include <functional>

#include "broker/brokers.h"

namespace parley::broker {
namespace {

using Make = std::function<std::unique_ptr<hub::Broker>()>;

class BrokerTest : public testing::TestWithParam<Make> {
 protected:
  BrokerTest() {
    broker_->set_on_publication(
        [this](hub::Publication publication) { seen_.push_back(std::move(publication)); });
  }
  hub::StreamPosition publish(const std::string& channel, ByteView data) {
    hub::Publication publication;
    publication.channel = channel;
    publication.payload.data = Bytes::copy_of(data);
    hub::StreamPosition given;
    broker_->publish(std::move(publication),
                     [&](Result<hub::StreamPosition> position) { given = position.value(); });
    return given;
  }

  std::unique_ptr<hub::Broker> broker_ = GetParam()();
  std::vector<hub::Publication> seen_;
};

INSTANTIATE_TEST_SUITE_P(Brokers, BrokerTest, testing::Values(make_memory_broker),
                         [](const auto&) { return "Memory"; });

TEST_P(BrokerTest, NumbersEachChannelFromOneWithoutGap) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    EXPECT_EQ(publish("a", "x").offset, i);
    EXPECT_EQ(publish("b", "x").offset, i);
  }
  EXPECT_EQ(broker_->position("a").offset, 5U);
}

TEST_P(BrokerTest, HandsPublicationsOnInOrderWithTheirPosition) {
  publish("a", "first");
  publish("a", "second");
  ASSERT_EQ(seen_.size(), 2U);
  EXPECT_EQ(seen_[0].payload.data.view(), "first");
  EXPECT_EQ(seen_[0].position.offset, 1U);
  EXPECT_EQ(seen_[1].payload.data.view(), "second");
  EXPECT_EQ(seen_[1].position.offset, 2U);
  EXPECT_EQ(seen_[0].position.epoch, seen_[1].position.epoch);
}

TEST_P(BrokerTest, PositionBeforeTheFirstPublicationHasTheSameEpoch) {
  const auto before = broker_->position("a");
  EXPECT_EQ(before.offset, 0U);
  EXPECT_FALSE(before.epoch.empty());
  EXPECT_EQ(publish("a", "x").epoch, before.epoch);
}

TEST_P(BrokerTest, OffsetsRestartOnlyWithANewEpoch) {
  const auto old = publish("a", "x");
  broker_->forget("a");
  const auto fresh = publish("a", "x");
  EXPECT_EQ(fresh.offset, 1U);
  EXPECT_NE(fresh.epoch, old.epoch);
}

}  // namespace
}  // namespace parley::broker
