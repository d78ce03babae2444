#include "loadgen/attendance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kRoom = 3;

class AttendanceTest : public ::testing::Test {
 protected:
  AttendanceTest() {
    attendance_.came(kRoom, "ann", Duration(100));
    attendance_.came(kRoom, "bob", Duration(200));
    attendance_.begin(0, kRoom);
  }

  std::string fault(const std::vector<Member>& members) const {
    const auto found = attendance_.difference(kRoom, members, "the list");
    return found ? violation_text(*found) : "";
  }
  std::string fault_of_view() const {
    const auto found = attendance_.difference(0, kRoom, "the view");
    return found ? violation_text(*found) : "";
  }

  Attendance attendance_;
};

TEST_F(AttendanceTest, AListThatIsTheTruth) {
  EXPECT_EQ(fault({{"bob", "1"}, {"ann", "2"}}), "");
  EXPECT_EQ(fault({{"bob", ""}, {"ann", ""}}), "");
}

TEST_F(AttendanceTest, ALeaveThatWasForgotten) {
  attendance_.went(kRoom, "bob", "its connection was dropped", Duration(1500));
  const std::string text = fault({{"ann", ""}, {"bob", ""}});
  EXPECT_THAT(text, HasSubstr("presence: bob is told to be there, and is not, by the list"));
  EXPECT_THAT(text, HasSubstr("1.500 s  bob went: its connection was dropped"));
}

TEST_F(AttendanceTest, AnOldConnectionBesideTheNewOne) {
  EXPECT_THAT(fault({{"ann", "1"}, {"ann", "2"}, {"bob", "3"}}),
              HasSubstr("ann is told to be there twice"));
}

TEST_F(AttendanceTest, OneWhoIsMissing) {
  EXPECT_THAT(fault({{"ann", ""}}), HasSubstr("bob is there, and not told"));
  EXPECT_THAT(fault({}), HasSubstr("ann is there, and not told"));
}

TEST_F(AttendanceTest, ChannelsAreApart) {
  EXPECT_TRUE(attendance_.difference(4, {{"ann", ""}}, "the list"));
  EXPECT_FALSE(attendance_.difference(4, {}, "the list"));
}

TEST_F(AttendanceTest, JoinsAndLeavesAreFollowed) {
  EXPECT_FALSE(attendance_.has_view(0, kRoom));
  attendance_.listed(0, kRoom, {{"ann", "1"}}, Duration(300));
  EXPECT_TRUE(attendance_.has_view(0, kRoom));
  EXPECT_THAT(fault_of_view(), HasSubstr("bob is there, and not told, by the view"));
  attendance_.told(0, kRoom, {"bob", "2"}, true, Duration(400));
  EXPECT_EQ(fault_of_view(), "");
  attendance_.told(0, kRoom, {"bob", "2"}, true, Duration(400));  // the list had it already
  EXPECT_EQ(fault_of_view(), "");
  attendance_.told(0, kRoom, {"bob", "4"}, true, Duration(400));  // a second connection
  EXPECT_THAT(fault_of_view(), HasSubstr("bob is told to be there twice"));
  EXPECT_THAT(fault_of_view(), HasSubstr("0.400 s  bob joined, as 4"));
  attendance_.told(0, kRoom, {"bob", "2"}, false, Duration(400));
  EXPECT_EQ(fault_of_view(), "");
  attendance_.went(kRoom, "bob", "it left", Duration(300));
  EXPECT_THAT(fault_of_view(), HasSubstr("bob is told to be there, and is not"));
  attendance_.told(0, kRoom, {"bob", "4"}, false, Duration(400));
  EXPECT_EQ(fault_of_view(), "");
}

TEST_F(AttendanceTest, JoinsAndLeavesThatOvertakeTheListCount) {
  attendance_.told(0, kRoom, {"bob", "2"}, true, Duration(400));
  attendance_.told(0, kRoom, {"bob", "1"}, false, Duration(400));
  EXPECT_FALSE(attendance_.has_view(0, kRoom));
  EXPECT_EQ(fault_of_view(), "");
  attendance_.listed(0, kRoom, {{"ann", "3"}, {"bob", "1"}}, Duration(300));
  EXPECT_EQ(fault_of_view(), "");
}

TEST_F(AttendanceTest, AViewEndsWithItsSubscription) {
  attendance_.listed(0, kRoom, {}, Duration(300));
  EXPECT_NE(fault_of_view(), "");
  attendance_.end(0, kRoom);
  EXPECT_EQ(fault_of_view(), "");
}

}  // namespace
}  // namespace parley::loadgen
