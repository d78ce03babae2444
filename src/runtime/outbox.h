// Outbox: finished frames waiting for one stream, oldest first. push() only appends; write_to()
// sends as many as fit in one writev and keeps the rest. It counts the waiting bytes; the limit and
// what happens beyond it are the owner's rule. Empty, it holds no heap memory worth speaking of.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "runtime/stream.h"

namespace parley::runtime {

class Outbox {
 public:
  void push(LocalPtr<Frame> frame);
  bool empty() const { return head_ == frames_.size(); }
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

  void pop_written(std::size_t written);

  std::vector<LocalPtr<Frame>> frames_;
  std::uint32_t head_ = 0;          // first frame that is not wholly written
  std::uint32_t head_written_ = 0;  // its bytes that are gone
  std::size_t bytes_ = 0;
};

}  // namespace parley::runtime
