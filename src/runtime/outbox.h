// Outbox: finished frames waiting for one stream, oldest first. push() only appends; write_to()
// sends as many as fit in one writev and keeps the rest. It counts the waiting bytes; the limit and
// what happens beyond it are the owner's rule. One frame waits inside it, those behind it in a
// queue that is borrowed from the thread while there are any: empty, it holds no heap memory at
// all.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "runtime/stream.h"

namespace parley::runtime {

class Outbox {
 public:
  Outbox() = default;
  ~Outbox() { clear(); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void push(LocalPtr<Frame> frame) {
    bytes_ += frame->size();
    if (!first_) {
      first_ = std::move(frame);
    } else {
      push_behind(std::move(frame));
    }
  }
  bool empty() const { return !first_; }
  // What waits behind the frame that is being sent, in memory: with a share for each frame, so that
  // a flood of tiny ones costs no more than its limit says. One message alone is never a backlog.
  std::size_t backlog() const;
  void clear();
  // Forgets every frame of which nothing was sent yet: what follows still begins at a frame's
  // start.
  void drop_unsent();
  // Forgets frames that have a lane, of which nothing was sent yet, until at most `backlog` is
  // left: those whose newest only counts first, then the oldest. Answers how many went.
  std::size_t drop_lanes(std::size_t limit);

  // ok: all is written; would_block: the rest waits for wait_writable(); closed: the stream is
  // gone. `bytes` counts what this call wrote in any case.
  IoResult write_to(Stream& stream);

 private:
  static constexpr std::size_t kFrameOverhead = 48;  // allocation header, count, our pointer

  using Waiting = std::span<const LocalPtr<Frame>>;
  // The frames behind the first.
  struct Queue {
    std::vector<LocalPtr<Frame>> frames;
    std::size_t head = 0;  // those before it are gone
    Waiting waiting() const { return Waiting(frames).subspan(head); }
    std::size_t size() const { return frames.size() - head; }
  };

  void push_behind(LocalPtr<Frame> frame);
  void pop_first();
  void pop_written(std::size_t written);
  std::vector<LocalPtr<Frame>> take_unsent();
  static std::vector<std::unique_ptr<Queue>>& spare_queues();

  LocalPtr<Frame> first_;          // null: empty
  std::unique_ptr<Queue> behind_;  // null: nothing
  std::size_t bytes_ = 0;
  std::uint32_t written_ = 0;  // bytes of the first frame that are gone
};

}  // namespace parley::runtime
