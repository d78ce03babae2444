// The shelf on a disk that works: uploads, their limits, their end, and a restart.
#include "files/shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <utility>

#include "files/head.h"
#include "files/test_folder.h"

namespace parley::files {
namespace {

class ShelfTest : public testing::Test {
 protected:
  ShelfTest() {
    test_clock() = wall_time_ms();
    open();
  }

  void open() {
    shelf_.reset();
    std::string why;
    auto folder = Folder::open(folder_.path(), false, why);
    ASSERT_TRUE(folder.has_value()) << why;
    auto opened = Shelf::open(std::move(*folder), limits_, read_test_clock);
    ASSERT_TRUE(opened.has_value());
    shelf_ = std::move(*opened);
  }

  Result<FileInfo> create(std::uint64_t size, const std::string& user = "ann",
                          const std::string& type = "") {
    return shelf_->create({user, "cat.png", type, "filename Y2F0", size});
  }
  // All of it at once.
  Result<FileInfo> add(const std::string& bytes, const std::string& user = "ann",
                       const std::string& type = "") {
    const auto created = create(bytes.size(), user, type);
    if (!created.has_value()) return created.error();
    return shelf_->append(created->id, user, 0, bytes);
  }

  TestFolder folder_;
  ShelfLimits limits_{.file_bytes = 100'000, .user_bytes = 50'000, .uploads = 3};
  std::unique_ptr<Shelf> shelf_;
};

TEST_F(ShelfTest, BytesComeInPiecesAndAreReadBack) {
  const auto created = create(kPng.size());
  ASSERT_TRUE(created.has_value());
  EXPECT_EQ(created->id.size(), 32U);
  EXPECT_EQ(created->expires_ms, test_clock() + limits_.unfinished_ttl.count());
  std::uint64_t offset = 0;
  for (const std::size_t piece : {1U, 700U, 1307U}) {
    const auto info = shelf_->append(created->id, "ann", offset, kPng.substr(offset, piece));
    ASSERT_TRUE(info.has_value());
    offset += piece;
    EXPECT_EQ(info->received, offset);
  }
  const auto info = shelf_->find(created->id);
  ASSERT_TRUE(info.has_value());
  EXPECT_TRUE(info->complete());
  EXPECT_EQ(info->type, "image/png");
  EXPECT_EQ(info->expires_ms, 0);
  EXPECT_EQ(*shelf_->read(created->id, 0, 100'000), kPng);
  EXPECT_EQ(*shelf_->read(created->id, 5, 10), kPng.substr(5, 10));
  EXPECT_EQ(*shelf_->read(created->id, kPng.size(), 10), "");
  EXPECT_EQ(shelf_->read(created->id, kPng.size() + 1, 10).error(), Errc::http_not_found);
}

TEST_F(ShelfTest, AnEmptyFileIsCompleteAtOnce) {
  const auto info = create(0);
  ASSERT_TRUE(info.has_value());
  EXPECT_TRUE(info->complete());
  EXPECT_EQ(info->type, "text/plain");
  EXPECT_EQ(*shelf_->read(info->id, 0, 10), "");
  EXPECT_EQ(create(0, "ann", "image/png").error(), Errc::file_type_refused);
  EXPECT_EQ(folder_.count(), 1U);
}

TEST_F(ShelfTest, OnlyTheMissingBytesOfOnesOwnAreTaken) {
  const auto info = create(100);
  EXPECT_EQ(shelf_->append(info->id, "ann", 1, "x").error(), Errc::upload_conflict);
  EXPECT_EQ(shelf_->append(info->id, "bob", 0, "x").error(), Errc::permission_denied);
  EXPECT_EQ(shelf_->append(info->id, "ann", 0, std::string(101, 'x')).error(),
            Errc::file_too_large);
  EXPECT_EQ(shelf_->append(std::string(32, 'a'), "ann", 0, "x").error(), Errc::http_not_found);
  EXPECT_EQ(shelf_->append("../../etc/passwd", "ann", 0, "x").error(), Errc::http_not_found);
  EXPECT_EQ(shelf_->find(info->id)->received, 0U);
  ASSERT_TRUE(shelf_->append(info->id, "ann", 0, std::string(60, 'x')).has_value());
  EXPECT_EQ(shelf_->append(info->id, "ann", 0, std::string(60, 'x')).error(),
            Errc::upload_conflict);
  EXPECT_TRUE(shelf_->append(info->id, "ann", 60, "").has_value());
  EXPECT_EQ(shelf_->read(info->id, 0, 10).error(), Errc::http_not_found) << "not complete yet";
}

TEST_F(ShelfTest, RemovingIsForItsUserAlone) {
  const auto file = add("words");
  const auto part = create(100);
  EXPECT_EQ(shelf_->remove(file->id, "bob").error(), Errc::permission_denied);
  EXPECT_TRUE(shelf_->remove(file->id, "ann").has_value());
  EXPECT_TRUE(shelf_->remove(part->id, "ann").has_value());
  EXPECT_EQ(shelf_->remove(part->id, "ann").error(), Errc::http_not_found);
  EXPECT_EQ(shelf_->find(file->id).error(), Errc::http_not_found);
  EXPECT_EQ(folder_.count(), 0U);
}

TEST_F(ShelfTest, ATypeIsRefusedByItsNameOrByItsFirstBytes) {
  limits_.types = {"image/*", "text/plain"};
  open();
  EXPECT_EQ(create(10, "ann", "text/html").error(), Errc::file_type_refused);
  EXPECT_EQ(add("<html>", "ann", "image/png").error(), Errc::file_type_refused);
  EXPECT_EQ(add("%PDF-1.7").error(), Errc::file_type_refused);
  EXPECT_EQ(folder_.count(), 0U) << "nothing stays of them";
  EXPECT_EQ(add("<html>")->type, "text/plain");
  EXPECT_EQ(add(kPng, "ann", "application/octet-stream")->type, "image/png");
}

TEST_F(ShelfTest, AWrongTypeIsRefusedBeforeAllHasCome) {
  const auto info = create(10'000, "ann", "image/png");
  ASSERT_TRUE(shelf_->append(info->id, "ann", 0, std::string(100, 'x')).has_value())
      << "too few to tell";
  EXPECT_EQ(shelf_->append(info->id, "ann", 100, std::string(500, 'x')).error(),
            Errc::file_type_refused);
  EXPECT_EQ(shelf_->find(info->id).error(), Errc::http_not_found);
  EXPECT_EQ(folder_.count(), 0U);
}

TEST_F(ShelfTest, OneFileOneUserAndAllTogetherHaveTheirLimits) {
  EXPECT_EQ(create(100'001).error(), Errc::file_too_large);
  ASSERT_TRUE(add(std::string(30'000, 'x')).has_value());
  EXPECT_EQ(create(30'000).error(), Errc::file_quota);
  limits_.total_bytes = 70'000;
  open();  // what is on disk counts again
  EXPECT_EQ(create(30'000).error(), Errc::file_quota);
  const auto bob = add(std::string(20'000, 'x'), "bob");
  ASSERT_TRUE(bob.has_value());
  EXPECT_EQ(create(20'000, "cleo").error(), Errc::files_full);
  ASSERT_TRUE(shelf_->remove(bob->id, "bob").has_value());
  EXPECT_TRUE(create(20'000, "cleo").has_value());
  EXPECT_EQ(create(20'000, "dan").error(), Errc::files_full)
      << "an upload counts from its beginning";
}

TEST_F(ShelfTest, ManyTinyFilesCountWithTheirHeads) {
  limits_.total_bytes = 3 * (kHeadBytes + 1);
  open();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(add("x").has_value());
  EXPECT_EQ(add("x").error(), Errc::files_full);
}

TEST_F(ShelfTest, AUserHasSoManyUploadsAtOnce) {
  const auto first = create(100);
  create(100);
  create(100);
  EXPECT_EQ(create(100).error(), Errc::too_many_uploads);
  EXPECT_TRUE(create(100, "bob").has_value());
  ASSERT_TRUE(shelf_->append(first->id, "ann", 0, std::string(100, 'x')).has_value());
  EXPECT_TRUE(create(100).has_value());
}

TEST_F(ShelfTest, WhatIsNotGoneOnWithExpires) {
  limits_.ttl = Duration(1'000'000);
  limits_.unfinished_ttl = Duration(1'000);
  open();
  const auto part = create(100);
  const auto file = add("words");
  test_clock() += 999;
  ASSERT_TRUE(shelf_->append(part->id, "ann", 0, "x").has_value()) << "which begins the time anew";
  test_clock() += 999;
  EXPECT_FALSE(shelf_->sweep());
  EXPECT_TRUE(shelf_->find(part->id).has_value());
  test_clock() += 1;
  EXPECT_EQ(shelf_->find(part->id).error(), Errc::http_not_found) << "before it is swept";
  EXPECT_EQ(shelf_->append(part->id, "ann", 1, "x").error(), Errc::http_not_found);
  EXPECT_FALSE(shelf_->sweep());
  EXPECT_EQ(folder_.count(), 1U);
  test_clock() = file->expires_ms - 1;
  EXPECT_TRUE(shelf_->read(file->id, 0, 10).has_value());
  test_clock() += 1;
  EXPECT_EQ(shelf_->read(file->id, 0, 10).error(), Errc::http_not_found);
  shelf_->sweep();
  EXPECT_EQ(folder_.count(), 0U);
}

TEST_F(ShelfTest, SweepingGoesOnUntilAllIsGone) {
  limits_.ttl = Duration(1'000);
  limits_.user_bytes = limits_.total_bytes;
  open();
  for (int i = 0; i < 150; ++i) ASSERT_TRUE(add("x").has_value());
  test_clock() += 1'000;
  EXPECT_TRUE(shelf_->sweep());
  EXPECT_FALSE(shelf_->sweep());
  EXPECT_EQ(folder_.count(), 0U);
}

TEST_F(ShelfTest, ARestartGoesOnWhereItWas) {
  const auto file = add(kPng);
  const auto part = create(kPng.size());
  ASSERT_TRUE(shelf_->append(part->id, "ann", 0, kPng.substr(0, 700)).has_value());
  open();
  EXPECT_EQ(*shelf_->read(file->id, 0, 100'000), kPng);
  EXPECT_EQ(shelf_->find(file->id)->name, "cat.png");
  EXPECT_EQ(shelf_->find(part->id)->received, 700U);
  EXPECT_EQ(shelf_->find(part->id)->metadata, "filename Y2F0");
  EXPECT_EQ(shelf_->append(part->id, "bob", 700, "x").error(), Errc::permission_denied);
  ASSERT_TRUE(shelf_->append(part->id, "ann", 700, kPng.substr(700)).has_value());
  EXPECT_EQ(*shelf_->read(part->id, 0, 100'000), kPng);
}

TEST_F(ShelfTest, RemnantsOfInterruptedUploadsGo) {
  const auto file = add("words");
  const std::string content = folder_.content(file->id);
  folder_.write(std::string(32, 'a') + ".part", "");
  folder_.write(std::string(32, 'b') + ".part", content.substr(0, 10));
  folder_.write(std::string(32, 'c') + ".part", content.substr(0, kHeadBytes - 1));
  folder_.write(std::string(32, 'd') + ".part", std::string(kHeadBytes, '\0'));  // no power
  // A head that promises more than there is.
  folder_.write(std::string(32, 'f') + ".part", content.substr(0, kHeadBytes + 2));
  open();
  EXPECT_EQ(folder_.count(), 1U);
  EXPECT_TRUE(shelf_->find(file->id).has_value());
}

TEST_F(ShelfTest, WhatIsNotUnderstoodStays) {
  const auto file = add("words");
  const std::string content = folder_.content(file->id);
  std::string newer = content;
  newer.replace(0, 13, "parley-file 2");
  std::string broken = content;
  broken.replace(14, 8, "RECEIVED");
  const std::pair<std::string, std::string> foreign[] = {
      {"notes.txt", "of the operator"},
      {std::string(32, 'a'), std::string(5'000, 'x')},  // named by its MD5
      {std::string(32, 'b'), "short"},
      {std::string(32, 'c'), ""},
      {std::string(32, 'd') + ".part", std::string(5'000, 'x')},
      {std::string(32, 'e') + ".part", "short, of a download"},
      {std::string(32, 'f'), newer},
      {std::string(32, '0') + ".part", newer},
      {std::string(32, '1') + ".part", newer.substr(0, 100)},
      {std::string(32, '2'), broken},
      {std::string(32, '3'), content.substr(0, kHeadBytes + 2)},  // of a restore that broke off
      {std::string(32, '4'), content.substr(0, kHeadBytes + 2)},
      {std::string(32, '4') + ".part", content},  // would take its place
  };
  for (const auto& [name, bytes] : foreign) folder_.write(name, bytes);
  open();
  for (const auto& [name, bytes] : foreign) {
    EXPECT_TRUE(std::filesystem::exists(folder_.path() + "/" + name)) << name;
    EXPECT_EQ(folder_.content(name), bytes) << name;
    EXPECT_EQ(shelf_->find(name.substr(0, 32)).error(), Errc::http_not_found) << name;
  }
  EXPECT_TRUE(shelf_->find(file->id).has_value());
}

TEST_F(ShelfTest, ThePartOfACompleteFileIsNoSecondOne) {
  const auto file = add("words");
  const std::uint64_t bytes = shelf_->total_bytes();
  folder_.write(file->id + ".part", folder_.content(file->id));
  open();
  EXPECT_EQ(shelf_->total_bytes(), bytes);
  EXPECT_EQ(folder_.count(), 2U);
}

TEST_F(ShelfTest, TwoServersDoNotShareAFolder) {
  std::string why;
  const auto second = Folder::open(folder_.path(), false, why);
  EXPECT_TRUE(second.has_error());
  EXPECT_THAT(why, testing::HasSubstr("in use by another process"));
}

TEST_F(ShelfTest, AFolderThatCannotBeMadeIsToldInWords) {
  folder_.write("file", "");
  std::string why;
  EXPECT_TRUE(Folder::open(folder_.path() + "/file/below", false, why).has_error());
  EXPECT_THAT(why, testing::HasSubstr("cannot make the folder"));
}

TEST_F(ShelfTest, FilesAreTheirOwnersAlone) {
  const auto file = add("words");
  struct stat status {};
  ASSERT_EQ(::stat((folder_.path() + "/" + file->id).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ShelfTest, AUserNameLongerThanTheHeadIsRefused) {
  EXPECT_EQ(create(1, std::string(5'000, 'a')).error(), Errc::bad_user_name);
}

}  // namespace
}  // namespace parley::files
