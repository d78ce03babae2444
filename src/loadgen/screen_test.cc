#include "loadgen/screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <sstream>

#include "loadgen/figures.h"

namespace parley::loadgen {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A file that keeps what each write brought.
class Paper {
 public:
  Paper() : file_(::fopencookie(this, "w", {nullptr, &Paper::write, nullptr, nullptr})) {}
  ~Paper() { std::fclose(file_); }
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;

  std::FILE* file() { return file_; }
  std::vector<std::string> take() { return std::exchange(writes_, {}); }

 private:
  static ssize_t write(void* self, const char* data, std::size_t size) {
    static_cast<Paper*>(self)->writes_.emplace_back(data, size);
    return static_cast<ssize_t>(size);
  }

  std::FILE* file_;
  std::vector<std::string> writes_;
};

class ScreenTest : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("NO_COLOR", "1", 1); }
  void TearDown() override { ::unsetenv("NO_COLOR"); }

  static Progress measuring() {
    Progress progress;
    progress.title = "fanout  ws://127.0.0.1:8000";
    progress.phase = "measuring";
    progress.fraction = 0.5;
    progress.seconds_left = 5;
    progress.now.published_per_second = 412;
    progress.now.deliveries_per_second = 412345.4;
    progress.now.p50_us = 980;
    progress.now.p99_us = 4500;
    progress.now.max_us = 12300;
    progress.now.connections = 1000;
    progress.now.server_cores = 0.98;
    progress.now.resident_bytes = 52 << 20;
    progress.wanted_connections = 1000;
    return progress;
  }

  // "\x1b[", digits, a letter: colours and moves of the cursor.
  static std::string without_escapes(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\x1b') {
        plain.push_back(text[i]);
      } else {
        i = text.find_first_not_of("[;0123456789", i + 1);
      }
    }
    return plain;
  }

  Paper paper_;
};

TEST_F(ScreenTest, DrawsAPicture) {
  Screen screen(paper_.file(), true, 61);
  screen.show(measuring());
  const auto writes = paper_.take();
  ASSERT_THAT(writes, SizeIs(1));
  EXPECT_EQ(without_escapes(writes[0]),
            "  fanout  ws://127.0.0.1:8000\n"
            "  measuring    ━━━━━━━━━━━━━━──────────────   50 %  5 s left\n"
            "  deliveries      412,345 /s   █\n"
            "  published           412 /s\n"
            "  latency             980 µs p50   4.50 ms p99   12.3 ms max\n"
            "  connections       1,000 of 1,000\n"
            "  server             0.98 cores   52.0 MiB\n");
}

TEST_F(ScreenTest, WhatIsNotKnownIsNotDrawn) {
  Screen screen(paper_.file(), true, 61);
  Progress progress;
  progress.title = "idle";
  progress.phase = "connecting";
  progress.wanted_connections = 2000;
  progress.errors = 1;
  screen.show(progress);
  EXPECT_EQ(without_escapes(paper_.take().at(0)),
            "  idle\n"
            "  connecting   ──────────────────────────────────────    0 %\n"
            "  connections           0 of 2,000\n"
            "  errors                1\n");
}

TEST_F(ScreenTest, RedrawsInPlaceByOneWrite) {
  Screen screen(paper_.file(), true, 61);
  screen.show(measuring());
  EXPECT_THAT(paper_.take().at(0), Not(HasSubstr("A  fanout")));
  Progress progress = measuring();
  progress.errors = 2;
  screen.show(progress);
  EXPECT_THAT(paper_.take(), ::testing::ElementsAre(StartsWith("\x1b[7A  fanout")));
  screen.show(measuring());
  const auto writes = paper_.take();
  ASSERT_THAT(writes, SizeIs(1));
  EXPECT_THAT(writes[0], StartsWith("\x1b[8A"));
  EXPECT_THAT(writes[0], ::testing::EndsWith("\x1b[K\n\x1b[J"));
}

