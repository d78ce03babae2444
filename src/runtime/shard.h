// Shard: one thread, one event loop, and all that lives on it. A turn of the loop is: announce what
// is ready, fire due timers, run what was posted, flush every dirty outbox once. So however many
// messages a turn delivers to a connection, they leave in one writev.
//
// Thread: everything here belongs to the home thread, except post(), queue_depth() and stop().
// post() never runs the task inline, not even from the home thread: what the poster is doing is
// finished first. Tasks of one sender run in the order in which they were posted.
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "metrics/metrics.h"
#include "runtime/mailbox.h"
#include "runtime/poller.h"
#include "runtime/shard_affine.h"
#include "runtime/timer_wheel.h"

namespace parley::runtime {

// Something with bytes to write at the end of the turn. It leaves the list when destroyed.
using DirtyHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct DirtyTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Flushable : public DirtyHook {
 public:
  virtual void flush() = 0;  // may destroy this

 protected:
  ~Flushable() = default;
};

class Shard {
 public:
  // One read never takes more than this; the padding behind it lets parsers read past the end.
  static constexpr std::size_t kReceiveBytes = 64 * 1024;
  static constexpr std::size_t kReceivePadding = 64;

  explicit Shard(std::size_t index);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  std::size_t index() const { return index_; }
  Poller& poller() { return poller_; }
  metrics::ShardCounters& counters() { return counters_; }
  const metrics::ShardCounters& counters() const { return counters_; }
  // Shared by all connections of the shard: its bytes are valid until the next read.
  std::span<char> receive_buffer() { return {receive_buffer_.get(), kReceiveBytes}; }

  void schedule(Timer& timer, Duration delay);
  void mark_dirty(Flushable& flushable);  // flush() once at the end of this turn

  // A saturated shard, one that finds more work after each turn, may put the flush off so long,
  // that more may leave with it; 0: never. As soon as nothing is left to do all is flushed. Before
  // run().
  void set_coalesce_delay(Duration delay) { coalesce_delay_ = delay; }

  void post(Task task);             // any thread
  std::size_t queue_depth() const;  // any thread: tasks from other threads that wait
  void run();                       // the home thread's whole life
  void stop();                      // any thread: run() returns after this turn

  // One turn without waiting, for tests that step several shards in one thread. True when there was
  // anything to do.
  bool turn();

 private:
  using DirtyList = boost::intrusive::list<Flushable, boost::intrusive::base_hook<DirtyHook>,
                                           boost::intrusive::constant_time_size<false>>;

  bool turn_within(int timeout_ms);
  int longest_wait() const;  // in milliseconds; negative: until something happens
  bool run_timers();
  bool run_mailbox();
  bool run_posted();
  bool puts_off_flush(bool had_work);
  void flush_dirty();

  // Fixed after construction
  const std::size_t index_;
  Duration coalesce_delay_{0};

  // Shard-local
  Poller poller_;
  TimerWheel timers_;
  std::optional<TimePoint> tick_due_;  // none: no timer is scheduled
  std::unique_ptr<char[]> receive_buffer_;
  std::vector<Task> posted_;         // by the home thread itself
  std::vector<Task> mailbox_batch_;  // being run
  DirtyList dirty_;
  std::optional<TimePoint> put_off_since_;
  bool stopping_ = false;

  // Crosses shards
  metrics::ShardCounters counters_;
  Mailbox mailbox_;
};

}  // namespace parley::runtime
