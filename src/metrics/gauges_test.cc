#include "metrics/gauges.h"

#include <gtest/gtest.h>

namespace parley::metrics {
namespace {

TEST(Gauges, AreAskedForAtEachScrape) {
  Gauges gauges;
  std::uint64_t value = 3;
  gauges.add("parley_things", "Things.", [&value] { return value; });
  EXPECT_EQ(gauges.prometheus_text(),
            "# HELP parley_things Things.\n# TYPE parley_things gauge\nparley_things 3\n");
  value = 4;
  EXPECT_NE(gauges.prometheus_text().find("\nparley_things 4\n"), std::string::npos);
}

}  // namespace
}  // namespace parley::metrics
