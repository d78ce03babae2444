// The shelf on a disk that fails, and in a process that is killed: at every call, one after the
// other. What was acknowledged is there, and what was not can be sent again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>

#include "base/log.h"
#include "files/shelf.h"
#include "files/test_folder.h"

namespace parley::files {
namespace {

using Fault = FaultyFolder::Fault;

std::unique_ptr<Shelf> open_shelf(const TestFolder& folder, const Fault& fault) {
  auto opened = Shelf::open(std::make_unique<FaultyFolder>(folder.path(), &fault), ShelfLimits{},
                            read_test_clock);
  EXPECT_TRUE(opened.has_value());
  return std::move(*opened);
}

// An upload in three pieces, as a client does it; ends at the first refusal. Answers how many bytes
// were acknowledged.
struct Upload {
  std::string id;
  std::uint64_t acknowledged = 0;
  Errc refusal{};

  void go_on(Shelf& shelf) {
    if (id.empty()) {
      const auto created = shelf.create({"ann", "cat.png", "image/png", "", kPng.size()});
      if (!created.has_value()) {
        refusal = created.error();
        return;
      }
      id = created->id;
    }
    while (acknowledged < kPng.size()) {
      const auto info = shelf.append(id, "ann", acknowledged, kPng.substr(acknowledged, 700));
      if (!info.has_value()) {
        refusal = info.error();
        return;
      }
      acknowledged = info->received;
    }
  }
};

class ShelfFaultTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { test_clock() = wall_time_ms(); }
};

// How many calls an upload makes when nothing fails.
constexpr int kCalls = 17;

TEST_P(ShelfFaultTest, AKillAtAnyCallLosesNothingThatWasAcknowledged) {
  for (int fail_at = 1; fail_at <= kCalls; ++fail_at) {
    test_clock() = wall_time_ms();
    TestFolder folder;
    Upload upload;
    Fault fault{.fail_at = fail_at, .halfway = GetParam()};
    upload.go_on(*open_shelf(folder, fault));  // after the first failure nothing reaches the disk
    ASSERT_NE(upload.refusal, Errc{}) << fail_at;
    const Fault none;
    const auto shelf = open_shelf(folder, none);
    if (upload.id.empty()) {
      // At most an upload without bytes, of which nobody knows, and which expires as such.
      test_clock() += ShelfLimits{}.unfinished_ttl.count() + 60'000;
      shelf->sweep();
      EXPECT_EQ(folder.count(), 0U) << fail_at;
      continue;
    }
    const auto info = shelf->find(upload.id);
    ASSERT_TRUE(info.has_value()) << fail_at;
    EXPECT_GE(info->received, upload.acknowledged) << fail_at;
    upload.acknowledged = info->received;  // as HEAD tells
    upload.refusal = {};
    upload.go_on(*shelf);
    EXPECT_EQ(upload.refusal, Errc{}) << fail_at;
    EXPECT_EQ(*shelf->read(upload.id, 0, 100'000), kPng) << fail_at;
    EXPECT_EQ(folder.count(), 1U) << fail_at;
  }
}

// As when the disk is full at the restart too, and has space again at the one after it.
TEST_P(ShelfFaultTest, ARestartOnADiskThatFailsLosesNothingEither) {
  constexpr int kCallsOfRestart = 3;
  for (int fail_again = 1; fail_again <= kCallsOfRestart; ++fail_again) {
    for (int fail_at = 1; fail_at <= kCalls; ++fail_at) {
      TestFolder folder;
      Upload upload;
      Fault fault{.fail_at = fail_at, .halfway = GetParam()};
      upload.go_on(*open_shelf(folder, fault));
      if (upload.id.empty()) continue;
      fault = {.fail_at = fail_again, .times = 1, .code = Errc::files_full};
      open_shelf(folder, fault);
      const Fault none;
      const auto shelf = open_shelf(folder, none);
      const auto info = shelf->find(upload.id);
      ASSERT_TRUE(info.has_value()) << fail_at;
      EXPECT_GE(info->received, upload.acknowledged) << fail_at;
      upload.acknowledged = info->received;
      upload.go_on(*shelf);
      EXPECT_EQ(*shelf->read(upload.id, 0, 100'000), kPng) << fail_at;
    }
  }
}

TEST(ShelfFault, TheLossOfPowerLosesNothingThatWasAcknowledged) {
  test_clock() = wall_time_ms();
  for (std::size_t acknowledged = 0; acknowledged <= kPng.size(); acknowledged += 251) {
    TestFolder folder;
    UnpoweredFolder::Disk disk;
    auto shelf = *Shelf::open(std::make_unique<UnpoweredFolder>(folder, &disk), ShelfLimits{},
                              read_test_clock);
    Upload upload;
    upload.id = shelf->create({"ann", "cat.png", "image/png", "", kPng.size()})->id;
    for (std::size_t offset = 0; offset < acknowledged; offset += 251) {
      ASSERT_TRUE(shelf->append(upload.id, "ann", offset, kPng.substr(offset, 251)).has_value());
    }
    shelf.reset();
    for (const auto& [name, bytes] : disk) folder.write(name, bytes);
    const Fault none;
    shelf = open_shelf(folder, none);
    ASSERT_EQ(shelf->find(upload.id)->received, acknowledged);
    upload.acknowledged = acknowledged;
    upload.go_on(*shelf);
    EXPECT_EQ(*shelf->read(upload.id, 0, 100'000), kPng);
  }
}

TEST(ShelfFault, WhatWasRemovedStaysSoWithoutPower) {
  TestFolder folder;
  UnpoweredFolder::Disk disk;
  const auto shelf = *Shelf::open(std::make_unique<UnpoweredFolder>(folder, &disk), ShelfLimits{},
                                  read_test_clock);
  const auto file = shelf->create({"ann", "cat.png", "image/png", "", kPng.size()});
  ASSERT_TRUE(shelf->append(file->id, "ann", 0, kPng).has_value());
  EXPECT_EQ(disk.size(), 1U);
  ASSERT_TRUE(shelf->remove(file->id, "ann").has_value());
  EXPECT_TRUE(disk.empty());
}

TEST(ShelfFault, ARemovalThatIsNotOnDiskMayBeAskedForAgain) {
  TestFolder folder;
  Fault fault;
  auto owned = std::make_unique<FaultyFolder>(folder.path(), &fault);
  const FaultyFolder& disk = *owned;
  const auto shelf = *Shelf::open(std::move(owned), ShelfLimits{}, read_test_clock);
  const auto upload = shelf->create({"ann", "cat.png", "image/png", "", kPng.size()});
  fault = {.fail_at = disk.calls() + 2, .times = 1};  // the removal itself is the first
  EXPECT_EQ(shelf->remove(upload->id, "ann").error(), Errc::file_not_stored);
  EXPECT_TRUE(shelf->remove(upload->id, "ann").has_value());
  EXPECT_EQ(shelf->find(upload->id).error(), Errc::http_not_found);
}

TEST_P(ShelfFaultTest, OneFailureAtAnyCallLetsTheSameBytesBeSentAgain) {
  for (int fail_at = 1; fail_at <= kCalls; ++fail_at) {
    TestFolder folder;
    Fault fault{.fail_at = fail_at, .times = 1, .halfway = GetParam()};
    const auto shelf = open_shelf(folder, fault);
    Upload upload;
    upload.go_on(*shelf);
    EXPECT_EQ(upload.refusal, Errc::file_not_stored) << fail_at;
    upload.refusal = {};
    upload.go_on(*shelf);
    EXPECT_EQ(upload.refusal, Errc{}) << fail_at;
    EXPECT_EQ(*shelf->read(upload.id, 0, 100'000), kPng) << fail_at;
    EXPECT_EQ(folder.count(), 1U) << fail_at;
  }
}

INSTANTIATE_TEST_SUITE_P(Nothing, ShelfFaultTest, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Halfway, ShelfFaultTest, testing::Values(true));

TEST(ShelfFault, AnUploadMakesSoManyCalls) {
  TestFolder folder;
  const Fault none;
  auto owned = std::make_unique<FaultyFolder>(folder.path(), &none);
  const FaultyFolder& disk = *owned;
  const auto shelf = Shelf::open(std::move(owned), ShelfLimits{}, read_test_clock);
  Upload upload;
  upload.go_on(**shelf);
  EXPECT_EQ(upload.acknowledged, kPng.size());
  EXPECT_EQ(disk.calls(), kCalls);
}

TEST(ShelfFault, AFullDiskIsToldAsSuchAndEndsWhenThereIsSpace) {
  TestFolder folder;
  Fault fault{.fail_at = 1, .code = Errc::files_full};
  const auto shelf = open_shelf(folder, fault);
  Upload upload;
  upload.go_on(*shelf);
  EXPECT_EQ(upload.refusal, Errc::files_full);
  fault.fail_at = 0;
  upload.refusal = {};
  upload.go_on(*shelf);
  EXPECT_EQ(upload.acknowledged, kPng.size());
}

// Calls `work` and answers what it logged.
template <class Work>
std::string logged_by(Work work) {
  testing::internal::CaptureStderr();
  log::start({.level = log::Level::info, .json = false});
  work();
  log::stop();
  return testing::internal::GetCapturedStderr();
}

TEST(ShelfFault, HealthIsToldOncePerChangeHoweverManyCallsFail) {
  TestFolder folder;
  Fault fault;
  const auto shelf = open_shelf(folder, fault);
  const NewUpload upload{"ann", "cat.png", "", "", 10};
  const auto create = [&] {
    for (int i = 0; i < 5; ++i) (void)shelf->create(upload);
  };
  EXPECT_EQ(shelf->health(), FolderHealth::good);
  const auto lines = logged_by([&] {
    create();
    fault.fail_at = 1;
    create();
    EXPECT_EQ(shelf->health(), FolderHealth::failing);
    fault.code = Errc::files_full;
    create();
    EXPECT_EQ(shelf->health(), FolderHealth::full);
    fault.fail_at = 0;
    create();
    EXPECT_EQ(shelf->health(), FolderHealth::good) << "by itself";
  });
  EXPECT_EQ(std::ranges::count(lines, '\n'), 3) << lines;
  EXPECT_THAT(lines, testing::HasSubstr("error files: " + folder.path() + " fails (writing of "));
  EXPECT_THAT(lines, testing::HasSubstr("error files: no space in " + folder.path()));
  EXPECT_THAT(lines, testing::HasSubstr("info files: " + folder.path() + " takes uploads again"));
}

TEST(ShelfFault, AFileThatCannotBeReadIsToldOnceAndSaysNothingOfTheFolder) {
  TestFolder folder;
  const Fault none;
  const auto shelf = open_shelf(folder, none);
  Upload upload;
  upload.go_on(*shelf);
  std::filesystem::remove(folder.path() + "/" + upload.id);
  const auto lines = logged_by([&] {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(shelf->read(upload.id, 0, 10).error(), Errc::file_not_stored);
    }
  });
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
  EXPECT_EQ(shelf->health(), FolderHealth::good);
}

// The real thing: a file may not grow beyond the process' limit.
TEST(ShelfFault, ThePartOfAChunkThatFitTheDiskIsWrittenAnew) {
  TestFolder folder;
  const Fault none;
  const auto shelf = open_shelf(folder, none);
  const auto created = shelf->create({"ann", "cat.png", "", "", kPng.size()});
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit tight{5'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  EXPECT_EQ(shelf->append(created->id, "ann", 0, kPng).error(), Errc::file_not_stored);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(shelf->find(created->id)->received, 0U);
  ASSERT_TRUE(shelf->append(created->id, "ann", 0, kPng).has_value());
  EXPECT_EQ(*shelf->read(created->id, 0, 100'000), kPng);
}

TEST(ShelfFault, WhatCannotBeRemovedStaysAndIsTriedAgain) {
  TestFolder folder;
  Fault fault;
  const auto shelf = open_shelf(folder, fault);
  const auto created = shelf->create({"ann", "cat.png", "", "", 10});
  fault.fail_at = 1;
  EXPECT_EQ(shelf->remove(created->id, "ann").error(), Errc::file_not_stored);
  test_clock() += 100 * 3'600'000;
  EXPECT_FALSE(shelf->sweep());
  fault.fail_at = 0;
  shelf->sweep();
  EXPECT_EQ(folder.count(), 0U);
}

TEST(ShelfFault, WhatCannotBeRemovedStandsInNoOthersWay) {
  for (const int stuck : {1, 250}) {
    TestFolder folder;
    Fault fault;
    auto limits = ShelfLimits{.uploads = 1'000};
    const auto shelf = std::move(*Shelf::open(std::make_unique<FaultyFolder>(folder.path(), &fault),
                                              limits, read_test_clock));
    for (int i = 0; i < 450; ++i) {
      const auto created = shelf->create({"ann", "cat.png", "", "", 1});
      ASSERT_TRUE(created.has_value());
      if (i < stuck) fault.stuck.insert(created->id + ".part");
    }
    test_clock() += 100 * 3'600'000;
    int minutes = 0;
    for (; folder.count() > fault.stuck.size() && minutes < 10; ++minutes) {
      while (shelf->sweep()) continue;
    }
    EXPECT_LE(minutes, 1 + stuck / 100);
    fault.stuck.clear();
    for (; folder.count() > 0 && minutes < 10; ++minutes) {
      while (shelf->sweep()) continue;
    }
    EXPECT_EQ(folder.count(), 0U) << "each is tried again";
  }
}

TEST(ShelfFault, AFileThatLostItsEndIsNotServed) {
  TestFolder folder;
  const Fault none;
  const auto shelf = open_shelf(folder, none);
  Upload upload;
  upload.go_on(*shelf);
  std::filesystem::resize_file(folder.path() + "/" + upload.id, 5'000);
  EXPECT_EQ(shelf->read(upload.id, 0, 100'000).error(), Errc::file_not_stored);
  std::filesystem::remove(folder.path() + "/" + upload.id);
  EXPECT_EQ(shelf->read(upload.id, 0, 100'000).error(), Errc::file_not_stored);
}

}  // namespace
}  // namespace parley::files
