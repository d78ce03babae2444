// The store's thread and its queue, from several threads.
#include "files/file_store.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <vector>

#include "files/head.h"
#include "files/test_folder.h"

namespace parley::files {
namespace {

class FileStoreTest : public testing::Test {
 protected:
  void open() {
    store_.reset();
    std::string why;
    options_.path = folder_.path() + "/below/files";
    options_.full_sync = false;
    auto opened = FileStore::open(options_, why);
    ASSERT_TRUE(opened.has_value()) << why;
    store_ = std::move(*opened);
  }

  // As if the store answered at once.
  template <class T, class Call>
  Result<T> wait(Call call) {
    std::promise<Result<T>> promise;
    call([&promise](Result<T> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  Result<FileInfo> create(std::uint64_t size, const std::string& first, const std::string& user) {
    return wait<FileInfo>([&](auto done) {
      store_->create({user, "cat.png", "", "", size}, first, std::move(done));
    });
  }
  Result<FileInfo> find_own(const std::string& id) {
    return wait<FileInfo>([&](auto done) { store_->find_own(id, "ann", std::move(done)); });
  }

  // Holds the store's thread until it is let go.
  void hold(std::latch& release) {
    std::latch held(1);
    store_->find_own("", "", [&](const Result<FileInfo>&) {
      held.count_down();
      release.wait();
    });
    held.wait();
  }

  TestFolder folder_;
  FileStoreOptions options_;
  std::unique_ptr<FileStore> store_;
};

TEST_F(FileStoreTest, ManyUploadsAtOnceDoNotMix) {
  options_.limits.uploads = 100;
  open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] {
      const std::string user = "user " + std::to_string(i);
      const std::string bytes(10'000, static_cast<char>('a' + i));
      const auto created = create(bytes.size(), bytes.substr(0, 1'000), user);
      ASSERT_TRUE(created.has_value());
      for (std::size_t offset = 1'000; offset < bytes.size(); offset += 1'000) {
        const auto info = wait<FileInfo>([&](auto done) {
          store_->append(created->id, user, offset, bytes.substr(offset, 1'000), std::move(done));
        });
        ASSERT_TRUE(info.has_value());
      }
      const auto read = wait<std::string>(
          [&](auto done) { store_->read(created->id, 0, 20'000, std::move(done)); });
      EXPECT_EQ(*read, bytes);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(FileStoreTest, NothingStaysWhenTheFirstBytesAreRefused) {
  options_.limits.types = {"image/*"};
  open();
  EXPECT_EQ(create(4, "text", "ann").error(), Errc::file_type_refused);
  EXPECT_EQ(create(4, "too long", "ann").error(), Errc::file_too_large);
  EXPECT_TRUE(std::filesystem::is_empty(options_.path));
}

TEST_F(FileStoreTest, WhatMayWaitIsBoundedInNumberAndInBytes) {
  options_.queue_limit = 2;
  options_.queue_bytes = 100;
  open();
  std::latch release(1);
  hold(release);
  const auto append = [this](std::size_t bytes) {
    auto answer = std::make_shared<std::promise<Errc>>();
    auto future = answer->get_future();
    store_->append("", "ann", 0, std::string(bytes, 'x'),
                   [answer](const Result<FileInfo>& info) { answer->set_value(info.error()); });
    return future;
  };
  auto first = append(60);
  EXPECT_EQ(append(60).get(), Errc::overloaded);
  auto second = append(40);
  EXPECT_EQ(append(0).get(), Errc::overloaded);
  release.count_down();
  EXPECT_EQ(first.get(), Errc::http_not_found);
  EXPECT_EQ(second.get(), Errc::http_not_found);
  EXPECT_EQ(append(100).get(), Errc::http_not_found) << "there is room again";
  EXPECT_EQ(append(101).get(), Errc::http_not_found) << "one alone may be of any size";
}

TEST_F(FileStoreTest, WhatAFileIsCanBeAskedWhileTheDiskIsBusy) {
  options_.queue_limit = 1;
  open();
  const auto file = create(5, "words", "ann");
  std::latch release(1);
  hold(release);
  store_->remove(file->id, "ann", [](const Result<void>&) {});
  EXPECT_EQ(find_own(file->id).error(), Errc::overloaded);
  EXPECT_EQ(store_->find(file->id)->name, "cat.png");
  EXPECT_EQ(store_->find("nothing").error(), Errc::http_not_found);
  release.count_down();
  store_.reset();  // its thread looks at the latch no more
}

TEST_F(FileStoreTest, ABodyThatIsBeingSentIsReadOnHoweverMuchWaits) {
  options_.queue_limit = 1;
  open();
  const auto file = create(5, "words", "ann");
  std::latch release(1);
  hold(release);
  const auto read = [&] {
    auto answer = std::make_shared<std::promise<std::string>>();
    auto future = answer->get_future();
    store_->read(file->id, 0, 5, [answer](const Result<std::string>& bytes) {
      answer->set_value(bytes.has_value() ? *bytes : "refused");
    });
    return future;
  };
  auto first = read();
  auto second = read();
  std::promise<Errc> found;
  store_->find_own(file->id, "ann",
                   [&](const Result<FileInfo>& info) { found.set_value(info.error()); });
  auto third = read();
  EXPECT_EQ(find_own(file->id).error(), Errc::overloaded);
  release.count_down();
  for (auto* each : {&first, &second, &third}) EXPECT_EQ(each->get(), "words");
  EXPECT_EQ(found.get_future().get(), Errc{}) << "reads take nobody's place";
}

TEST_F(FileStoreTest, TheEndFinishesWhatWaits) {
  open();
  std::latch release(1);
  hold(release);
  bool answered = false;
  store_->create({"ann", "cat.png", "", "", 5}, "words",
                 [&](const Result<FileInfo>& info) { answered = info.has_value(); });
  release.count_down();
  store_.reset();
  EXPECT_TRUE(answered);
}

TEST_F(FileStoreTest, TellsWhatItKeepsAndWhatWaits) {
  open();
  EXPECT_EQ(store_->health(), FolderHealth::good);
  EXPECT_EQ(store_->kept_bytes(), 0U);
  const auto file = create(5, "words", "ann");
  EXPECT_EQ(store_->kept_bytes(), kHeadBytes + 5);
  open();
  EXPECT_EQ(store_->kept_bytes(), kHeadBytes + 5) << "after a restart too";
  {
    std::latch release(1);
    hold(release);
    auto reading = std::make_shared<std::promise<void>>();
    store_->read(file->id, 0, 5, [reading](const Result<std::string>&) { reading->set_value(); });
    store_->find_own(file->id, "ann", [](const Result<FileInfo>&) {});
    EXPECT_EQ(store_->waiting(), 2U);
    release.count_down();
    reading->get_future().wait();
  }
  EXPECT_TRUE(
      wait<void>([&](auto done) { store_->remove(file->id, "ann", std::move(done)); }).has_value());
  EXPECT_EQ(store_->kept_bytes(), 0U);
}

TEST_F(FileStoreTest, ASecondStoreOfTheSameFolderIsRefusedInWords) {
  open();
  std::string why;
  EXPECT_TRUE(FileStore::open(options_, why).has_error());
  EXPECT_NE(why.find("in use by another process"), std::string::npos) << why;
}

TEST_F(FileStoreTest, WhatExpiredWhileTheServerWasDownIsSweptAtTheStart) {
  open();
  const auto created = create(100, "x", "ann");
  ASSERT_TRUE(created.has_value());
  test_clock() = wall_time_ms() + 2 * 3'600'000;
  options_.wall_clock_ms = read_test_clock;
  open();
  EXPECT_EQ(find_own(created->id).error(), Errc::http_not_found);
  store_.reset();
  EXPECT_TRUE(std::filesystem::is_empty(options_.path));
}

}  // namespace
}  // namespace parley::files
