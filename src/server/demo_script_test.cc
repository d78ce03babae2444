#include "server/demo_script.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>
#include <vector>

#include "base/text.h"

namespace parley::server {
namespace {

// A line refers to a message that was said, and changes only what its own speaker said.
void expect_consistent(std::span<const Line> lines) {
  std::vector<std::size_t> speakers;
  for (const Line& line : lines) {
    ASSERT_LT(line.who, kCast.size());
    EXPECT_FALSE(line.text.empty());
    EXPECT_TRUE(is_valid_utf8(line.text));
    ASSERT_LE(line.back, speakers.size()) << line.text;
    EXPECT_EQ(line.back == 0, line.act == Line::Act::say) << line.text;
    if (line.act == Line::Act::edit) {
      EXPECT_EQ(speakers[speakers.size() - line.back], line.who) << line.text;
    }
    if (line.act == Line::Act::say || line.act == Line::Act::reply) speakers.push_back(line.who);
  }
}

TEST(DemoScript, LinesReferToWhatWasSaid) {
  EXPECT_GE(lobby_past().size(), 30);
  EXPECT_GE(lobby_script().size(), 40);
  expect_consistent(lobby_past());
  expect_consistent(lobby_script());
}

TEST(DemoScript, LinesAreOfTheChatsSchema) {
  const Said to{"a-1", "Ada", "before"};
  EXPECT_EQ(line_json({kLin, Line::Act::say, "hi"}, "b-2", nullptr),
            R"({"type":"message","id":"b-2","text":"hi"})");
  EXPECT_EQ(line_json({kLin, Line::Act::reply, "hi", 1}, "b-2", &to),
            R"({"type":"message","id":"b-2","text":"hi",)"
            R"("reply":{"id":"a-1","user":"Ada","text":"before"}})");
  EXPECT_EQ(line_json({kLin, Line::Act::react, "👍", 1}, "b-2", &to),
            R"({"type":"reaction","id":"a-1","emoji":"👍","on":true})");
  EXPECT_EQ(line_json({kAda, Line::Act::edit, "after", 1}, "b-2", &to),
            R"({"type":"edit","id":"a-1","text":"after"})");
}

TEST(DemoScript, AQuoteIsCutBetweenCharacters) {
  std::string text = "x";
  for (int i = 0; i < 60; ++i) text += "林";
  const Said to{"a-1", "Ada", text};
  const std::string json = line_json({kLin, Line::Act::reply, "hi", 1}, "b-2", &to);
  EXPECT_TRUE(is_valid_utf8(json));
  EXPECT_LT(json.size(), text.size() + 100);
}

TEST(DemoScript, CommentsAreOfTheDanmakusSchema) {
  simdjson::dom::parser parser;
  std::set<std::string> modes;
  std::set<std::string> sizes;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const simdjson::padded_string json(comment_json("c-1", seed, seed));
    const simdjson::dom::object comment = parser.parse(json);
    EXPECT_EQ(std::string_view(comment["type"]), "comment");
    EXPECT_EQ(std::int64_t(comment["at"]), seed);
    EXPECT_EQ(std::string_view(comment["color"]).size(), 7);
    const std::string_view text = comment["text"];
    EXPECT_LE(text.size(), 100);
    modes.emplace(std::string_view(comment["mode"]));
    sizes.emplace(std::string_view(comment["size"]));
  }
  EXPECT_EQ(modes, (std::set<std::string>{"bottom", "scroll", "top"}));
  EXPECT_EQ(sizes, (std::set<std::string>{"large", "medium", "small"}));
  EXPECT_EQ(comment_json("c-1", 3, -1).find("\"at\""), std::string::npos);
}

}  // namespace
}  // namespace parley::server
