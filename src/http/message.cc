#include "http/message.h"

#include <algorithm>

#include "base/text.h"

namespace parley::http {

std::optional<ByteView> Request::header(ByteView name) const {
  for (const Header& header : headers) {
    if (equals_ignore_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::size_t Request::count(ByteView name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const Header& header) { return equals_ignore_case(header.name, name); }));
}

std::vector<ByteView> Request::elements(ByteView name) const {
  std::vector<ByteView> found;
  for (const Header& header : headers) {
    if (!equals_ignore_case(header.name, name)) continue;
    for (ByteView rest = header.value; !rest.empty();) {
      const std::size_t comma = rest.find(',');
      const ByteView element = trim(rest.substr(0, comma));
      if (!element.empty()) found.push_back(element);
      rest.remove_prefix(comma == ByteView::npos ? rest.size() : comma + 1);
    }
  }
  return found;
}

bool Request::has_token(ByteView name, ByteView token) const {
  return std::ranges::any_of(elements(name),
                             [&](ByteView element) { return equals_ignore_case(element, token); });
}

std::optional<std::string> Request::query_parameter(ByteView name) const {
  for (ByteView rest = query; !rest.empty();) {
    const std::size_t end = rest.find('&');
    const ByteView pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (percent_decode(pair.substr(0, equals), true) == name) {
      return equals == ByteView::npos ? std::string()
                                      : percent_decode(pair.substr(equals + 1), true);
    }
    rest.remove_prefix(end == ByteView::npos ? rest.size() : end + 1);
  }
  return std::nullopt;
}

std::optional<std::string> Request::decoded_path() const {
  auto decoded = percent_decode(path, false);
  if (!decoded || has_control_characters(*decoded) || !is_valid_utf8(*decoded)) {
    return std::nullopt;
  }
  for (ByteView rest = *decoded; !rest.empty();) {
    const std::size_t slash = rest.find('/');
    const ByteView segment = rest.substr(0, slash);
    if (segment == "." || segment == "..") return std::nullopt;
    rest.remove_prefix(slash == ByteView::npos ? rest.size() : slash + 1);
  }
  return decoded;
}

}  // namespace parley::http
