// Polling: that nothing is missed or doubled from look to look, and who may look.
#include "dialect/plain_poll.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "auth/signer.h"
#include "auth/verifier.h"
#include "base/text.h"
#include "hub/hub.h"
#include "hub/test_broker.h"

namespace parley::dialect {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

std::vector<hub::ChannelRules> rules() {
  std::vector<hub::ChannelRules> rules(4);
  rules[0].history_size = 4;
  rules[1].name_space = "bare";
  rules[1].history_size = 0;
  rules[2].name_space = "closed";
  rules[2].read_history = hub::Access::token;
  rules[3].name_space = "secret";
  rules[3].read_history = hub::Access::backend;
  return rules;
}

class PlainPollTest : public testing::Test {
 protected:
  using Query = std::map<std::string, std::string, std::less<>>;

  static PlainOptions options(const auth::Verifier* verifier = nullptr) {
    PlainOptions options;
    options.history_page = 10;
    options.verifier = verifier;
    return options;
  }

  // The JSON; or the error's name and its words.
  std::string look(const PlainPolls& polls, const std::string& path, const Query& query,
                   bool insecure = false) {
    const auto parameter = [&](ByteView name) -> std::optional<std::string> {
      const auto found = query.find(name);
      return found == query.end() ? std::nullopt : std::optional(found->second);
    };
    std::optional<std::string> answer;
    polls.messages({.path = path, .parameter = parameter, .subprotocols = {}, .insecure = insecure},
                   hub_, 1, [&](const Result<std::string>& json, const std::string& detail) {
                     EXPECT_FALSE(answer.has_value());
                     answer = json.has_value()
                                  ? *json
                                  : std::string(error_info(json.error()).name) + ": " + detail;
                   });
    shards_.run_until_idle();
    return answer.value_or("no answer");
  }
  std::string look(const std::string& path, const Query& query = {}) {
    return look(polls_, path, query);
  }

  void publish(const std::string& channel, const std::string& text) {
    hub::Publication publication;
    publication.channel = channel;
    publication.payload = {hub::PayloadKind::text, Bytes::copy_of(text)};
    publication.publisher.user = Bytes::copy_of("ann");
    hub_.publish(0, std::move(publication), {}, {}, nullptr);
    shards_.run_until_idle();
  }

  static std::string position_of(const std::string& json) {
    constexpr std::string_view kKey = R"("position":")";
    const std::size_t at = json.find(kKey) + kKey.size();
    return json.substr(at, json.find('"', at) - at);
  }

  // What the messages said, in their order.
  static std::string words(const std::string& json) {
    constexpr std::string_view kKey = R"("data":")";
    std::string out;
    for (std::size_t at = 0; (at = json.find(kKey, at)) != std::string::npos;) {
      at += kKey.size();
      out += (out.empty() ? "" : " ") + json.substr(at, json.find('"', at) - at);
    }
    return out;
  }

  runtime::ShardSet shards_{2};
  hub::Hub hub_{shards_, {}, hub::RuleBook(rules()), hub::TestBroker::make};
  const PlainPolls polls_{options()};
};

