// Reading JSON objects for the auth layer: strict about members that stand twice, since two readers
// may take them for two things. Internal to auth; simdjson is seen behind it.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <vector>

#include "base/bytes.h"

namespace parley::auth::json {

namespace dom = simdjson::dom;

// The object lives as long as its parser and until the parser's next text.
inline bool parse_object(dom::parser& parser, ByteView text, dom::object& object) {
  return parser.parse(simdjson::padded_string(text)).get_object().get(object) == simdjson::SUCCESS;
}

inline bool has_duplicates(const dom::object& object) {
  std::vector<ByteView> names;
  for (const auto member : object) names.push_back(member.key);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

}  // namespace parley::auth::json
