// What the world does to the store: kill -9, a full disk, calls that fail, bytes that turn. What
// was acknowledged is there, what was refused is not, and nothing is ever read but what was
// written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <random>
#include <sstream>
#include <vector>

#include "base/log.h"
#include "broker/sqlite_store.h"
#include "broker/test_store.h"

namespace parley::broker {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using Health = SqliteStore::Health;

// SQLite's own system calls, of which one can be made to fail, and all that follow it until heal().
// Syncs are counted and left out: nobody pulls the plug here, and they take most of the time.
class FaultyDisk {
 public:
  enum class Call { write, sync };

  FaultyDisk() {
    real() = sqlite3_vfs_find(nullptr);
    vfs_ = *real();
    vfs_.zName = "faulty";
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      const int code = real()->xOpen(real(), name, file, flags, out);
      if (file->pMethods != nullptr) file->pMethods = faulty(file->pMethods);
      return code;
    };
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultyDisk() {
    heal();
    sqlite3_vfs_unregister(&vfs_);
  }

  static void fail_from(Call call, int nth, int code) {
    g_call = call;
    g_code = code;
    g_struck = false;
    g_left = nth;
  }
  static void heal() { g_left = 0; }
  static bool struck() { return g_struck; }
  static int syncs() { return g_syncs; }

 private:
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  // The calls of a kind of file (they differ in locking alone), with ours before two of them.
  static const sqlite3_io_methods* faulty(const sqlite3_io_methods* methods) {
    static std::map<const sqlite3_io_methods*, sqlite3_io_methods> all;
    static const sqlite3_io_methods* any = methods;
    sqlite3_io_methods& copy = all.try_emplace(methods, *methods).first->second;
    copy.xWrite = [](sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
      return strikes(Call::write) ? g_code.load() : any->xWrite(file, data, size, at);
    };
    copy.xSync = [](sqlite3_file*, int) {
      ++g_syncs;
      return strikes(Call::sync) ? g_code.load() : SQLITE_OK;
    };
    return &copy;
  }
  // Counts down to 1 and stays there.
  static bool strikes(Call call) {
    if (g_left == 0 || call != g_call) return false;
    if (g_left > 1) {
      --g_left;
      return false;
    }
    g_struck = true;
    return true;
  }

