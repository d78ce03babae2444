#include "runtime/outbox.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_set>

namespace parley::runtime {
namespace {

constexpr std::size_t kMaxPieces = 64;       // iovecs a call; the kernel's own limit is 1024
constexpr std::size_t kCompactAfter = 1024;  // sent frames in front before they are erased
// Of queues that wait to be borrowed again, on each thread.
constexpr std::size_t kMaxSpares = 1024;
constexpr std::size_t kSpareCapacity = 32;  // frames; a longer one is given back to the system
constexpr std::size_t kMaxJoined =
    16 * 1024;  // bytes; larger frames cost more to copy than to list

// After a burst into one room many outboxes hold the same frames in the same order. From the second
// such outbox on, they are joined: one piece costs the kernel less than many. Each thread remembers
// the last sequence; holding its frames keeps their addresses from meaning others.
class JoinedFrames {
 public:
  // All frames in one piece; empty: they are not those of the last call.
  ByteView join(const LocalPtr<Frame>& first, std::span<const LocalPtr<Frame>> behind) {
    if (frames_.size() != behind.size() + 1 || frames_[0] != first ||
        !std::equal(behind.begin(), behind.end(), frames_.begin() + 1)) {
      frames_.assign(1, first);
      frames_.insert(frames_.end(), behind.begin(), behind.end());
      bytes_.clear();
    } else if (bytes_.empty()) {
      for (const LocalPtr<Frame>& frame : frames_) bytes_.append(frame->view());
    }
    return bytes_;
  }

 private:
  std::vector<LocalPtr<Frame>> frames_;
  std::string bytes_;  // empty: asked for once only
};

thread_local JoinedFrames t_joined;

}  // namespace

std::vector<std::unique_ptr<Outbox::Queue>>& Outbox::spare_queues() {
  thread_local std::vector<std::unique_ptr<Queue>> spares;
  return spares;
}

void Outbox::push_behind(LocalPtr<Frame> frame) {
  if (!behind_) {
    auto& spares = spare_queues();
    if (spares.empty()) {
      behind_ = std::make_unique<Queue>();
    } else {
      behind_ = std::move(spares.back());
      spares.pop_back();
    }
  }
  behind_->frames.push_back(std::move(frame));
}

void Outbox::pop_first() {
  first_ = nullptr;
  written_ = 0;
  if (!behind_) return;
  Queue& queue = *behind_;
  if (queue.size() > 0) first_ = std::move(queue.frames[queue.head++]);
  if (queue.size() == 0) {
    queue.frames.clear();
    queue.head = 0;
    auto& spares = spare_queues();
    if (spares.size() < kMaxSpares && queue.frames.capacity() <= kSpareCapacity) {
      spares.push_back(std::move(behind_));
    }
    behind_ = nullptr;
  } else if (queue.head >= kCompactAfter) {
    queue.frames.erase(queue.frames.begin(),
                       queue.frames.begin() + static_cast<std::ptrdiff_t>(queue.head));
    queue.head = 0;
  }
}

std::size_t Outbox::backlog() const {
  if (empty()) return 0;
  const std::size_t first_left = first_->size() - written_;
  return bytes_ - first_left + (behind_ ? behind_->size() : 0) * kFrameOverhead;
}

void Outbox::clear() {
  if (behind_) behind_->head = behind_->frames.size();
  pop_first();
  bytes_ = 0;
}

std::vector<LocalPtr<Frame>> Outbox::take_unsent() {
  LocalPtr<Frame> begun;
  if (written_ > 0) begun = first_;
  const std::uint32_t begun_written = written_;
  std::vector<LocalPtr<Frame>> unsent;
  if (!begun && first_) unsent.push_back(first_);
  if (behind_) {
    const Waiting waiting = behind_->waiting();
    unsent.insert(unsent.end(), waiting.begin(), waiting.end());
  }
  clear();
  if (begun) {
    bytes_ = begun->size() - begun_written;
    first_ = std::move(begun);
    written_ = begun_written;
  }
  return unsent;
}

void Outbox::drop_unsent() { take_unsent(); }

std::size_t Outbox::drop_lanes(std::size_t limit) {
  std::size_t left = backlog();
  std::vector<LocalPtr<Frame>> frames = take_unsent();
  std::size_t dropped = 0;
  const auto drop = [&](LocalPtr<Frame>& frame) {
    left -= std::min(left, frame->size() + kFrameOverhead);
    frame = nullptr;
    ++dropped;
  };
  std::unordered_set<std::uint32_t> newer;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    const bool counts = (*frame)->lane() != 0 && (*frame)->newest_only();
    if (counts && !newer.insert((*frame)->lane()).second) drop(*frame);
  }
  for (LocalPtr<Frame>& frame : frames) {
    if (left <= limit) break;
    if (frame && frame->lane() != 0 && !frame->newest_only()) drop(frame);
  }
  for (LocalPtr<Frame>& frame : frames) {
    if (frame) push(std::move(frame));
  }
  return dropped;
}

IoResult Outbox::write_to(Stream& stream) {
  std::size_t total = 0;
  while (!empty()) {
    std::array<iovec, kMaxPieces> pieces;
    std::size_t count = 0;
    std::size_t offered = 0;
    const auto add = [&](ByteView bytes) {
      pieces[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
      offered += bytes.size();
    };
    const Waiting behind = behind_ ? behind_->waiting() : Waiting();
    ByteView joined;
    if (!behind.empty() && behind.size() < kMaxPieces && written_ == 0 && bytes_ <= kMaxJoined) {
      joined = t_joined.join(first_, behind);
    }
    if (!joined.empty()) {
      add(joined);
    } else {
      add(first_->view().substr(written_));
      for (const auto& frame : behind.first(std::min(behind.size(), kMaxPieces - 1))) {
        add(frame->view());
      }
    }
    const IoResult result = stream.write({pieces.data(), count});
    if (result.status != IoResult::Status::ok) return {result.status, total};
    total += result.bytes;
    pop_written(result.bytes);
    // A short write means a full socket buffer: asking again would only cost a call.
    if (result.bytes < offered) return {IoResult::Status::would_block, total};
  }
  return {IoResult::Status::ok, total};
}

void Outbox::pop_written(std::size_t written) {
  bytes_ -= written;
  if (bytes_ == 0) return clear();
  while (written > 0) {
    const std::size_t left = first_->size() - written_;
    if (written < left) {
      written_ += static_cast<std::uint32_t>(written);
      return;
    }
    written -= left;
    pop_first();
  }
}

}  // namespace parley::runtime
