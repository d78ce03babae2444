#include "loadgen/verify_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using ::testing::HasSubstr;

constexpr Duration kLong{60'000};

FaultPlan plan_of(ByteView text) {
  std::string why;
  return *parse_fault_plan(text, why);
}

VerifyReport full_report() {
  VerifyReport report;
  report.checked.published = 1000;
  report.checked.deliveries = 1'234'567;
  report.checked.recoveries = 3;
  report.quiet_points = 1;
  report.lists_checked = 1;
  report.faults[static_cast<std::size_t>(FaultKind::drop)] = 1;
  return report;
}

TEST(VerifyReport, AFullRunHasCheckedSomething) {
  EXPECT_EQ(nothing_checked(full_report(), plan_of("at 1s drop 1\nat 70s kill"), kLong), "");
}

TEST(VerifyReport, AnEmptyRunHasNot) {
  const FaultPlan plan = plan_of("at 1s drop 1");
  VerifyReport report = full_report();
  report.checked.deliveries = 99;
  EXPECT_THAT(nothing_checked(report, plan, kLong), HasSubstr("99 delivered"));
  report = full_report();
  report.quiet_points = 0;
  EXPECT_THAT(nothing_checked(report, plan, kLong), HasSubstr("no point of quiet"));
  report = full_report();
  report.lists_checked = 0;
  EXPECT_THAT(nothing_checked(report, plan, kLong), HasSubstr("who is there"));
  report = full_report();
  report.checked.recoveries = 0;
  EXPECT_EQ(nothing_checked(report, plan, kLong), "nobody recovered");
}

TEST(VerifyReport, APlannedFaultMustHaveHappened) {
  const FaultPlan plan = plan_of("at 1s drop 1\nevery 10s..20s kill");
  EXPECT_THAT(nothing_checked(full_report(), plan, kLong), HasSubstr("the plan has kill"));
  EXPECT_EQ(nothing_checked(full_report(), plan, Duration(15'000)), "") << "it was not due";
}

TEST(VerifyReport, JsonAndTextTellTheCounts) {
  VerifyReport report = full_report();
  report.notes.emplace_back("the rights were not checked");
  EXPECT_THAT(report_json(report), HasSubstr(R"({"good":true,"target":"","plan":"","seed":0)"));
  EXPECT_THAT(report_json(report), HasSubstr(R"("faults":{"drop":1,"leave":0)"));
  EXPECT_THAT(report_text(report), HasSubstr("1,234,567, each checked"));
  EXPECT_THAT(report_text(report), HasSubstr("Note: the rights were not checked."));
}

TEST(VerifyReport, JsonHasTheViolationWithItsHistory) {
  VerifyReport report = full_report();
  report.violation = {Invariant::no_loss, "ann never got \"x\"", {{Duration(12), "it left"}}};
  EXPECT_FALSE(report.is_good());
  EXPECT_THAT(report_json(report), HasSubstr(R"({"good":false)"));
  EXPECT_THAT(
      report_json(report),
      HasSubstr(
          R"("violation":{"invariant":"no-loss","sentence":"ann never got \"x\"","history":[{"ms":12,"what":"it left"}]})"));
}

TEST(Violation, TextIsInTheOrderOfTime) {
  const Violation violation{
      Invariant::order, "wrong", {{Duration(61'005), "second"}, {Duration(12), "first"}}};
  EXPECT_EQ(violation_text(violation),
            "VIOLATION of order: wrong\n     0.012 s  first\n    61.005 s  second\n");
}

}  // namespace
}  // namespace parley::loadgen