TEST_F(PlainPollTest, AnswersTheNewestMessagesAsEnvelopes) {
  for (const char* text : {"one", "two", "three"}) publish("tea", text);
  EXPECT_THAT(look("/room/tea", {{"limit", "1"}}),
              MatchesRegex(R"(\{"room":"tea","messages":\[\{"type":"message","id":"[^"]+-3",)"
                           R"("room":"tea","from":"ann","time":[0-9]+,"data":"three"\}\],)"
                           R"("position":"[^"]+-3","time":[0-9]+\})"));
  EXPECT_EQ(words(look("/room/tea")), "one two three");
  EXPECT_THAT(look("/room/tea"), Not(HasSubstr("recovered")));
  publish("echo", "hi");
  EXPECT_EQ(words(look("/echo")), "hi");
}

TEST_F(PlainPollTest, LookAfterLookNothingIsMissedOrDoubled) {
  std::string position = position_of(look("/room/tea"));  // before the first message
  EXPECT_TRUE(position.ends_with("-0")) << position;
  for (const char* text : {"one", "two", "three"}) publish("tea", text);
  std::vector<std::string> heard;
  for (int i = 0; i < 4; ++i) {
    const std::string json = look("/room/tea", {{"since", position}, {"limit", "2"}});
    EXPECT_THAT(json, HasSubstr(R"("recovered":true)"));
    position = position_of(json);
    heard.push_back(words(json));
    if (i == 2) publish("tea", "four");
  }
  EXPECT_THAT(heard, testing::ElementsAre("one two", "three", "", "four"));
}

TEST_F(PlainPollTest, OneAnswerHasAMebibyteOfMessagesAtMost) {
  const std::string position = position_of(look("/room/tea"));
  for (const char c : {'a', 'b', 'c'}) publish("tea", std::string(600 * 1024, c));
  const auto letters = [](const std::string& json) {
    std::string out;
    for (const char c : words(json)) {
      if (out.empty() || out.back() != c) out += c;
    }
    return out;
  };
  EXPECT_EQ(letters(look("/room/tea")), "c") << "the newest";
  std::string since = position;
  std::string heard;
  for (int i = 0; i < 3; ++i) {
    const std::string json = look("/room/tea", {{"since", since}});
    EXPECT_THAT(json, HasSubstr(R"("recovered":true)"));
    since = position_of(json);
    heard += letters(json) + ".";
  }
  EXPECT_EQ(heard, "a.b.c.");
}

TEST_F(PlainPollTest, SaysWhenNotAllIsKnownAnyMore) {
  publish("tea", "one");
  const std::string first = position_of(look("/room/tea"));
  for (int i = 0; i < 6; ++i) publish("tea", "more");  // four are kept
  const std::string json = look("/room/tea", {{"since", first}});
  EXPECT_THAT(json, HasSubstr(R"("messages":[],"position":)"));
  EXPECT_THAT(json, HasSubstr(R"("recovered":false)"));
  EXPECT_TRUE(position_of(json).ends_with("-7")) << "a place to go on from";
  EXPECT_THAT(look("/room/tea", {{"since", "another-3"}}), HasSubstr(R"("recovered":false)"));
}

TEST_F(PlainPollTest, RefusesWithWords) {
  const std::pair<std::string, std::pair<std::string, Query>> cases[] = {
      {"bad_room_name", {"/room/", {}}},
      {"bad_room_name", {"/room/a/b", {}}},
      {"unknown_namespace: the words before", {"/room/no:tea", {}}},
      {"not_available", {"/room/bare:tea", {}}},
      {"http_bad_request: since is", {"/room/tea", {{"since", "x"}}}},
      {"http_bad_request: limit is a number from 1 to 10", {"/room/tea", {{"limit", "0"}}}},
      {"http_bad_request: limit", {"/room/tea", {{"limit", "11"}}}},
      {"http_bad_request: limit", {"/room/tea", {{"limit", "-1"}}}},
      {"bad_user_name", {"/room/tea", {{"username", "a\nb"}}}},
  };
  for (const auto& [error, asked] : cases) {
    EXPECT_THAT(look(asked.first, asked.second), StartsWith(error)) << asked.first;
  }
}

TEST_F(PlainPollTest, LetsInWhoMayComeIntoTheRoomAndReadItsHistory) {
  publish("dm#ann,bob", "psst");
  EXPECT_EQ(words(look("/room/dm#ann,bob", {{"username", "bob"}})), "psst");
  EXPECT_THAT(look("/room/dm#ann,bob", {{"username", "cy"}}), StartsWith("permission_denied"));
  EXPECT_THAT(look("/room/dm#ann,bob"), StartsWith("permission_denied"));
  EXPECT_THAT(look("/room/$board", {{"username", "ann"}}), StartsWith("permission_denied"));
  for (const char* since : {"", "0"}) {
    Query query;
    if (*since != '\0') query["since"] = since;
    EXPECT_THAT(look("/room/secret:tea", query), StartsWith("permission_denied"));
    EXPECT_THAT(look("/room/closed:tea", query), StartsWith("permission_denied"));
  }
  publish("secret:tea", "known to all");
  EXPECT_EQ(words(look(polls_, "/room/secret:tea", {}, true)), "known to all") << "insecure";
}

TEST_F(PlainPollTest, WithAKeyATokenIsNeeded) {
  constexpr ByteView kSecret = "a secret of at least thirty-two bytes";
  std::string why;
  const auto verifier =
      std::move(auth::Verifier::make({.secret = std::string(kSecret)}, why).value());
  const auto signer = auth::Signer::secret(kSecret, auth::Algorithm::hs256, why);
  const PlainPolls polls(options(verifier.get()));
  publish("tea", "hi");
  publish("closed:tea", "psst");
  EXPECT_THAT(look(polls, "/room/tea", {{"username", "ann"}}), StartsWith("unauthorized"));
  const std::string ann = signer->sign(R"({"sub":"ann"})");
  EXPECT_EQ(words(look(polls, "/room/tea", {{"token", ann}})), "hi");
  EXPECT_THAT(look(polls, "/room/tea", {{"token", ann}, {"username", "bob"}}),
              StartsWith("unauthorized"));
  EXPECT_THAT(look(polls, "/room/tea", {{"token", signer->sign(R"({"sub":"ann","exp":1})")}}),
              StartsWith("token_expired"));
  EXPECT_THAT(look(polls, "/room/closed:tea", {{"token", ann}}), StartsWith("permission_denied"));
  const std::string granted = signer->sign(R"({"sub":"ann","channels":["closed:tea"]})");
  EXPECT_EQ(words(look(polls, "/room/closed:tea", {{"token", granted}})), "psst");
}

}  // namespace
}  // namespace parley::dialect