TEST_F(ScreenTest, TheSparklineShowsTheLastRatesFromZero) {
  Screen screen(paper_.file(), true, 61);
  Progress progress = measuring();
  for (const double rate : {100.0, 50.0, 0.0, 25.0}) {
    progress.now.deliveries_per_second = rate;
    screen.show(progress);
  }
  EXPECT_THAT(paper_.take().at(3), HasSubstr("25 /s   █▅▁▃"));
}

TEST_F(ScreenTest, NoLineIsWiderThanTheTerminal) {
  Progress progress = measuring();
  progress.title += "/room/" + std::string(100, 'x');
  progress.now.deliveries_per_second = 123456789;
  progress.seconds_left = 4000;
  progress.errors = 123;
  for (unsigned columns = 40; columns <= 130; ++columns) {
    Screen screen(paper_.file(), true, columns);
    for (int i = 0; i < 50; ++i) screen.show(progress);
    std::istringstream picture(without_escapes(paper_.take().back()));
    for (std::string line; std::getline(picture, line);) {
      ASSERT_LT(width_of(line), columns) << line;
    }
  }
}

TEST_F(ScreenTest, ANarrowTerminalShowsTheSameFigures) {
  Screen screen(paper_.file(), true, 40);
  screen.show(measuring());
  const std::string picture = without_escapes(paper_.take().at(0));
  for (const char* figure : {"412,345 /s", "980 µs p50", "4.50 ms p99", "12.3 ms max", "1,000 of",
                             "0.98 cores", "52.0 MiB", "50 %"}) {
    EXPECT_THAT(picture, HasSubstr(figure));
  }
}

TEST_F(ScreenTest, ColoursOnlyWithoutNoColor) {
  const char* accent = "\x1b[36m";
  Screen plain(paper_.file(), true, 80);
  plain.show(measuring());
  EXPECT_THAT(paper_.take().at(0), Not(HasSubstr(accent)));
  ::setenv("NO_COLOR", "", 1);  // empty counts as not set
  Screen colourful(paper_.file(), true, 80);
  colourful.show(measuring());
  EXPECT_THAT(paper_.take().at(0), HasSubstr(accent));
}

TEST_F(ScreenTest, ClearsThePictureOnce) {
  Screen screen(paper_.file(), true, 61);
  screen.clear();
  EXPECT_THAT(paper_.take(), IsEmpty());
  screen.show(measuring());
  paper_.take();
  screen.clear();
  screen.clear();
  EXPECT_THAT(paper_.take(), ::testing::ElementsAre("\x1b[7A\x1b[J"));
}

TEST_F(ScreenTest, ElsewhereThanOnATerminalALineForEachPhaseAndEveryFiveSeconds) {
  Screen screen(paper_.file(), false);
  Progress progress;
  progress.title = "fanout  ws://127.0.0.1:8000";
  progress.phase = "connecting";
  const TimePoint start{};
  screen.show(progress, start);
  screen.show(progress, start + std::chrono::milliseconds(4999));
  screen.show(measuring(), start + std::chrono::milliseconds(5000));
  screen.show(measuring(), start + std::chrono::milliseconds(9999));
  Progress last = measuring();
  last.fraction = 1;
  last.errors = 1;
  screen.show(last, start + std::chrono::milliseconds(10000));
  const auto writes = paper_.take();
  EXPECT_THAT(writes, Each(Not(HasSubstr("\x1b"))));
  const std::string figures =
      " 412,345 deliveries/s, 412 published/s, p50 980 µs, p99 4.50 ms, max 12.3 ms, "
      "1,000 connections, server 0.98 cores, server 52.0 MiB";
  EXPECT_THAT(writes, ::testing::ElementsAre("fanout  ws://127.0.0.1:8000\nconnecting, 0 %\n",
                                             "measuring, 50 %," + figures + "\n",
                                             "measuring, 100 %," + figures + ", 1 error\n"));
}

}  // namespace
}  // namespace parley::loadgen
