#include "api/fields.h"

#include "api/payload_json.h"
#include "base/nearest_name.h"
#include "base/text.h"

namespace parley::api {
namespace {

std::string_view type_of(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::ARRAY: return "a list";
    case dom::element_type::OBJECT: return "an object";
    case dom::element_type::STRING: return "a string";
    case dom::element_type::BOOL: return "true or false";
    case dom::element_type::NULL_VALUE: return "null";
    default: return "a number";
  }
}

}  // namespace

std::string in_quotes(std::string_view path) {
  constexpr std::size_t kShown = 80;
  std::string text = "\"";
  if (path.size() <= kShown) return text.append(path) + '"';
  while (!is_valid_utf8(path = path.substr(0, std::min(path.size() - 1, kShown)))) continue;
  return text.append(path) + "…\"";
}

std::string wrong_value(const std::string& path, std::string_view what, const dom::element& value) {
  return in_quotes(path).append(" is ").append(type_of(value)).append("; it must be ").append(what);
}

std::string unknown_name(std::string_view what, const std::string& path, std::string_view name,
                         const std::vector<std::string>& known) {
  std::string text = "there is no ";
  text.append(what).append(" ").append(in_quotes(path + std::string(name)));
  const std::string nearest = nearest_name(name, known);
  if (!nearest.empty())
    text.append("; did you mean ").append(in_quotes(path + nearest)).append("?");
  return text;
}

bool JsonType<std::string>::read(std::string& to, const dom::element& from) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS) return false;
  to = text;
  return true;
}

bool JsonType<bool>::read(bool& to, const dom::element& from) {
  return from.get(to) == simdjson::SUCCESS;
}

bool JsonType<std::int64_t>::read(std::int64_t& to, const dom::element& from) {
  return from.get(to) == simdjson::SUCCESS;
}

bool JsonType<std::uint64_t>::read(std::uint64_t& to, const dom::element& from) {
  return from.get(to) == simdjson::SUCCESS;
}

bool JsonType<Base64>::read(Base64& to, const dom::element& from) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS) return false;
  auto bytes = base64_decode(text);
  if (!bytes) return false;
  to.bytes = std::move(*bytes);
  return true;
}

bool JsonType<hub::Tags>::read(hub::Tags& to, const dom::element& from) {
  dom::object object;
  if (from.get(object) != simdjson::SUCCESS || object.size() > kMaxTags) return false;
  for (const auto [name, value] : object) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return false;
    to.emplace_back(name, text);
  }
  return true;
}

bool JsonType<std::optional<std::int64_t>>::read(std::optional<std::int64_t>& to,
                                                 const dom::element& from) {
  std::int64_t seconds = 0;
  if (from.get(seconds) != simdjson::SUCCESS || seconds < 0) return false;
  if (seconds > 0) to = seconds;
  return true;
}

bool JsonType<std::optional<ConnectionId>>::read(std::optional<ConnectionId>& to,
                                                 const dom::element& from) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS) return false;
  if (text.empty()) return true;  // back ends that fill in all fields send it so
  to = ConnectionId::parse(text);
  return to.has_value();
}

bool JsonType<std::vector<ConnectionId>>::read(std::vector<ConnectionId>& to,
                                               const dom::element& from) {
  dom::array list;
  if (from.get(list) != simdjson::SUCCESS) return false;
  for (const dom::element item : list) {
    std::optional<ConnectionId> id;
    if (!JsonType<std::optional<ConnectionId>>::read(id, item) || !id) return false;
    to.push_back(*id);
  }
  return true;
}

bool JsonType<std::optional<hub::Payload>>::read(std::optional<hub::Payload>& to,
                                                 const dom::element& from) {
  to = payload_of(from);
  return true;
}

bool JsonType<Bytes>::read(Bytes& to, const dom::element& from) {
  to = Bytes::copy_of(simdjson::minify(from));
  return true;
}

}  // namespace parley::api
