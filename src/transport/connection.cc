#include "transport/connection.h"

#include "transport/listener.h"

namespace parley::transport {

using metrics::Counter;
using runtime::IoResult;

Connection::~Connection() = default;

void Connection::end() {
  if (phase_ == Phase::over) return;
  phase_ = Phase::over;
  on_over();
  if (stream_) stream_->pause_reading();
  listener_.shard().mark_dirty(*this);
}

void Connection::end_after_writing() {
  if (phase_ != Phase::open) return;
  phase_ = Phase::ending;
  arm(listener_.options().close_timeout);
  listener_.shard().mark_dirty(*this);
}

void Connection::enqueue(LocalPtr<Frame> frame) {
  outbox_.push(std::move(frame));
  listener_.shard().mark_dirty(*this);
}

void Connection::arm(Duration delay) { listener_.shard().schedule(*this, delay); }

void Connection::on_readable() {
  const std::span<char> buffer = listener_.shard().receive_buffer();
  const IoResult result = stream_->read(buffer);
  if (result.status == IoResult::Status::would_block) return;
  if (result.status == IoResult::Status::closed) return end();
  listener_.shard().counters().add(Counter::bytes_received, result.bytes);
  // A lingering peer may still talk; nobody listens.
  if (phase_ != Phase::lingering && phase_ != Phase::over) on_bytes(buffer.first(result.bytes));
}

void Connection::on_writable() { listener_.shard().mark_dirty(*this); }

void Connection::on_timer() {
  if (phase_ == Phase::open) {
    on_deadline();
  } else {
    end();  // the peer did not take its last words or did not close its side in time
  }
}

void Connection::flush() {
  if (phase_ == Phase::open) before_flush();
  if (phase_ == Phase::open || phase_ == Phase::ending) write();
  if (phase_ == Phase::over) listener_.destroy(*this);
}

void Connection::write() {
  if (!outbox_.empty()) {
    const IoResult result = outbox_.write_to(*stream_);
    listener_.shard().counters().add(Counter::bytes_sent, result.bytes);
    if (result.status == IoResult::Status::closed) return end();
    if (result.status == IoResult::Status::would_block) {
      if (result.bytes > 0) on_progress();
      return stream_->wait_writable();
    }
    on_written();
  }
  if (phase_ == Phase::ending && outbox_.empty()) {
    phase_ = Phase::lingering;
    arm(listener_.options().close_timeout);
    stream_->shutdown_write();
  }
}

}  // namespace parley::transport
