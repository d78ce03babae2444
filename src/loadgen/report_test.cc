#include "loadgen/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "loadgen/result.h"

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::size_t times(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern, std::regex::icase);
  return static_cast<std::size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), regex), {}));
}

std::string embedded_json(const std::string& page) {
  const std::string before = R"(id="result">)";
  const std::size_t begin = page.find(before) + before.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(Report, HoldsTheResult) {
  Result result;
  result.workload = "fanout";
  result.notes = {"a note"};
  const std::string json = to_json(result);
  const std::string page = html_report(json);
  EXPECT_THAT(page, StartsWith("<!doctype html>"));
  EXPECT_THAT(page, ::testing::EndsWith("</html>\n"));
  EXPECT_EQ(embedded_json(page), json);
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(Report, NoTextOfTheResultIsMarkup) {
  Result result;
  result.target = "ws://x/</script><script>alert(1)</script>";
  result.notes = {"<!-- <script> {{report.js}}"};
  const std::string json = to_json(result);
  const std::string page = html_report(json);
  EXPECT_EQ(times(page, "<script"), times(html_report("{}"), "<script"));
  EXPECT_EQ(times(page, "</script"), times(html_report("{}"), "</script"));
  EXPECT_EQ(embedded_json(page), std::regex_replace(json, std::regex("<"), "\\u003c"));
}

TEST(Report, NeedsNoNetwork) {
  const std::string page = html_report("{}");
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'; "
                              "script-src 'unsafe-inline'; img-src data:\""));
  // What an element or the style loads is inside the page, and the script loads nothing.
  EXPECT_EQ(times(page, R"(\b(src|srcset|href|action|poster)\s*=\s*["'](?!data:|#))"), 0U);
  EXPECT_EQ(times(page, R"([:\s]url\(|@import|\bimport\b|\bfetch\(|XMLHttpRequest|WebSocket\()"),
            0U);
  // The one address is the name of SVG.
  EXPECT_EQ(times(page, R"((https?:)?//[a-z0-9.-]+\.[a-z]{2,})"),
            times(page, R"(http://www\.w3\.org/2000/svg)"));
}

TEST(Report, ScriptAndStyleDoNotEndTheirElements) {
  const std::string page = html_report("{}");
  EXPECT_EQ(times(page, "<style"), 1U);
  EXPECT_EQ(times(page, "</style"), 1U);
  EXPECT_EQ(times(page, "<script"), 3U);
  EXPECT_EQ(times(page, "</script"), 3U);
  EXPECT_EQ(times(page, "<!--"), 0U);
}

}  // namespace
}  // namespace parley::loadgen
