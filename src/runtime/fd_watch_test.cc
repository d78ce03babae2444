#include "runtime/fd_watch.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "runtime/test_streams.h"

namespace parley::runtime {
namespace {

// A watched socket that notes what it is told, and the other end of it.
struct Watched final : FdEvents {
  explicit Watched(Shard& shard) : watch(std::make_unique<FdWatch>(shard, pair.ours, *this)) {}

  void on_readable() override {
    ++readable;
    if (act) act();
  }
  void on_writable() override { ++writable; }
  void receive(const std::string& text) {
    CHECK(::write(pair.theirs, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void hang_up() { ::shutdown(pair.theirs, SHUT_RDWR); }

  SocketPair pair;
  std::unique_ptr<FdWatch> watch;
  std::function<void()> act;
  int readable = 0;
  int writable = 0;
};

class FdWatchTest : public testing::Test {
 protected:
  Shard shard_{0};
};

TEST_F(FdWatchTest, AnnouncesReadingUntilAllIsTaken) {
  Watched socket(shard_);
  socket.watch->start_reading();
  EXPECT_FALSE(shard_.turn());
  socket.receive("a");
  shard_.turn();
  shard_.turn();
  EXPECT_EQ(socket.readable, 2);
  char byte;
  ASSERT_EQ(::read(socket.watch->fd(), &byte, 1), 1);
  EXPECT_FALSE(shard_.turn());
  EXPECT_EQ(socket.readable, 2);
}

TEST_F(FdWatchTest, IsSilentWhilePaused) {
  Watched socket(shard_);
  socket.watch->start_reading();
  socket.watch->pause_reading();
  socket.receive("a");
  shard_.turn();
  EXPECT_EQ(socket.readable, 0);
  EXPECT_FALSE(shard_.turn());  // nor does the loop spin
  socket.watch->start_reading();
  shard_.turn();
  EXPECT_EQ(socket.readable, 1);
}

TEST_F(FdWatchTest, AnnouncesWritingOncePerRequest) {
  Watched socket(shard_);
  socket.watch->wait_writable();
  shard_.turn();
  EXPECT_EQ(socket.writable, 1);
  socket.watch->wait_writable();
  shard_.turn();
  EXPECT_EQ(socket.writable, 2);
  shard_.turn();  // here the kernel is told that nobody waits any more
  EXPECT_FALSE(shard_.turn());
  EXPECT_EQ(socket.writable, 2);
}

TEST_F(FdWatchTest, ReadingGoesOnWhenWritingIsDone) {
  Watched socket(shard_);
  socket.watch->start_reading();
  socket.watch->wait_writable();
  shard_.turn();
  shard_.turn();
  socket.receive("a");
  shard_.turn();
  EXPECT_EQ(socket.readable, 1);
  EXPECT_EQ(socket.writable, 1);
}

TEST_F(FdWatchTest, HangUpWhilePausedWaitsForTheReader) {
  Watched socket(shard_);
  socket.watch->start_reading();
  socket.watch->pause_reading();
  socket.hang_up();
  shard_.turn();
  EXPECT_FALSE(shard_.turn());  // no storm of hang-ups
  EXPECT_EQ(socket.readable, 0);
  socket.watch->start_reading();
  shard_.turn();
  EXPECT_EQ(socket.readable, 1);
}

TEST_F(FdWatchTest, HangUpWakesAWaitingWriter) {
  Watched socket(shard_);
  socket.hang_up();
  socket.watch->wait_writable();
  shard_.turn();
  EXPECT_EQ(socket.writable, 1);
  shard_.turn();
  EXPECT_FALSE(shard_.turn());
}

TEST_F(FdWatchTest, ClosedWatchIsNotAnnouncedInTheBatchThatClosedIt) {
  Watched first(shard_);
  Watched second(shard_);
  for (Watched* each : {&first, &second}) {
    Watched* other = each == &first ? &second : &first;
    each->act = [other] { other->watch->close(); };
    each->watch->start_reading();
    each->receive("a");
  }
  shard_.turn();
  EXPECT_EQ(first.readable + second.readable, 1);
}

TEST_F(FdWatchTest, DestroyedWatchIsForgottenAndItsAddressMayServeAgain) {
  Watched first(shard_);
  Watched second(shard_);
  for (Watched* each : {&first, &second}) {
    Watched* other = each == &first ? &second : &first;
    each->act = [other] { other->watch.reset(); };  // would touch freed memory
    each->watch->start_reading();
    each->receive("a");
  }
  shard_.turn();
  EXPECT_EQ(first.readable + second.readable, 1);
}

TEST_F(FdWatchTest, MayBeDestroyedByItsOwnAnnouncement) {
  Watched socket(shard_);
  socket.act = [&socket] { socket.watch.reset(); };
  socket.watch->start_reading();
  socket.watch->wait_writable();
  socket.receive("a");
  shard_.turn();
  EXPECT_EQ(socket.readable, 1);
  EXPECT_EQ(socket.writable, 0);
  EXPECT_FALSE(shard_.turn());
}

TEST_F(FdWatchTest, CloseReleasesTheDescriptor) {
  Watched socket(shard_);
  socket.watch->start_reading();
  socket.watch->close();
  EXPECT_EQ(socket.watch->fd(), -1);
  char byte;
  EXPECT_EQ(::read(socket.pair.theirs, &byte, 1), 0);  // the peer sees the end
  socket.watch->start_reading();                       // means nothing now
  EXPECT_FALSE(shard_.turn());
}

}  // namespace
}  // namespace parley::runtime
