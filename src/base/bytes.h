// The three shapes of bytes. `ByteView` borrows. `Bytes` is an immutable payload that may cross
// shards (atomic count). `Frame` is finished wire bytes of one shard (plain count): it is born in
// an Encoder or a dialect, shared by the outboxes of that shard, and never leaves it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/local_ptr.h"

namespace parley {

using ByteView = std::string_view;

class Bytes {
 public:
  Bytes() = default;
  static Bytes copy_of(ByteView bytes);

  Bytes(const Bytes& other) : block_(other.block_) { retain(); }
  Bytes(Bytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Bytes& operator=(Bytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Bytes() { release(); }

  ByteView view() const;
  std::size_t size() const { return view().size(); }
  bool empty() const { return view().empty(); }
  operator ByteView() const { return view(); }
  bool operator==(const Bytes& other) const { return view() == other.view(); }

 private:
  struct Block {
    explicit Block(std::uint32_t bytes) : size(bytes) {}
    std::atomic<std::uint32_t> count{1};
    const std::uint32_t size;
  };
  explicit Bytes(Block* block) : block_(block) {}
  void retain();
  void release();

  Block* block_ = nullptr;  // header and bytes in one allocation
};

class Frame : public LocalCounted {
 public:
  // Room for `size` bytes, to be filled through data() before the frame is shared.
  static LocalPtr<Frame> with_size(std::size_t size);
  // head and body in one piece, as a frame header and its payload.
  static LocalPtr<Frame> join(ByteView head, ByteView body);

  char* data() { return reinterpret_cast<char*>(this + 1); }
  ByteView view() const { return {reinterpret_cast<const char*>(this + 1), size_}; }
  std::size_t size() const { return size_; }

  // Frames of one lane (not 0) may be dropped when their client is slow: the older ones, or with
  // `newest_only` all but the newest.
  void set_lane(std::uint32_t lane, bool newest_only) {
    lane_ = lane;
    newest_only_ = newest_only;
  }
  std::uint32_t lane() const { return lane_; }
  bool newest_only() const { return newest_only_; }

  static void destroy(Frame* frame);

 private:
  explicit Frame(std::uint32_t size) : size_(size) {}
  std::uint32_t size_;
  std::uint32_t lane_ = 0;
  bool newest_only_ = false;
};

}  // namespace parley
