// From JSON objects to structs of ours, by tables: one row for each member says its name, what it
// means, whether it must be there and, by the member's C++ type, how it is read and what its JSON
// schema is. The same rows read requests and make the OpenAPI document, so the two cannot differ.
// Strict: an unknown name, a name that stands twice and a value of another type are refused in
// words that name the field. null is the same as absent, except where any JSON value is welcome.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "hub/publication.h"

namespace parley::api {

namespace dom = simdjson::dom;

template <class Object>
struct Field {
  std::string_view name;
  std::string_view meaning;
  bool required;
  bool takes_null;
  bool (*read)(Object& to, const dom::element& from, const std::string& path, std::string& why);
  void (*write_schema)(JsonWriter& json);  // the members of the schema object
};

// The table of a struct: a specialization for each.
template <class Object>
std::span<const Field<Object>> fields();

// What bytes in base64 were.
struct Base64 {
  std::string bytes;
};

// How a type is read: kWhat in words, kSchema, and read(), false when the value is no such thing.
template <class T>
struct JsonType;

#define PARLEY_JSON_TYPE(T, what, schema)               \
  template <>                                           \
  struct JsonType<T> {                                  \
    static constexpr std::string_view kWhat = what;     \
    static constexpr std::string_view kSchema = schema; \
    static bool read(T& to, const dom::element& from);  \
  }

PARLEY_JSON_TYPE(std::string, "a string", R"("type":"string")");
PARLEY_JSON_TYPE(bool, "true or false", R"("type":"boolean")");
PARLEY_JSON_TYPE(std::int64_t, "an integer", R"("type":"integer")");
PARLEY_JSON_TYPE(std::uint64_t, "an integer of at least 0", R"("type":"integer","minimum":0)");
PARLEY_JSON_TYPE(Base64, "a string in base64, with padding",
                 R"("type":"string","contentEncoding":"base64")");
PARLEY_JSON_TYPE(hub::Tags, "an object of at most 32 strings",
                 R"("type":"object","maxProperties":32,"additionalProperties":{"type":"string"})");
PARLEY_JSON_TYPE(std::optional<std::int64_t>, "in seconds since 1970, or 0 for never",
                 R"("type":"integer","minimum":0)");
PARLEY_JSON_TYPE(std::optional<ConnectionId>, "a client id as the server gives it, a UUID",
                 R"("type":"string","format":"uuid")");
PARLEY_JSON_TYPE(std::vector<ConnectionId>, "a list of client ids",
                 R"("type":"array","items":{"type":"string","format":"uuid"})");
PARLEY_JSON_TYPE(std::optional<hub::Payload>, "a JSON value", R"("title":"any JSON value")");
PARLEY_JSON_TYPE(Bytes, "a JSON value", R"("title":"any JSON value")");

#undef PARLEY_JSON_TYPE

inline constexpr std::size_t kMaxTags = 32;

std::string in_quotes(std::string_view path);  // cut when it is long
std::string wrong_value(const std::string& path, std::string_view what, const dom::element& value);
std::string unknown_name(std::string_view what, const std::string& path, std::string_view name,
                         const std::vector<std::string>& known);

// `path` is empty, or that of the object with a dot behind it.
template <class Object>
bool read_object(Object& to, const dom::object& from, const std::string& path, std::string& why) {
  const auto rows = fields<Object>();
  std::vector<bool> seen(rows.size());
  for (const auto [name, value] : from) {
    const auto row = std::ranges::find(rows, name, &Field<Object>::name);
    if (row == rows.end()) {
      std::vector<std::string> known;
      for (const auto& each : rows) known.emplace_back(each.name);
      why = unknown_name("field", path, name, known);
      return false;
    }
    const auto place = static_cast<std::size_t>(row - rows.begin());
    const std::string full = path + std::string(row->name);
    if (seen[place]) {
      why = in_quotes(full) + " stands twice";
      return false;
    }
    if (value.is_null() && !row->takes_null) continue;
    seen[place] = true;
    if (!row->read(to, value, full, why)) return false;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].required || seen[i]) continue;
    why = in_quotes(path + std::string(rows[i].name)) + " is missing";
    return false;
  }
  return true;
}

template <class Object>
void write_object_schema(JsonWriter& json) {
  json.member("type", "object").member("additionalProperties", false);
  json.key("properties").begin_object();
  for (const auto& row : fields<Object>()) {
    json.key(row.name).begin_object();
    row.write_schema(json);
    json.member("description", row.meaning).end_object();
  }
  json.end_object();
  json.key("required").begin_array();
  for (const auto& row : fields<Object>()) {
    if (row.required) json.value(row.name);
  }
  json.end_array();
}

// An object inside of an object.
template <class Object>
struct JsonType<std::optional<Object>> {
  static bool read(std::optional<Object>& to, const dom::element& from, const std::string& path,
                   std::string& why) {
    dom::object object;
    if (from.get(object) == simdjson::SUCCESS) {
      return read_object(to.emplace(), object, path + ".", why);
    }
    why = wrong_value(path, "an object", from);
    return false;
  }
  static void write_schema(JsonWriter& json) { write_object_schema<Object>(json); }
};

template <class T>
bool read_member(T& to, const dom::element& from, const std::string& path, std::string& why) {
  if constexpr (requires { JsonType<T>::read(to, from, path, why); }) {
    return JsonType<T>::read(to, from, path, why);
  } else {
    if (JsonType<T>::read(to, from)) return true;
    why = wrong_value(path, JsonType<T>::kWhat, from);
    return false;
  }
}

template <class T>
void write_member_schema(JsonWriter& json) {
  if constexpr (requires { JsonType<T>::kSchema; }) {
    json.raw(JsonType<T>::kSchema);
  } else {
    JsonType<T>::write_schema(json);
  }
}

template <class Object, auto kMember>
constexpr Field<Object> field(std::string_view name, std::string_view meaning,
                              bool required = false) {
  using T = std::remove_cvref_t<decltype(std::declval<Object&>().*kMember)>;
  return {name,
          meaning,
          required,
          std::is_same_v<T, std::optional<hub::Payload>>,
          [](Object& to, const dom::element& from, const std::string& path, std::string& why) {
            return read_member(to.*kMember, from, path, why);
          },
          write_member_schema<T>};
}

}  // namespace parley::api
