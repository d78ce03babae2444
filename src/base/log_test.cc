#include "base/log.h"

#include <gtest/gtest.h>

namespace parley::log {
namespace {

TEST(Log, RedactsTheQuery) {
  EXPECT_EQ(redact_query("/echo?token=abc&username=x"), "/echo?…");
  EXPECT_EQ(redact_query("/echo?"), "/echo?…");
  EXPECT_EQ(redact_query("/echo"), "/echo");
  EXPECT_EQ(redact_query("?token=abc?def"), "?…");
}

TEST(Log, IsSilentBeforeStart) {
  EXPECT_FALSE(enabled(Level::error));
  error("nobody hears this {}", 1);
  EXPECT_EQ(dropped_lines(), 0U);
}

TEST(Log, WritesEachLineOnceToStandardError) {
  testing::internal::CaptureStderr();
  start({.level = Level::info, .json = false});
  EXPECT_TRUE(enabled(Level::warning));
  EXPECT_FALSE(enabled(Level::debug));
  debug("too quiet");
  info("{} and {}", "one", 2);
  stop();
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(lines.ends_with(" info one and 2\n")) << lines;
  EXPECT_EQ(lines.find("too quiet"), std::string::npos);
  EXPECT_FALSE(enabled(Level::error));
}

TEST(Log, WritesJsonThatHoldsAnyText) {
  testing::internal::CaptureStderr();
  start({.level = Level::info, .json = true});
  warning("a \"quoted\"\n%v line");
  stop();
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(line.starts_with("{\"time\":\"")) << line;
  EXPECT_TRUE(
      line.ends_with("\",\"level\":\"warning\",\"message\":\"a \\\"quoted\\\"\\n%v line\"}\n"))
      << line;
}

}  // namespace
}  // namespace parley::log
