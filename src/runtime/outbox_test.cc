#include "runtime/outbox.h"

#include <gtest/gtest.h>

#include "runtime/test_streams.h"

namespace parley::runtime {
namespace {

LocalPtr<Frame> frame(ByteView bytes) { return Frame::join(bytes, {}); }

TEST(Outbox, WritesEverythingInOneCall) {
  MemoryStream stream;
  Outbox outbox;
  for (const char* text : {"one ", "two ", "three"}) outbox.push(frame(text));
  EXPECT_EQ(outbox.write_to(stream).status, IoResult::Status::ok);
  EXPECT_EQ(stream.written, "one two three");
  EXPECT_EQ(stream.writes, 1);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.backlog(), 0U);
}

// However the socket cuts the bytes, they arrive whole and in order.
TEST(Outbox, GoesOnWhereTheStreamStopped) {
  for (std::size_t step = 1; step < 14; ++step) {
    MemoryStream stream;
    Outbox outbox;
    for (const char* text : {"one ", "two ", "three"}) outbox.push(frame(text));
    for (int i = 0; i < 20 && !outbox.empty(); ++i) {
      stream.room = step;
      outbox.write_to(stream);
    }
    EXPECT_EQ(stream.written, "one two three") << "step " << step;
    EXPECT_TRUE(outbox.empty());
  }
}

TEST(Outbox, ManyFramesTakeSeveralCalls) {
  MemoryStream stream;
  Outbox outbox;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string text = std::to_string(i) + ",";
    expected += text;
    outbox.push(frame(text));
    if (i % 3 == 0) {
      stream.room = 7;
      outbox.write_to(stream);
    }
  }
  stream.room = MemoryStream::kEndless;
  EXPECT_EQ(outbox.write_to(stream).status, IoResult::Status::ok);
  EXPECT_EQ(stream.written, expected);
}

// After a burst into one room.
TEST(Outbox, TheSameFramesInManyOutboxesLeaveInOnePiece) {
  const std::vector<LocalPtr<Frame>> burst = {frame("one "), frame("two "), frame("three")};
  for (std::size_t room = 1; room < 14; ++room) {  // however the socket cuts the piece
    MemoryStream streams[2];
    Outbox outboxes[2];
    for (std::size_t i = 0; i < 2; ++i) {
      for (const auto& each : burst) outboxes[i].push(each);
    }
    outboxes[0].write_to(streams[0]);
    EXPECT_EQ(streams[0].pieces_of_last, 3U);
    streams[1].room = room;
    outboxes[1].write_to(streams[1]);
    EXPECT_EQ(streams[1].pieces_of_last, 1U);
    streams[1].room = MemoryStream::kEndless;
    outboxes[1].write_to(streams[1]);
    EXPECT_EQ(streams[1].written, "one two three");
    Outbox other;  // the next round finds another sequence remembered
    for (int i = 0; i < 2; ++i) other.push(burst[0]);
    other.write_to(streams[0]);
  }
}

TEST(Outbox, OneFrameMoreOrLessIsAnotherSequence) {
  const std::vector<LocalPtr<Frame>> burst = {frame("one "), frame("two "), frame("three")};
  const std::vector<std::vector<std::size_t>> sequences = {
      {0, 1, 2}, {0, 1, 2}, {0, 1}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}, {0, 1, 2}, {0, 1, 1}};
  for (const auto& sequence : sequences) {
    MemoryStream stream;
    Outbox outbox;
    std::string expected;
    for (const std::size_t i : sequence) {
      outbox.push(burst[i]);
      expected += burst[i]->view();
    }
    EXPECT_EQ(outbox.write_to(stream).status, IoResult::Status::ok);
    EXPECT_EQ(stream.written, expected);
  }
}

TEST(Outbox, TheFrameBeingSentIsNoBacklog) {
  Outbox outbox;
  outbox.push(frame(std::string(1000, 'a')));
  EXPECT_EQ(outbox.backlog(), 0U);
  outbox.push(frame(std::string(10, 'b')));
  EXPECT_GT(outbox.backlog(), 10U);  // the frame's own share counts
  EXPECT_LT(outbox.backlog(), 100U);
}

TEST(Outbox, DropUnsentKeepsAFrameThatIsHalfSent) {
  MemoryStream stream;
  Outbox outbox;
  outbox.push(frame("first"));
  outbox.push(frame("second"));
  stream.room = 2;
  outbox.write_to(stream);
  outbox.drop_unsent();
  outbox.push(frame("|last"));
  stream.room = MemoryStream::kEndless;
  outbox.write_to(stream);
  EXPECT_EQ(stream.written, "first|last");
}

TEST(Outbox, DropUnsentForgetsAllWhenNothingIsHalfSent) {
  MemoryStream stream;
  Outbox outbox;
  outbox.push(frame("first"));
  outbox.drop_unsent();
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, TellsThatTheStreamIsClosed) {
  MemoryStream stream;
  stream.closed = true;
  Outbox outbox;
  outbox.push(frame("lost"));
  EXPECT_EQ(outbox.write_to(stream).status, IoResult::Status::closed);
}

LocalPtr<Frame> frame_in_lane(ByteView bytes, std::uint32_t lane, bool newest_only) {
  auto made = frame(bytes);
  made->set_lane(lane, newest_only);
  return made;
}

TEST(Outbox, DropsTheOldestOfALaneUntilEnoughIsGone) {
  MemoryStream stream;
  stream.room = 2;
  Outbox outbox;
  outbox.push(frame_in_lane("begun", 1, false));
  outbox.write_to(stream);  // a frame that was begun has to be ended
  outbox.push(frame("kept"));
  for (const char* text : {"a1", "a2", "a3", "a4"}) outbox.push(frame_in_lane(text, 1, false));
  const std::size_t before = outbox.backlog();
  EXPECT_EQ(outbox.drop_lanes(before), 0U);
  EXPECT_EQ(outbox.drop_lanes(before * 2 / 3), 2U);
  EXPECT_LT(outbox.backlog(), before);
  stream.room = MemoryStream::kEndless;
  outbox.write_to(stream);
  EXPECT_EQ(stream.written, "begunkepta3a4");
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.backlog(), 0U);
}

TEST(Outbox, KeepsTheNewestOfEachLaneWhereThatIsTheRule) {
  MemoryStream stream;
  Outbox outbox;
  for (const char* text : {"a1 ", "b1 ", "a2 ", "c ", "b2 ", "a3 "}) {
    outbox.push(frame_in_lane(text, static_cast<std::uint32_t>(text[0]), true));
  }
  EXPECT_EQ(outbox.drop_lanes(1000), 3U);
  outbox.write_to(stream);
  EXPECT_EQ(stream.written, "c b2 a3 ");
}

}  // namespace
}  // namespace parley::runtime
