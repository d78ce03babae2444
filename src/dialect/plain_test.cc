// The plain dialect: its transcripts, played in memory, and what no transcript can show: rates,
// tokens, expiry, the back end's acts.
#include <gtest/gtest.h>

#include "auth/signer.h"
#include "auth/verifier.h"
#include "base/clock.h"
#include "dialect/transcript_player.h"

namespace parley::dialect {
namespace {

class PlainTranscript : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(PlainTranscript, Holds) { TranscriptPlayer(make_plain({})).play(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Plain, PlainTranscript, testing::ValuesIn(transcripts("plain")),
                         transcript_name);

TEST(PlainRateLimit, AFloodIsRefusedAndTheClientTold) {
  PlainOptions options;
  options.publish_rate = 2;
  TranscriptPlayer player(make_plain(options));
  TestConnection& ann = player.open("ann", "/echo?format=json");
  ann.heard.clear();
  for (int i = 0; i < 3; ++i) ann.dialect->on_message({false, R"({"data":1,"ref":"x"})"});
  ASSERT_EQ(ann.heard.size(), 1U);
  EXPECT_NE(ann.heard[0].find("too_many_requests"), std::string::npos);
}

TEST(PlainRecovery, ThePositionOfAnEmptyRoomIsAPlaceToComeBackTo) {
  TranscriptPlayer player(make_plain({}));
  TestConnection& ann = player.open("ann", "/room/tea?format=json&history=5");
  ASSERT_FALSE(ann.heard.empty());
  const std::string& welcome = ann.heard[0];
  const std::size_t at = welcome.find(R"("position":")") + 12;
  const std::string position = welcome.substr(at, welcome.find('"', at) - at);
  EXPECT_TRUE(position.ends_with("-0")) << position;
  TestConnection& bob = player.open("bob", "/room/tea?format=json&since=" + position);
  ASSERT_FALSE(bob.heard.empty());
  EXPECT_NE(bob.heard[0].find(R"("recovered":true)"), std::string::npos) << bob.heard[0];
}

// With a secret the token decides who somebody is and how long.
class PlainTokens : public testing::Test {
 protected:
  static constexpr ByteView kSecret = "a secret of at least thirty-two bytes";

  static std::string token(const std::string& claims) {
    std::string why;
    return auth::Signer::secret(kSecret, auth::Algorithm::hs256, why)->sign(claims);
  }
  static std::unique_ptr<auth::Verifier> make_verifier() {
    std::string why;
    return std::move(auth::Verifier::make({.secret = std::string(kSecret)}, why).value());
  }
  static PlainOptions options(const auth::Verifier& verifier) {
    PlainOptions options;
    options.verifier = &verifier;
    return options;
  }
  Errc refusal(const std::string& target) {
    const auto dialect = player_.connect(target);
    return dialect.has_value() ? Errc{} : dialect.error();
  }

  const std::unique_ptr<auth::Verifier> verifier_ = make_verifier();
  TranscriptPlayer player_{make_plain(options(*verifier_))};
};

TEST_F(PlainTokens, OnlyTheTokensOwnerGetsIn) {
  EXPECT_EQ(refusal("/echo"), Errc::unauthorized);
  const std::string ann = token(R"({"sub":"ann"})");
  EXPECT_EQ(refusal("/echo?token=" + ann), Errc{});
  EXPECT_EQ(refusal("/echo?username=ann&token=" + ann), Errc{});
  EXPECT_EQ(refusal("/echo?username=bob&token=" + ann), Errc::unauthorized);
  EXPECT_EQ(refusal("/echo?token=" + token(R"({"sub":"ann","exp":1})")), Errc::token_expired);
  EXPECT_EQ(refusal("/echo?token=" + token("{}")), Errc::unauthorized);  // nobody
}

TEST_F(PlainTokens, ConnectionEndsWhenItsTokenDoes) {
  const std::int64_t later = wall_time_ms() / 1000 + 60;
  TestConnection& ann = player_.open(
      "ann", "/echo?token=" + token(R"({"sub":"ann","exp":)" + std::to_string(later) + "}"));
  ASSERT_TRUE(ann.wakes_in.has_value());
  EXPECT_GT(*ann.wakes_in, Duration(50'000));
  EXPECT_LE(*ann.wakes_in, Duration(60'000));
  ann.dialect->on_tick();
  ASSERT_TRUE(ann.closed.has_value());
  EXPECT_EQ(ann.closed->text, "connection_expired");
}

TEST_F(PlainTokens, TokenMayNameARoomThatIsClosedToOthers) {
  EXPECT_EQ(refusal("/room/%24secret?token=" + token(R"({"sub":"ann"})")), Errc::permission_denied);
  EXPECT_EQ(refusal("/room/%24secret?token=" + token(R"({"sub":"ann","channels":["$secret"]})")),
            Errc{});
  EXPECT_EQ(refusal("/room/%24secret?token=" + token(R"({"sub":"ann","subs":{"$secret":{}}})")),
            Errc{});
}

TEST(PlainRules, BelongToTheChannel) {
  std::vector<hub::ChannelRules> rules(2);
  rules[1].name_space = "news";
  rules[1].publish = rules[1].read_history = hub::Access::backend;
  TranscriptPlayer player(make_plain({}), hub::RuleBook(std::move(rules)));
  EXPECT_EQ(player.connect("/room/unheard:of").error(), Errc::unknown_namespace);
  EXPECT_EQ(player.connect("/room/dialog%23bob?username=ann").error(), Errc::permission_denied);
  EXPECT_EQ(player.connect("/room/news:today?history=5").error(), Errc::permission_denied);
  TestConnection& ann = player.open("ann", "/room/news:today?format=json&username=ann");
  player.say(ann, R"({"data":"mine","ref":"r"})");
  EXPECT_NE(ann.heard.back().find("permission_denied"), std::string::npos);
}

TEST(PlainEvents, BackEndTakesAClientOutOfItsRoom) {
  TranscriptPlayer player(make_plain({}));
  TestConnection& ann = player.open("ann", "/room/tea?format=json&username=ann");
  player.hub().for_connections(
      0, {"ann"},
      [](hub::Session& session) {
        session.unsubscribe("tea");
        session.events().on_unsubscribed("tea", Errc::unsubscribed);
      },
      nullptr);
  player.settle();
  ASSERT_TRUE(ann.closed.has_value());
  EXPECT_EQ(ann.closed->code, 4003);
}

}  // namespace
}  // namespace parley::dialect
