#include "loadgen/fault_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace parley::loadgen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

FaultPlan plan_of(ByteView text) {
  std::string why;
  const auto plan = parse_fault_plan(text, why);
  EXPECT_TRUE(plan) << why;
  return plan.value_or(FaultPlan{});
}

std::string fault_in(ByteView text) {
  std::string why;
  EXPECT_FALSE(parse_fault_plan(text, why)) << text;
  return why;
}

std::vector<FaultStep> steps(const FaultPlan& plan, std::uint64_t seed, std::size_t count,
                             std::uint32_t clients = 20) {
  FaultSchedule schedule(plan, seed, clients);
  std::vector<FaultStep> steps;
  while (steps.size() < count) {
    const auto step = schedule.next();
    if (!step) break;
    steps.push_back(*step);
  }
  return steps;
}

TEST(FaultPlan, ReadsEveryKindOfLine) {
  const FaultPlan plan = plan_of(
      "# a comment\n\n"
      "at 5s drop 10%  # of the clients\n"
      "every 3s freeze 2 for 4s\r\n"
      "\tevery 2s..6s kill for 200ms\n"
      "at 1m half-open 5\n"
      "every 2s leave 3\n"
      "at 0s restart\n"
      "every 10s quiet");
  ASSERT_THAT(plan.faults, SizeIs(7));
  EXPECT_EQ(plan.faults[0].kind, FaultKind::drop);
  EXPECT_EQ(plan.faults[0].at, Duration(5000));
  EXPECT_EQ(plan.faults[0].clients, 10U);
  EXPECT_TRUE(plan.faults[0].is_percent);
  EXPECT_EQ(plan.faults[1].every_least, Duration(3000));
  EXPECT_EQ(plan.faults[1].lasts, Duration(4000));
  EXPECT_FALSE(plan.faults[1].is_percent);
  EXPECT_EQ(plan.faults[2].every_most, Duration(6000));
  EXPECT_EQ(plan.faults[2].lasts, Duration(200));
  EXPECT_EQ(plan.faults[3].at, Duration(60'000));
  EXPECT_EQ(plan.faults[4].lasts, Duration(0));
  EXPECT_EQ(plan.faults[6].kind, FaultKind::quiet);
}

TEST(FaultPlan, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(fault_in("at 5s drop 1\nsoon drop 1"), HasSubstr("line 2, column 1: "));
  EXPECT_THAT(fault_in("at 5 drop 1"), HasSubstr("line 1, column 4: a time is written as"));
  EXPECT_THAT(fault_in("at 1s..2s drop 1"), HasSubstr("column 4"));
  EXPECT_THAT(fault_in("at 5s explode 1"), HasSubstr("column 7: unknown fault \"explode\""));
  EXPECT_THAT(fault_in("at 5s drop"), HasSubstr("drop wants a number of clients"));
  EXPECT_THAT(fault_in("at 5s drop 101%"), HasSubstr("column 12"));
  EXPECT_THAT(fault_in("at 5s drop 0"), HasSubstr("column 12"));
  EXPECT_THAT(fault_in("at 5s freeze 2"), HasSubstr("freeze wants to know how long"));
  EXPECT_THAT(fault_in("at 5s drop 2 for 1s"), HasSubstr("unknown word \"for\" behind drop"));
  EXPECT_THAT(fault_in("at 5s kill for long"), HasSubstr("column 16: a time"));
  EXPECT_THAT(fault_in("at 5s kill for 1s now"), HasSubstr("nothing may follow"));
  EXPECT_THAT(fault_in("every 10ms drop 1"), HasSubstr("at most every 50ms"));
  EXPECT_THAT(fault_in("every 2s..1s drop 1"), HasSubstr("less than the first"));
}

TEST(FaultPlan, BuiltinPlansAreRight) {
  for (const ByteView name : {"short", "cuts", "kills", "long"}) {
    EXPECT_FALSE(plan_of(builtin_plan(name)).faults.empty()) << name;
  }
  EXPECT_EQ(builtin_plan("none"), "");
  for (const Fault& fault : plan_of(builtin_plan("cuts")).faults) {
    EXPECT_FALSE(needs_own_server(fault.kind)) << "cuts runs against any server";
  }
}

TEST(FaultPlan, TheShortPlanHasEveryKindOfFault) {
  std::array<bool, kFaultKinds> found{};
  for (const Fault& fault : plan_of(builtin_plan("short")).faults) {
    found[static_cast<std::size_t>(fault.kind)] = true;
  }
  EXPECT_THAT(found, ::testing::Each(true));
}

TEST(FaultSchedule, StepsComeInTheOrderOfTime) {
  const FaultPlan plan = plan_of("at 5s restart\nevery 2s drop 1\nat 1s kill");
  std::vector<std::pair<std::int64_t, FaultKind>> seen;
  for (const FaultStep& step : steps(plan, 1, 5)) seen.emplace_back(step.at.count(), step.kind);
  EXPECT_THAT(seen,
              ElementsAre(std::pair(1000, FaultKind::kill), std::pair(2000, FaultKind::drop),
                          std::pair(4000, FaultKind::drop), std::pair(5000, FaultKind::restart),
                          std::pair(6000, FaultKind::drop)));
}

TEST(FaultSchedule, EndsWhenNothingRepeats) {
  EXPECT_THAT(steps(plan_of("at 5s restart\nat 1s kill"), 1, 10), SizeIs(2));
}

TEST(FaultSchedule, TheSameSeedGivesTheSameSteps) {
  const FaultPlan plan = plan_of(builtin_plan("long"));
  const auto once = steps(plan, 7, 200);
  const auto again = steps(plan, 7, 200);
  const auto other = steps(plan, 8, 200);
  bool differs = false;
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].at, again[i].at);
    EXPECT_EQ(once[i].clients, again[i].clients);
    differs |= once[i].at != other[i].at || once[i].clients != other[i].clients;
  }
  EXPECT_TRUE(differs);
}

TEST(FaultSchedule, ChoosesDistinctClients) {
  for (const FaultStep& step : steps(plan_of("every 1s drop 25%"), 3, 50)) {
    ASSERT_THAT(step.clients, SizeIs(5));
    EXPECT_EQ(std::ranges::adjacent_find(step.clients), step.clients.end());
    EXPECT_LT(step.clients.back(), 20U);
  }
  EXPECT_THAT(steps(plan_of("at 1s drop 1%"), 3, 1)[0].clients, SizeIs(1)) << "at least one";
  EXPECT_THAT(steps(plan_of("at 1s drop 99"), 3, 1)[0].clients, SizeIs(20)) << "at most all";
  EXPECT_THAT(steps(plan_of("at 1s kill"), 3, 1)[0].clients, SizeIs(0));
}

TEST(FaultSchedule, IntervalsStayInTheirRange) {
  Duration last{0};
  for (const FaultStep& step : steps(plan_of("every 2s..6s kill"), 5, 100)) {
    EXPECT_GE(step.at - last, Duration(2000));
    EXPECT_LE(step.at - last, Duration(6000));
    last = step.at;
  }
}

}  // namespace
}  // namespace parley::loadgen
