#include "metrics/metrics.h"

#include <gtest/gtest.h>

namespace parley::metrics {
namespace {

TEST(Metrics, AddsTheShardsUp) {
  ShardCounters first;
  ShardCounters second;
  first.add(Counter::connections_opened, 3);
  second.add(Counter::connections_opened, 4);
  second.add(Counter::connections_closed);
  second.add(Errc::slow_consumer);
  const Metrics metrics({&first, &second});
  EXPECT_EQ(metrics.total(Counter::connections_opened), 7U);
  const std::string text = metrics.prometheus_text();
  EXPECT_NE(text.find("\nparley_connections 6\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nparley_connections_opened_total 7\n"), std::string::npos);
  EXPECT_NE(text.find("parley_errors_total{reason=\"slow_consumer\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("\nparley_slow_consumers_total 1\n"), std::string::npos);
}

TEST(Metrics, EveryReasonOfTheCatalogueHasItsOwnCounter) {
  ShardCounters shard;
  std::uint64_t n = 0;
  for (const auto& info : error_catalogue()) {
    for (std::uint64_t i = 0; i <= n; ++i) shard.add(info.code);
    ++n;
  }
  n = 0;
  for (const auto& info : error_catalogue()) EXPECT_EQ(shard.get(info.code), ++n) << info.name;
}

}  // namespace
}  // namespace parley::metrics
