// For tests: does a JSON value fit a schema of an OpenAPI document? Of JSON Schema it knows what
// that document uses: $ref, oneOf, type, enum, properties, required, additionalProperties, items
// and the counts. Answers with the first misfit and its path, or with nothing.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::api {

class SchemaCheck {
 public:
  explicit SchemaCheck(const std::string& document)
      : document_(parser_.parse(simdjson::padded_string(document)).value()) {}

  std::string misfit(const std::string& value, std::string_view schema_name) {
    simdjson::dom::parser parser;
    element parsed;
    if (parser.parse(simdjson::padded_string(value)).get(parsed)) return "not JSON: " + value;
    return misfit(parsed, document_["components"]["schemas"][schema_name].value(), "$");
  }
  const simdjson::dom::element& document() const { return document_; }

 private:
  using element = simdjson::dom::element;

  std::string misfit(const element& value, const element& schema, const std::string& path) {
    std::string_view text;
    if (!schema["$ref"].get(text)) {
      element target;
      if (document_.at_pointer(text.substr(1)).get(target)) return "no " + std::string(text);
      return misfit(value, target, path);
    }
    simdjson::dom::array choices;
    if (!schema["oneOf"].get(choices)) {
      std::string all;
      int fits = 0;
      for (const element choice : choices) {
        const std::string why = misfit(value, choice, path);
        fits += why.empty() ? 1 : 0;
        all += " | " + why;
      }
      return fits == 1 ? "" : path + ": " + std::to_string(fits) + " choices fit" + all;
    }
    if (!schema["enum"].get(choices)) {
      for (const element choice : choices) {
        if (simdjson::minify(choice) == simdjson::minify(value)) return "";
      }
      return path + ": not in the enum";
    }
    if (!schema["type"].get(text) && text != type_of(value)) {
      return path + ": " + std::string(type_of(value)) + " is no " + std::string(text);
    }
    if (value.is_object()) return misfit_of_object(value, schema, path);
    return value.is_array() ? misfit_of_array(value, schema, path) : "";
  }

  std::string misfit_of_object(const element& value, const element& schema,
                               const std::string& path) {
    const simdjson::dom::object object = value.get_object();
    if (!counts_fit(object.size(), schema, "minProperties", "maxProperties")) {
      return path + ": number of members";
    }
    simdjson::dom::array required;
    if (!schema["required"].get(required)) {
      for (const element name : required) {
        if (object[std::string_view(name)].error()) return path + ": lacks " + minify(name);
      }
    }
    element rest;
    const bool has_rest = !schema["additionalProperties"].get(rest);
    for (const auto [name, member] : object) {
      const std::string inner = path + "." + std::string(name);
      element own;
      if (!schema["properties"][name].get(own)) {
        if (auto why = misfit(member, own, inner); !why.empty()) return why;
      } else if (has_rest && rest.is_object()) {
        if (auto why = misfit(member, rest, inner); !why.empty()) return why;
      } else if (has_rest && !bool(rest)) {
        return inner + ": is not in the schema";
      }
    }
    return "";
  }

  std::string misfit_of_array(const element& value, const element& schema,
                              const std::string& path) {
    const simdjson::dom::array list = value.get_array();
    if (!counts_fit(list.size(), schema, "minItems", "maxItems")) return path + ": length";
    element items;
    if (schema["items"].get(items)) return "";
    for (const element item : list) {
      if (auto why = misfit(item, items, path + "[]"); !why.empty()) return why;
    }
    return "";
  }

  static bool counts_fit(std::size_t count, const element& schema, std::string_view least,
                         std::string_view most) {
    std::uint64_t bound = 0;
    if (!schema[least].get(bound) && count < bound) return false;
    return schema[most].get(bound) || count <= bound;
  }

  static std::string_view type_of(const element& value) {
    if (value.is_object()) return "object";
    if (value.is_array()) return "array";
    if (value.is_string()) return "string";
    if (value.is_bool()) return "boolean";
    if (value.is_null()) return "null";
    return value.is_int64() || value.is_uint64() ? "integer" : "number";
  }

  static std::string minify(const element& value) { return simdjson::minify(value); }

  simdjson::dom::parser parser_;
  simdjson::dom::element document_;
};

}  // namespace parley::api
