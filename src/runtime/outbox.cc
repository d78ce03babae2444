#include "runtime/outbox.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace parley::runtime {
namespace {

constexpr std::size_t kMaxPieces = 64;       // iovecs a call; the kernel's own limit is 1024
constexpr std::size_t kKeptCapacity = 16;    // frames; a larger vector is given back when empty
constexpr std::size_t kCompactAfter = 1024;  // written frames at the front before they are erased

}  // namespace

void Outbox::push(LocalPtr<Frame> frame) {
  if (frames_.capacity() == 0) frames_.reserve(1);
  bytes_ += frame->size();
  frames_.push_back(std::move(frame));
}

std::size_t Outbox::backlog() const {
  if (empty()) return 0;
  const std::size_t head_left = frames_[head_]->size() - head_written_;
  return bytes_ - head_left + (frames_.size() - head_ - 1) * kFrameOverhead;
}

void Outbox::clear() {
  frames_.clear();
  if (frames_.capacity() > kKeptCapacity) frames_.shrink_to_fit();
  head_ = 0;
  head_written_ = 0;
  bytes_ = 0;
}

void Outbox::drop_unsent() {
  if (head_written_ == 0) return clear();
  frames_.resize(head_ + 1);
  bytes_ = frames_[head_]->size() - head_written_;
}

std::size_t Outbox::drop_lanes(std::size_t limit) {
  const auto first = frames_.begin() + head_ + (head_written_ > 0 ? 1 : 0);
  std::size_t left = backlog();
  std::size_t dropped = 0;
  const auto drop = [&](LocalPtr<Frame>& frame) {
    const std::size_t size = frame->size();
    bytes_ -= size;
    left -= std::min(left, size + kFrameOverhead);
    frame = nullptr;
    ++dropped;
  };
  std::unordered_set<std::uint32_t> newer;
  for (auto frame = frames_.end(); frame != first;) {
    --frame;
    const bool counts = (*frame)->lane() != 0 && (*frame)->newest_only();
    if (counts && !newer.insert((*frame)->lane()).second) drop(*frame);
  }
  for (auto frame = first; frame != frames_.end() && left > limit; ++frame) {
    if (*frame && (*frame)->lane() != 0 && !(*frame)->newest_only()) drop(*frame);
  }
  frames_.erase(std::remove(first, frames_.end(), LocalPtr<Frame>()), frames_.end());
  return dropped;
}

IoResult Outbox::write_to(Stream& stream) {
  std::size_t total = 0;
  while (!empty()) {
    std::array<iovec, kMaxPieces> pieces;
    const std::size_t count = std::min(kMaxPieces, frames_.size() - head_);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      ByteView bytes = frames_[head_ + i]->view();
      if (i == 0) bytes.remove_prefix(head_written_);
      pieces[i] = {const_cast<char*>(bytes.data()), bytes.size()};
      offered += bytes.size();
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
  if (bytes_ == 0) {
    clear();
    return;
  }
  while (written > 0) {
    const std::size_t left = frames_[head_]->size() - head_written_;
    if (written < left) {
      head_written_ += static_cast<std::uint32_t>(written);
      break;
    }
    written -= left;
    frames_[head_++] = nullptr;
    head_written_ = 0;
  }
  if (head_ >= kCompactAfter) {
    frames_.erase(frames_.begin(), frames_.begin() + head_);
    head_ = 0;
  }
}

}  // namespace parley::runtime
