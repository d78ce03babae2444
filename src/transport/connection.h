// Connection: what every accepted socket is, whatever it speaks: a stream, an outbox flushed once a
// turn, one timer, and a place in its Listener's list. Derived classes give the bytes a meaning.
//
// Ending is always the same: end() notes that the connection is over, and the end of the turn
// destroys it, so no callback ever finds itself deleted. An end that the peer shall read
// (end_after_writing) first flushes, then closes our side and waits a moment for the peer's:
// closing at once would let the kernel throw the last words away. Lives on one shard, owned by its
// Listener.
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>

#include "http/message.h"
#include "runtime/outbox.h"
#include "runtime/stream.h"

namespace parley::transport {

class Listener;

using OwnedHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct OwnedTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Connection : public OwnedHook,
                   protected runtime::Timer,
                   protected runtime::Flushable,
                   protected runtime::FdEvents {
 public:
  explicit Connection(Listener& listener) : listener_(listener) {}
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The server stops: end as soon as it is polite.
  virtual void drain() = 0;
  void end();  // at the end of this turn, without another word

 protected:
  enum class Phase : std::uint8_t {
    open,
    ending,     // the last bytes are in the outbox
    lingering,  // our side is closed; waiting for the peer's
    over,       // to be destroyed by flush()
  };

  virtual void on_bytes(std::span<char> bytes) = 0;  // only while open or ending
  virtual void on_deadline() = 0;                    // only while open
  virtual void before_flush() {}
  virtual void on_written() {}   // the outbox is empty
  virtual void on_progress() {}  // some of it is gone
  virtual void on_over() {}      // just ended, for whatever reason: leave all tables

  void enqueue(LocalPtr<Frame> frame);
  void end_after_writing();
  Phase phase() const { return phase_; }
  void arm(Duration delay);

  Listener& listener_;
  std::unique_ptr<runtime::Stream> stream_;  // null once handed on
  runtime::Outbox outbox_;

 private:
  void on_readable() final;
  // The stream is still in the middle of its event: whatever ends this connection waits for the
  // turn.
  void on_writable() final;
  void on_timer() final;
  void flush() final;
  void write();

  Phase phase_ = Phase::open;
};

}  // namespace parley::transport
