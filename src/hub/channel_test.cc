#include "hub/channel.h"

#include <gtest/gtest.h>

namespace parley::hub {
namespace {

TEST(ChannelNames, AreUtf8OfALimitedLength) {
  EXPECT_TRUE(is_valid_channel_name("tea", 255));
  EXPECT_TRUE(is_valid_channel_name("茶/room", 255));
  EXPECT_TRUE(is_valid_channel_name(std::string(255, 'x'), 255));
  EXPECT_FALSE(is_valid_channel_name(std::string(256, 'x'), 255));
  EXPECT_FALSE(is_valid_channel_name("", 255));
  EXPECT_FALSE(is_valid_channel_name("a\nb", 255));
  EXPECT_FALSE(is_valid_channel_name("\xff", 255));
}

TEST(RuleBook, FindsTheRulesByTheNamesNamespace) {
  std::vector<ChannelRules> rules(3);
  rules[1].name_space = "chat";
  rules[2].name_space = "news";
  const RuleBook book(std::move(rules));
  const auto found = [&](ByteView channel) {
    const ChannelRules* of = book.find(channel);
    return of == nullptr ? "none" : of->name_space;
  };
  EXPECT_EQ(found("tea"), "");
  EXPECT_EQ(found("chat:tea"), "chat");
  EXPECT_EQ(found("chat:"), "chat");
  EXPECT_EQ(found("$chat:tea"), "chat");
  EXPECT_EQ(found("chat:a:b"), "chat");
  EXPECT_EQ(found("news:#ann"), "news");
  EXPECT_EQ(found("#a:b"), "");  // a user's name may hold a colon
  EXPECT_EQ(found("chats:tea"), "none");
  EXPECT_EQ(found(":tea"), "none");
}

TEST(ChannelNames, LimitChannelsToUsers) {
  EXPECT_TRUE(is_for_user("#ann", "ann"));
  EXPECT_TRUE(is_for_user("dialog#ann,bob", "bob"));
  EXPECT_FALSE(is_for_user("dialog#ann,bob", "an"));
  EXPECT_FALSE(is_for_user("dialog#ann,bob", "ann,bob"));
  EXPECT_FALSE(is_for_user("dialog#ann,bob", ""));
  EXPECT_FALSE(is_for_user("dialog#", ""));
  EXPECT_FALSE(is_for_user("dialog", "ann"));
}

TEST(ChannelRules, SayWhoMaySubscribeWithoutAToken) {
  ChannelRules open;
  ChannelRules closed;
  closed.subscribe = Access::token;
  EXPECT_TRUE(may_subscribe(open, "tea", "ann"));
  EXPECT_FALSE(may_subscribe(open, "$tea", "ann"));
  EXPECT_FALSE(may_subscribe(open, "$tea#ann", "ann"));
  EXPECT_FALSE(may_subscribe(closed, "tea", "ann"));
  EXPECT_TRUE(may_subscribe(closed, "#ann", "ann"));
  EXPECT_FALSE(may_subscribe(open, "#ann", "bob"));
}

}  // namespace
}  // namespace parley::hub
