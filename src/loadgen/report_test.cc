#include "loadgen/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "loadgen/result.h"

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Without regard to case, as in HTML.
std::vector<std::size_t> places(std::string text, const std::string& word) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::vector<std::size_t> found;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    found.push_back(at);
  }
  return found;
}

std::size_t times(const std::string& text, const std::string& word) {
  return places(text, word).size();
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
  EXPECT_THAT(embedded_json(page), HasSubstr("ws://x/\\u003c/script>\\u003cscript>alert(1)"));
  EXPECT_THAT(embedded_json(page), HasSubstr("\\u003c!-- \\u003cscript> {{report.js}}"));
}

TEST(Report, NeedsNoNetwork) {
  const std::string page = html_report("{}");
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'; "
                              "script-src 'unsafe-inline'; img-src data:\""));
  // What an element or the style loads is inside the page, and the script loads nothing.
  for (const std::size_t at : places(page, "href=")) {
    EXPECT_EQ(page.substr(at, 11), "href=\"data:") << page.substr(at, 80);
  }
  for (const char* word : {" src=", "srcset", "action=", "poster=", " url(", ":url(", "@import",
                           "import(", "fetch(", "xmlhttprequest", "websocket(", "eventsource"}) {
    EXPECT_EQ(times(page, word), 0U) << word;
  }
  // The one address is the name of SVG.
  EXPECT_EQ(times(page, "http://") + times(page, "https://"),
            times(page, "http://www.w3.org/2000/svg"));
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
