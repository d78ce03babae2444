#include "base/bytes.h"

#include <cstring>
#include <limits>
#include <new>

#include "base/check.h"

namespace parley {

Bytes Bytes::copy_of(ByteView bytes) {
  if (bytes.empty()) return {};
  CHECK(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
  void* memory = ::operator new(sizeof(Block) + bytes.size());
  auto* block = new (memory) Block(static_cast<std::uint32_t>(bytes.size()));
  std::memcpy(static_cast<void*>(block + 1), bytes.data(), bytes.size());
  return Bytes(block);
}

ByteView Bytes::view() const {
  if (block_ == nullptr) return {};
  return {reinterpret_cast<const char*>(block_ + 1), block_->size};
}

void Bytes::retain() {
  if (block_ != nullptr) block_->count.fetch_add(1, std::memory_order_relaxed);
}

void Bytes::release() {
  if (block_ == nullptr || block_->count.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block_->~Block();
  ::operator delete(block_);
}

LocalPtr<Frame> Frame::with_size(std::size_t size) {
  CHECK(size <= std::numeric_limits<std::uint32_t>::max());
  void* memory = ::operator new(sizeof(Frame) + size);
  return LocalPtr<Frame>::adopt(new (memory) Frame(static_cast<std::uint32_t>(size)));
}

LocalPtr<Frame> Frame::join(ByteView head, ByteView body) {
  auto frame = with_size(head.size() + body.size());
  // memcpy wants valid pointers even for zero bytes.
  if (!head.empty()) std::memcpy(frame->data(), head.data(), head.size());
  if (!body.empty()) std::memcpy(frame->data() + head.size(), body.data(), body.size());
  return frame;
}

void Frame::destroy(Frame* frame) {
  frame->~Frame();
  ::operator delete(frame);
}

}  // namespace parley
