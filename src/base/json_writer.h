// Appends JSON to a string, left to right: begin_object, key, value, end_object. It places the
// commas and escapes the strings; the caller keeps the nesting right. Only writing: reading is
// simdjson's.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace parley {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(ByteView name);
  JsonWriter& value(ByteView text);  // a JSON string; bytes must be valid UTF-8
  JsonWriter& value(const char* text) { return value(ByteView(text)); }
  JsonWriter& value(const std::string& text) { return value(ByteView(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(double number);
  template <std::integral T>
  JsonWriter& value(T number) {
    return raw(std::to_string(number));
  }
  JsonWriter& null() { return raw("null"); }
  JsonWriter& raw(ByteView json);  // finished JSON, verbatim

  template <class T>
  JsonWriter& member(ByteView name, const T& item) {
    return key(name).value(item);
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void comma();

  std::string& out_;
  bool needs_comma_ = false;
};

// `text` as a JSON string with its quotes.
void append_json_string(std::string& out, ByteView text);

}  // namespace parley
