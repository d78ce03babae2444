#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/screen.h"

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Result fanout() {
  Result result;
  result.workload = "fanout";
  result.dialect = "plain";
  result.target = "ws://127.0.0.1:8000";
  result.connections = 1000;
  result.size = 128;
  result.in_flight = 1;
  result.elapsed_seconds = 10;
  result.published = 4123;
  result.deliveries = 4123450;
  result.bytes_received = 527801600;
  result.latency.record(980, 90);
  result.latency.record(4500, 10);
  result.server_pid = 7;
  result.server_cpu_seconds = 9.8;
  result.resident_bytes = 52 << 20;
  result.bytes_per_connection = 411.7;
  return result;
}

TEST(Summary, BeginsWithWhatMatters) {
  EXPECT_EQ(summary(fanout()),
            "fanout  ws://127.0.0.1:8000  plain\n"
            "1,000 connections, messages of 128 B, 1 in flight, 10.0 s\n"
            "\n"
            "  deliveries                   412,345 /s\n"
            "    per server CPU second      420,760\n"
            "  published                        412 /s\n"
            "  received                        50.3 MiB/s\n"
            "  server CPU                      0.98 cores\n"
            "  server memory                   52.0 MiB\n"
            "    each connection                412 B\n"
            "\n"
            "                     p50       p90       p99     p99.9       max\n"
            "  latency         991 µs    991 µs   4.50 ms   4.50 ms   4.50 ms\n"
            "\n"
            "  No errors.\n");
}

TEST(Summary, LeavesOutWhatWasNotMeasured) {
  Result result = fanout();
  result.published = result.deliveries = 0;
  result.server_cpu_seconds.reset();
  result.resident_bytes.reset();
  result.bytes_per_connection.reset();
  result.latency.clear();
  const std::string text = summary(result);
  for (const char* word : {"deliveries", "published", "server", "each", "p99", "128 B", "flight"}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
}

TEST(Summary, TellsTheRateOfAnOpenLoop) {
  Result result = fanout();
  result.in_flight = 0;
  result.rate = 1500;
  EXPECT_THAT(summary(result), HasSubstr("messages of 128 B, 1,500 /s wanted, 10.0 s\n"));
}

TEST(Summary, TellsErrorsInWords) {
  Result result = fanout();
  result.failed_connections = 1;
  result.errors = 1200;
  const std::string text = summary(result);
  EXPECT_THAT(text, HasSubstr("  1 connection failed.\n"));
  EXPECT_THAT(text, HasSubstr("  1,200 errors: refusals, cut connections, messages that did not "
                              "come.\n"));
  EXPECT_THAT(text, Not(HasSubstr("No errors")));
}

TEST(Summary, TellsTheStorm) {
  Result result = fanout();
  StormResult storm;
  storm.dropped = 10000;
  storm.back = 9999;
  storm.recovered = 9998;
  storm.lost = 5;
  storm.back_us.record(1'250'000);
  storm.quiet_us.record(800);
  result.storm = storm;
  const std::string text = summary(result);
  EXPECT_THAT(text, HasSubstr("dropped                       10,000 connections\n"
                              "    back                         9,999\n"
                              "    back and recovered           9,998\n"));
  EXPECT_THAT(text, HasSubstr("messages lost                    5\n"));
  EXPECT_THAT(text, HasSubstr("    quiet         800 µs"));
  EXPECT_THAT(text, HasSubstr("  recovered in    1.25 s"));
  EXPECT_THAT(text, Not(HasSubstr("in storm")));
}

TEST(Summary, WrapsNotes) {
  Result result = fanout();
  result.notes = {"The load generator and the server share 2 cores: the figures are those of both.",
                  std::string(100, 'x') + " y"};
  EXPECT_THAT(summary(result),
              HasSubstr("\n\n  - The load generator and the server share 2 cores: the figures are "
                        "those\n    of both.\n  - " +
                        std::string(100, 'x') + "\n    y\n"));
}

}  // namespace
}  // namespace parley::loadgen
