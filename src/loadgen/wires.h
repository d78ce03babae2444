// The makers of the wires, one .cc each, and the JSON reader that they share.
#pragma once

#include <simdjson.h>

#include <memory>

#include "loadgen/wire.h"

namespace parley::loadgen {

std::unique_ptr<Wire> make_plain_wire(Login login, bool json);
std::unique_ptr<Wire> make_centrifuge_wire(Login login);
std::unique_ptr<Wire> make_socketio_wire(Login login);

// Members of a JSON object, read leniently: an absent one, or one of another type, is the default.
class JsonObject {
 public:
  explicit JsonObject(simdjson::dom::element element)
      : found_(element.get(object_) == simdjson::SUCCESS) {}
  bool has(ByteView name) const {
    simdjson::dom::element value;
    return find(name, value);
  }
  std::optional<JsonObject> object(ByteView name) const {
    simdjson::dom::element value;
    if (!find(name, value) || !value.is_object()) return std::nullopt;
    return JsonObject(value);
  }
  ByteView text(ByteView name) const { return get<std::string_view>(name, {}); }
  std::uint64_t number(ByteView name) const { return get<std::uint64_t>(name, 0); }
  bool flag(ByteView name) const { return get<bool>(name, false); }
  // The value as JSON text.
  std::string json(ByteView name) const {
    simdjson::dom::element value;
    return find(name, value) ? simdjson::minify(value) : std::string();
  }
  template <class Each>  // Each(element)
  void each_of(ByteView name, Each each) const {
    simdjson::dom::element value;
    simdjson::dom::array array;
    if (!find(name, value) || value.get(array) != simdjson::SUCCESS) return;
    for (const simdjson::dom::element item : array) each(item);
  }
  template <class Each>  // Each(name, element)
  void each_member(Each each) const {
    if (!found_) return;
    for (const auto& [name, value] : object_) each(name, value);
  }

 private:
  bool find(ByteView name, simdjson::dom::element& value) const {
    return found_ && object_[name].get(value) == simdjson::SUCCESS;
  }
  template <class T>
  T get(ByteView name, T otherwise) const {
    simdjson::dom::element value;
    T into;
    return find(name, value) && value.get(into) == simdjson::SUCCESS ? into : otherwise;
  }

  simdjson::dom::object object_;
  bool found_ = false;
};

// What parse() answers lives until its next call.
class JsonReader {
 public:
  // Nothing: it is no JSON object.
  std::optional<JsonObject> parse(ByteView json) {
    simdjson::dom::element element;
    if (parser_.parse(json.data(), json.size()).get(element) || !element.is_object()) {
      return std::nullopt;
    }
    return JsonObject(element);
  }

 private:
  simdjson::dom::parser parser_;
};

}  // namespace parley::loadgen
