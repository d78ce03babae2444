#include "loadgen/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Result, JsonHasEveryMember) {
  Result result;
  result.workload = "fanout";
  result.dialect = "plain";
  result.target = "ws://127.0.0.1:8000";
  result.command = "parley bench fanout --connections 2";
  result.connections = 2;
  result.size = 128;
  result.in_flight = 1;
  result.started = "2026-01-31T12:00:00Z";
  result.machine = "2 cores";
  result.elapsed_seconds = 2.0004;
  result.published = 10;
  result.deliveries = 20;
  result.bytes_received = 2560;
  result.latency.record(50, 20);
  result.server_pid = 42;
  result.server_cpu_seconds = 0.5;
  result.resident_bytes = 9000000;
  result.bytes_per_connection = 412.25;
  result.memory = {{0, 8000000}, {2, 9000000}};
  Moment moment;
  moment.at_seconds = 1;
  moment.published_per_second = 5;
  moment.deliveries_per_second = 10.04;
  moment.p50_us = 50;
  moment.p99_us = 51;
  moment.max_us = 52;
  moment.connections = 2;
  moment.server_cores = 0.25;
  result.series = {moment};
  result.notes = {"client and server share the cores"};

  EXPECT_EQ(
      to_json(result),
      R"({"parley_bench":1,"workload":"fanout","dialect":"plain","target":"ws://127.0.0.1:8000",)"
      R"("command":"parley bench fanout --connections 2","options":{"connections":2,"rooms":1,)"
      R"("size":128,"in_flight":1,"rate":0,"threads":1,"compressed":false,"tls":false},)"
      R"("started":"2026-01-31T12:00:00Z","machine":"2 cores","elapsed_s":2,)"
      R"("totals":{"published":10,"deliveries":20,"bytes_received":2560,)"
      R"("failed_connections":0,"errors":0},)"
      R"("rates":{"published_per_s":5,"deliveries_per_s":10,"deliveries_per_cpu_s":40},)"
      R"("latency_us":{"count":20,"min":50,"mean":50,"p50":50,"p90":50,"p99":50,"p999":50,)"
      R"("max":50,"buckets":[[50,20]]},)"
      R"("server":{"pid":42,"cpu_s":0.5,"core_used":0.25,"rss_bytes":9000000,)"
      R"("rss_per_connection":412.3,"memory":[[0,8000000],[2,9000000]]},)"
      R"("series":[{"t":1,"published_per_s":5,"deliveries_per_s":10,"p50":50,"p99":51,"max":52,)"
      R"("connections":2,"cores":0.25,"rss_bytes":null}],)"
      R"("notes":["client and server share the cores"]})");
}

TEST(Result, WhatIsNotKnownIsNull) {
  const std::string json = to_json(Result());
  EXPECT_THAT(json, HasSubstr(R"("deliveries_per_cpu_s":null)"));
  EXPECT_THAT(json, HasSubstr(R"("server":null)"));
  EXPECT_THAT(json, Not(HasSubstr("storm")));
}

TEST(Result, AStormIsToldInFull) {
  Result result;
  StormResult storm;
  storm.dropped = 10;
  storm.back = 9;
  storm.recovered = 8;
  storm.lost = 3;
  storm.duplicates = 2;
  storm.refused = 1;
  storm.back_us.record(40);
  storm.quiet_us.record(41);
  storm.during_us.record(42);
  result.storm = storm;
  const std::string json = to_json(result);
  EXPECT_THAT(json, HasSubstr(R"("storm":{"dropped":10,"back":9,"recovered":8,"lost":3,)"
                              R"("duplicates":2,"refused":1,"back_us":{"count":1,"min":40,)"));
  EXPECT_THAT(json, HasSubstr(R"("quiet_us":{"count":1,"min":41,)"));
  EXPECT_THAT(json, HasSubstr(R"("during_us":{"count":1,"min":42,)"));
}

TEST(Result, BytesThatAreNotTextDoNotBreakTheJson) {
  Result result;
  result.target = "ws://\xff/";
  result.notes = {"caf\xc3\xa9", "\xc3"};
  const std::string json = to_json(result);
  EXPECT_THAT(json, HasSubstr(R"("target":"ws://?/")"));
  EXPECT_THAT(json, HasSubstr("\"notes\":[\"caf\xc3\xa9\",\"?\"]"));
}

}  // namespace
}  // namespace parley::loadgen
