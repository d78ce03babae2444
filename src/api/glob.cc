#include "api/glob.h"

namespace parley::api {
namespace {

// Takes the first character off.
ByteView take(ByteView& text) {
  std::size_t size = 1;
  while (size < text.size() && (text[size] & 0xC0) == 0x80) ++size;
  const ByteView character = text.substr(0, size);
  text.remove_prefix(size);
  return character;
}

// UTF-8 sorts as the characters do, so ranges compare bytes.
bool is_in_set(ByteView set, ByteView character) {
  const bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  while (!set.empty()) {
    const ByteView low = take(set);
    ByteView high = low;
    if (set.size() > 1 && set.starts_with('-')) {
      set.remove_prefix(1);
      high = take(set);
    }
    found = found || (low <= character && character <= high);
  }
  return found != negated;
}

// Takes the first element off the pattern, which is no star.
bool matches_one(ByteView& pattern, ByteView character) {
  const ByteView element = take(pattern);
  if (element == "?") return true;
  if (element == "\\" && !pattern.empty()) return take(pattern) == character;
  const std::size_t end = pattern.find(']');
  if (element != "[" || end == ByteView::npos) return element == character;
  const ByteView set = pattern.substr(0, end);
  pattern.remove_prefix(end + 1);
  return is_in_set(set, character);
}

}  // namespace

bool matches_glob(ByteView pattern, ByteView text) {
  // Behind the last star, where the text may yet begin one character later.
  bool starred = false;
  ByteView starred_pattern;
  ByteView starred_text;
  for (;;) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      starred = true;
      starred_pattern = pattern;
      starred_text = text;
      continue;
    }
    if (pattern.empty() && text.empty()) return true;
    if (!pattern.empty() && !text.empty()) {
      ByteView rest = text;
      if (matches_one(pattern, take(rest))) {
        text = rest;
        continue;
      }
    }
    if (!starred || starred_text.empty()) return false;
    take(starred_text);
    text = starred_text;
    pattern = starred_pattern;
  }
}

}  // namespace parley::api
