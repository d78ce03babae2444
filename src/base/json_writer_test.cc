#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace parley {
namespace {

std::string json_string(ByteView text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonWriter, PlacesCommas) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .member("type", "joined")
      .key("users")
      .begin_array()
      .value("a")
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .null()
      .end_array()
      .key("data")
      .raw("{\"x\":1}")
      .member("last", true)
      .end_object();
  EXPECT_EQ(out, R"({"type":"joined","users":["a",{},[],null],"data":{"x":1},"last":true})");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "42";
  JsonWriter(out).begin_array().value(1).value(2).end_array();
  EXPECT_EQ(out, "42[1,2]");
}

TEST(JsonWriter, WritesNumbers) {
  std::string out;
  JsonWriter(out)
      .begin_array()
      .value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::uint64_t>::max())
      .value(0)
      .value(0.1)
      .value(-2.5e300)
      .value(std::numeric_limits<double>::infinity())
      .value(std::numeric_limits<double>::quiet_NaN())
      .end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,0,0.1,-2.5e+300,null,null]");
}

TEST(JsonWriter, TakesTextForTextAndFlagsForFlags) {
  std::string out;
  JsonWriter(out)
      .begin_array()
      .value("literal")
      .value(std::string("string"))
      .value(ByteView("view"))
      .value(false)
      .end_array();
  EXPECT_EQ(out, R"(["literal","string","view",false])");
}

TEST(JsonWriter, EscapesKeys) {
  std::string out;
  JsonWriter(out).begin_object().member("a\"b", 1).end_object();
  EXPECT_EQ(out, R"({"a\"b":1})");
}

TEST(JsonString, EscapesWhatJsonDemands) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("say \"hi\" \\ there"), R"("say \"hi\" \\ there")");
  EXPECT_EQ(json_string("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(json_string(ByteView("\x00\x01\x1F", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(json_string("\x7F/é中😀"), "\"\x7F/é中😀\"") << "and nothing more";
}

}  // namespace
}  // namespace parley
