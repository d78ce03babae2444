// What the demo's cast says: the past and the present of the room `lobby`, and comments for the
// show. Data alone; demo_cast.cc performs it. The JSON is that of docs/chat-schema.md and
// docs/danmaku-schema.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::server {

// The cast, in the order of Line::who.
inline constexpr std::array<std::string_view, 2> kCast = {"Ada", "小林"};
inline constexpr std::size_t kAda = 0;
inline constexpr std::size_t kLin = 1;

struct Line {
  enum class Act { say, reply, react, edit };

  std::size_t who;
  Act act;
  std::string_view text;  // the emoji of a reaction, the new text of an edit
  std::size_t back = 0;   // reply, react, edit: to which message, 1 is the last one
};

std::span<const Line> lobby_past();
std::span<const Line> lobby_script();

struct Said {
  std::string id;
  std::string_view user;
  std::string_view text;
};
// `to` is what the line refers to; null: nothing.
std::string line_json(const Line& line, const std::string& id, const Said* to);

inline constexpr std::string_view kTypingJson = R"({"type":"typing"})";

// One of the comments, in one of the ways in which they fly: the same `seed` gives the same.
// `at` is the moment in a timed track; negative: none.
std::string comment_json(const std::string& id, std::uint32_t seed, std::int64_t at);

}  // namespace parley::server
