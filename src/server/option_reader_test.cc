#include "server/option_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::server {
namespace {

using testing::HasSubstr;

class OptionReaderTest : public testing::Test {
 protected:
  std::map<std::string, std::string> values_{{"--n", ""}};
  std::map<std::string, bool> switches_;
  std::array<std::string, kMaxArguments> arguments_;
  OptionReader reader_{CommandOptions{values_, switches_, arguments_}};

  std::uint64_t number(const std::string& text) {
    values_["--n"] = text;
    return reader_.number("--n", 1, 10, 5);
  }
  Duration duration(const std::string& text) {
    values_["--n"] = text;
    return reader_.duration("--n", Duration(500), Duration(3'600'000), Duration(7));
  }
};

TEST_F(OptionReaderTest, ReadsNumbersInTheirRange) {
  EXPECT_EQ(number(""), 5U);
  EXPECT_EQ(number("10"), 10U);
  EXPECT_EQ(reader_.faults(), "");
  for (const char* wrong : {"0", "11", "-1", "1.5", "x", "99999999999999999999"}) {
    EXPECT_EQ(number(wrong), 5U) << wrong;
    EXPECT_THAT(reader_.faults(), HasSubstr("from 1 to 10, not \"" + std::string(wrong) + '"'));
  }
}

TEST_F(OptionReaderTest, ReadsTimesWithTheirUnit) {
  EXPECT_EQ(duration(""), Duration(7));
  EXPECT_EQ(duration("500ms"), Duration(500));
  EXPECT_EQ(duration("10s"), Duration(10'000));
  EXPECT_EQ(duration("2m"), Duration(120'000));
  EXPECT_EQ(duration("1h"), Duration(3'600'000));
  EXPECT_EQ(reader_.faults(), "");
  for (const char* wrong : {"10", "499ms", "2h", "s", "5d", "99999999999999h"}) {
    EXPECT_EQ(duration(wrong), Duration(7)) << wrong;
    EXPECT_THAT(reader_.faults(),
                HasSubstr("from 500ms to 3600s with its unit, as in 500ms, 10s or 2m, not \"" +
                          std::string(wrong)));
  }
}

}  // namespace
}  // namespace parley::server
