#include "files/file_name.h"

#include <algorithm>

#include "base/text.h"

namespace parley::files {
namespace {

constexpr std::size_t kLongest = 200;
constexpr std::size_t kLongestEnding = 16;  // with its dot

std::size_t character_bytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// C0, DEL, C1, line and paragraph separators, and what turns the direction of writing or marks it.
bool is_unwanted(ByteView character) {
  const auto at = [character](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return at(0) < 0x20 || at(0) == 0x7F;
  if (character.size() == 2) return (at(0) == 0xC2 && at(1) < 0xA0) || character == "\u061C";
  if (character.size() != 3 || at(0) != 0xE2) return false;
  if (at(1) == 0x80) return at(2) == 0x8E || at(2) == 0x8F || (at(2) >= 0xA8 && at(2) <= 0xAE);
  return at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9;
}

// At most `limit` bytes of it, whole characters.
ByteView prefix(ByteView text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string shorten(std::string name) {
  if (name.size() <= kLongest) return name;
  const std::size_t dot = name.rfind('.');
  const bool has_ending = dot != std::string::npos && name.size() - dot <= kLongestEnding;
  const std::string ending = has_ending ? name.substr(dot) : "";
  return std::string(prefix(name, kLongest - ending.size())) + ending;
}

}  // namespace

std::string clean_file_name(ByteView name) {
  if (!is_valid_utf8(name)) return "file";
  if (const std::size_t slash = name.find_last_of("/\\"); slash != ByteView::npos) {
    name.remove_prefix(slash + 1);
  }
  std::string clean;
  while (!name.empty()) {
    const ByteView character = name.substr(0, character_bytes(name.front()));
    name.remove_prefix(character.size());
    if (!is_unwanted(character)) clean += character;
  }
  constexpr const char* kEdges = " .";
  clean.erase(0, clean.find_first_not_of(kEdges));
  clean.erase(clean.find_last_not_of(kEdges) + 1);
  return clean.empty() ? "file" : shorten(std::move(clean));
}

std::string content_disposition(ByteView name, bool in_place) {
  std::string ascii;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xC0) continue;  // one '_' a character
    ascii += byte < 0x80 && c != '"' && c != '\\' && c != '%' ? c : '_';
  }
  std::string value = in_place ? "inline" : "attachment";
  value += "; filename=\"" + ascii + "\"";
  if (ascii != name) value += "; filename*=UTF-8''" + percent_encode(name);
  return value;
}

}  // namespace parley::files