  static inline std::atomic<int> g_left{0};
  static inline std::atomic<Call> g_call{Call::write};
  static inline std::atomic<int> g_code{0};
  static inline std::atomic<bool> g_struck{false};
  static inline std::atomic<int> g_syncs{0};
  sqlite3_vfs vfs_;
};

class SqliteStoreFaultTest : public testing::Test {
 protected:
  std::string content() const {
    std::ostringstream out;
    out << std::ifstream(options_.path, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(const std::string& bytes) const {
    std::ofstream(options_.path, std::ios::binary) << bytes;
  }
  // A closed file with two streams of a few publications.
  void fill() const {
    const auto store = open_store(options_);
    for (int i = 0; i < 12; ++i) {
      append(*store, i % 2 == 0 ? "a" : "b", "publication number " + std::to_string(i));
    }
  }

  FaultyDisk disk_;
  TestFolder folder_;
  StoreOptions options_{.path = folder_.file(), .full_sync = false};
};

TEST_F(SqliteStoreFaultTest, FullSyncWaitsForTheDiskAtEveryCommit) {
  for (const bool full_sync : {true, false}) {
    options_.full_sync = full_sync;
    const auto store = open_store(options_);
    append(*store, "a", "x");  // begins the log, which is synced either way
    const int before = FaultyDisk::syncs();
    for (int i = 0; i < 10; ++i) append(*store, "a", "x");
    EXPECT_EQ(FaultyDisk::syncs() - before, full_sync ? 10 : 0);
  }
}

// Each call of eight appends fails once, as do all that follow.
void fail_at_each_step(StoreOptions options, FaultyDisk::Call call, int code, Health health) {
  int step = 1;
  for (bool struck = true; struck; ++step) {
    std::filesystem::remove(options.path);
    auto store = open_store(options);
    std::string acknowledged;
    const auto publish = [&](int number) {
      const auto position = append(*store, "a", std::to_string(number));
      if (position.has_error()) return position.error();
      if (!acknowledged.empty()) acknowledged += ' ';
      acknowledged += std::to_string(position->offset) + ":" + std::to_string(number);
      return Errc{};
    };
    publish(0);
    FaultyDisk::fail_from(call, step, code);
    for (int i = 1; i <= 8; ++i) {
      if (publish(i) == Errc{}) continue;
      EXPECT_EQ(store->health(), health);
      EXPECT_EQ(summary(load(*store, "a")), acknowledged) << "reading goes on";
    }
    struck = FaultyDisk::struck();
    FaultyDisk::heal();
    EXPECT_EQ(publish(9), Errc{});
    EXPECT_EQ(store->health(), Health::good) << "by itself";
    store.reset();
    store = open_store(options);
    ASSERT_EQ(summary(load(*store, "a")), acknowledged) << "failed at step " << step;
  }
  EXPECT_GT(step, 8) << "every append had its turn";
}

TEST_F(SqliteStoreFaultTest, AFailedWriteRefusesAndRecovers) {
  fail_at_each_step(options_, FaultyDisk::Call::write, SQLITE_IOERR_WRITE, Health::failing);
}

TEST_F(SqliteStoreFaultTest, ADiskWithoutSpaceRefusesAndRecovers) {
  fail_at_each_step(options_, FaultyDisk::Call::write, SQLITE_FULL, Health::full);
}

TEST_F(SqliteStoreFaultTest, AFailedSyncRefusesAndRecovers) {
  options_.full_sync = true;
  fail_at_each_step(options_, FaultyDisk::Call::sync, SQLITE_IOERR_FSYNC, Health::failing);
}

TEST_F(SqliteStoreFaultTest, AFailedCheckpointIsSeenAndDoneLater) {
  options_.full_sync = false;  // then only a checkpoint syncs
  const auto store = open_store(options_);
  append(*store, "a", "x");
  FaultyDisk::fail_from(FaultyDisk::Call::sync, 1, SQLITE_IOERR_FSYNC);
  const std::string large(5 << 20, 'x');  // more than the log may have
  EXPECT_TRUE(append(*store, "a", large).has_value());
  EXPECT_TRUE(append(*store, "a", "x").has_value()) << "it is in the log";
  EXPECT_EQ(store->health(), Health::failing);
  FaultyDisk::heal();
  EXPECT_TRUE(append(*store, "a", "y").has_value());
  EXPECT_TRUE(append(*store, "a", "z").has_value());
  EXPECT_EQ(store->health(), Health::good);
}

TEST_F(SqliteStoreFaultTest, OneLineIsLoggedPerChange) {
  testing::internal::CaptureStderr();
  log::start({.level = log::Level::info, .json = false});
  const auto store = open_store(options_);
  append(*store, "a", "x");
  FaultyDisk::fail_from(FaultyDisk::Call::write, 1, SQLITE_FULL);
  for (int i = 0; i < 5; ++i) {
    append(*store, "a", "x");
    load(*store, "a");
  }
  FaultyDisk::heal();
  for (int i = 0; i < 5; ++i) append(*store, "a", "x");
  log::stop();
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(lines, '\n'), 2) << lines;
  EXPECT_THAT(lines, HasSubstr("error store: no space for " + options_.path));
  EXPECT_THAT(lines, HasSubstr("info store: " + options_.path + " takes publications again"));
}

TEST_F(SqliteStoreFaultTest, ALoadBesideAnAppendThatFailsIsAnswered) {
  const auto store = open_store(options_);
  append(*store, "a", "x");
  std::promise<std::string> brought;
  store->load("a", kKeepAll, [&](auto) {  // on the store's thread: these two wait together
    FaultyDisk::fail_from(FaultyDisk::Call::write, 1, SQLITE_FULL);
    store->append(publication("a", "y"), kKeepAll,
                  [](auto position) { EXPECT_EQ(position.error(), Errc::storage_failed); });
    store->load("a", kKeepAll, [&](auto stream) { brought.set_value(summary(stream)); });
  });
  EXPECT_EQ(brought.get_future().get(), "1:x");
}

TEST_F(SqliteStoreFaultTest, AFileAtItsLimitRefusesReadsAndRecovers) {
  options_.max_bytes = 256 << 10;
  const auto store = open_store(options_);
  const std::string page(4'000, 'x');
  std::uint64_t stored = 0;
  Result<hub::StreamPosition> position = append(*store, "a", page);
  for (; position.has_value() && stored < 1'000; position = append(*store, "a", page)) ++stored;
  EXPECT_EQ(position.error(), Errc::storage_failed);
  EXPECT_EQ(store->health(), Health::full);
  EXPECT_EQ(load(*store, "a")->publications.size(), stored);
  EXPECT_TRUE(clear(*store, "a").has_value());
  EXPECT_EQ(append(*store, "a", page)->offset, stored + 1);
  EXPECT_EQ(store->health(), Health::good);
}

TEST_F(SqliteStoreFaultTest, AFullDiskRefusesReadsAndRecovers) {
  const std::string disk = folder_.file("disk");
  std::filesystem::create_directory(disk);
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "mounting a small disk needs root";
  }
  const std::string ballast(200 << 10, 'x');
  std::ofstream(disk + "/ballast") << ballast;
  options_.path = disk + "/parley.db";
  auto store = open_store(options_);
  std::uint64_t stored = 0;
  Result<hub::StreamPosition> position = append(*store, "a", "x");
  for (; position.has_value() && stored < 10'000;
       position = append(*store, "a", ballast.substr(0, 1'000))) {
    ++stored;
  }
  EXPECT_EQ(position.error(), Errc::storage_failed);
  EXPECT_EQ(store->health(), Health::full);
  EXPECT_EQ(load(*store, "a")->publications.size(), stored);
  std::filesystem::remove(disk + "/ballast");
  EXPECT_EQ(append(*store, "a", "y")->offset, stored + 1);
  EXPECT_EQ(store->health(), Health::good);
  store.reset();
  EXPECT_EQ(query(options_.path, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(load(*open_store(options_), "a")->publications.size(), stored + 1);
  ::umount(disk.c_str());
}

TEST_F(SqliteStoreFaultTest, GarbageIsNamedAtTheStart) {
  write(std::string(10'000, '\x7F'));
  EXPECT_THAT(refusal(options_), HasSubstr(options_.path + " is damaged"));
  EXPECT_THAT(refusal(options_), HasSubstr("restore a backup, or move it away"));
  write("short");
  EXPECT_THAT(refusal(options_), HasSubstr(options_.path + " is damaged"));
  write("");
  EXPECT_NE(open_store(options_), nullptr) << "an empty file is a new one";
}

TEST_F(SqliteStoreFaultTest, ATruncatedFileIsNamedAtTheStart) {
  fill();
  const std::string whole = content();
  for (const std::size_t size :
       {std::size_t{50}, std::size_t{99}, std::size_t{4'096}, whole.size() - 4'096}) {
    write(whole.substr(0, size));
    EXPECT_THAT(refusal(options_), HasSubstr(options_.path + " is damaged")) << size;
  }
}

// One byte in 61 of the file, in turn. A stream is whole, or an error, or a new one.
TEST_F(SqliteStoreFaultTest, NothingIsReadButWhatWasWritten) {
  fill();
  const std::string whole = content();
  std::map<std::string, Result<StoredStream>> written;
  {
    const auto store = open_store(options_);
    for (const char* channel : {"a", "b"}) written.emplace(channel, load(*store, channel));
  }
  int found_damaged = 0;
  for (std::size_t at = 0; at < whole.size(); at += 61) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x15);
    write(bytes);
    std::string why;
    const auto store = SqliteStore::open(options_, why);
    if (store.has_error()) {
      EXPECT_THAT(why, HasSubstr(options_.path));
      continue;
    }
    for (const auto& [channel, good] : written) {
      const auto got = load(**store, channel);
      if (got.has_error()) {
        ++found_damaged;
        EXPECT_EQ((*store)->health(), Health::damaged);
        EXPECT_TRUE(append(**store, channel, "x").has_error()) << "refused until the restart";
      } else if (got->top.epoch == good->top.epoch) {
        ASSERT_THAT(summary(got), AnyOf(summary(good), "")) << "byte " << at;
        ASSERT_EQ(got->top, good->top) << "byte " << at;
      } else {
        ASSERT_EQ(summary(got), "") << "byte " << at;
      }
    }
  }
  EXPECT_GT(found_damaged, 10);
}

// By somebody who knows SQL, or a fault that leaves SQLite's own structure whole.
TEST_F(SqliteStoreFaultTest, ADamagedStreamStopsAppendsAndOthersCanBeRead) {
  for (const char* damage : {
           "UPDATE publication SET data = CAST('forged' AS BLOB) WHERE stream = 1 AND offset = 3",
           "UPDATE publication SET time_ms = time_ms + 1 WHERE stream = 1 AND offset = 3",
           "DELETE FROM publication WHERE stream = 1 AND offset = 3",
           "DELETE FROM publication WHERE stream = 1 AND offset = 6",
           "UPDATE stream SET top = 5 WHERE id = 1",
           "UPDATE stream SET top = 7 WHERE id = 1",
           "UPDATE stream SET epoch = 'other' WHERE id = 1",
       }) {
    std::filesystem::remove(options_.path);
    fill();
    query(options_.path, damage);
    const auto store = open_store(options_);
    EXPECT_TRUE(append(*store, "b", "x").has_value()) << "nobody has seen it yet";
    EXPECT_EQ(load(*store, "a").error(), Errc::storage_failed) << damage;
    EXPECT_EQ(store->health(), Health::damaged) << damage;
    EXPECT_EQ(load(*store, "b")->top.offset, 7U);
    EXPECT_EQ(append(*store, "b", "x").error(), Errc::storage_failed);
    EXPECT_EQ(clear(*store, "b").error(), Errc::storage_failed);
    EXPECT_EQ(load(*store, "new").error(), Errc::storage_failed) << "it would have to be made";
    EXPECT_EQ(load(*store, "b")->top.offset, 7U);
    EXPECT_EQ(store->health(), Health::damaged) << "until the restart";
  }
}

TEST_F(SqliteStoreFaultTest, ATopThatWentBackIsDamageInAnEmptyStreamToo) {
  fill();
  clear(*open_store(options_), "a");
  query(options_.path, "UPDATE stream SET top = 2 WHERE id = 1");
  const auto store = open_store(options_);
  EXPECT_EQ(append(*store, "a", "x").error(), Errc::storage_failed) << "offset 3 was given before";
  EXPECT_EQ(store->health(), Health::damaged);
}

struct Acknowledged {
  std::uint64_t channel;
  std::uint64_t offset;
};

// Appends to four channels, 32 at a time, and tells what was acknowledged.
[[noreturn]] void append_until_killed(const StoreOptions& options, int pipe) {
  const auto store = open_store(options);
  std::function<void(std::uint64_t)> publish = [&](std::uint64_t channel) {
    store->append(publication(std::to_string(channel), "x"), kKeepAll,
                  [&, channel](Result<hub::StreamPosition> position) {
                    const Acknowledged record{channel, position.value().offset};
                    if (::write(pipe, &record, sizeof record) != sizeof record) ::_exit(1);
                    publish(channel);
                  });
  };
  for (std::uint64_t i = 0; i < 32; ++i) publish(i % 4);
  for (;;) ::pause();
}

TEST_F(SqliteStoreFaultTest, KillNineLosesNothingAcknowledged) {
  std::map<std::uint64_t, std::uint64_t> tops;
  std::map<std::uint64_t, std::string> epochs;
  std::minstd_rand random(42);
  for (int round = 0; round < 10; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) append_until_killed(options_, pipe[1]);
    ::close(pipe[1]);
    const unsigned long killed_after = 1 + random() % 3'000;
    Acknowledged record{};
    for (unsigned long count = 1; ::read(pipe[0], &record, sizeof record) > 0; ++count) {
      ASSERT_EQ(record.offset, ++tops[record.channel]) << "numbered without gap";
      if (count == killed_after) ::kill(child, SIGKILL);
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    const auto store = open_store(options_);
    for (auto& [channel, top] : tops) {
      const auto stream = load(*store, std::to_string(channel));
      ASSERT_GE(stream->top.offset, top);
      ASSERT_EQ(stream->publications.size(), stream->top.offset);
      top = stream->top.offset;  // with what was committed but not yet told
      std::string& epoch = epochs[channel];
      if (round == 0) epoch = stream->top.epoch;
      EXPECT_EQ(stream->top.epoch, epoch);
    }
  }
  EXPECT_EQ(query(options_.path, "PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace parley::broker
