#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace parley {
namespace {

TEST(RandomId, IsHexOfTheAskedSize) {
  EXPECT_EQ(random_id(0), "");
  const std::string id = random_id(300);  // more than the system gives in one uninterrupted read
  EXPECT_EQ(id.size(), 600U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(RandomId, DoesNotRepeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(ids.insert(random_id(16)).second);
}

TEST(SessionRef, RefersToNobodyByDefault) {
  EXPECT_FALSE(SessionRef());
  EXPECT_TRUE((SessionRef{.shard = 0, .slot = 0, .generation = 1}));
  EXPECT_NE((SessionRef{.shard = 0, .slot = 0, .generation = 1}),
            (SessionRef{.shard = 0, .slot = 0, .generation = 2}));
}

TEST(ConnectionId, IsAUuidThatReadsBack) {
  const ConnectionId id = ConnectionId::random();
  EXPECT_TRUE(id);
  EXPECT_FALSE(ConnectionId{});
  const std::string text = id.text();
  ASSERT_EQ(text.size(), 36U);
  EXPECT_EQ(text[14], '4');
  EXPECT_EQ(ConnectionId::parse(text), id);
  EXPECT_NE(ConnectionId::random(), id);
}

TEST(ConnectionId, RefusesWhatIsNoUuid) {
  const std::string good = ConnectionId::random().text();
  std::string no_dash = good;
  no_dash[8] = '0';
  std::string no_digit = good;
  no_digit[0] = 'x';
  for (const std::string& bad : {std::string(), good.substr(1), good + "0", no_dash, no_digit}) {
    EXPECT_FALSE(ConnectionId::parse(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace parley
