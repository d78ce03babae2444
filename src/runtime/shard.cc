#include "runtime/shard.h"

#include <boost/asio/post.hpp>

namespace parley::runtime {
namespace {

// Handlers run between two flushes: enough to gather a burst, few enough to keep latency even.
constexpr std::size_t kHandlersPerTurn = 256;

thread_local const Shard* t_current = nullptr;

}  // namespace

Shard::Shard(std::size_t index)
    : index_(index),
      io_(1),
      work_(boost::asio::make_work_guard(io_)),
      tick_(io_),
      timers_(Clock::now()),
      receive_buffer_(std::make_unique<char[]>(kReceiveBytes + kReceivePadding)) {}

Shard::~Shard() = default;

void Shard::schedule(Timer& timer, Duration delay) {
  timers_.schedule(timer, Clock::now() + delay);
  arm_tick();
}

void Shard::mark_dirty(Flushable& flushable) {
  if (!flushable.DirtyHook::is_linked()) dirty_.push_back(flushable);
}

void Shard::post(Task task) {
  if (t_current == this) {
    posted_.push_back(std::move(task));
  } else if (mailbox_.push(std::move(task))) {
    boost::asio::post(io_, [this] { run_mailbox(); });
  }
}

std::size_t Shard::queue_depth() const { return mailbox_.depth(); }

void Shard::run() {
  t_current = this;
  while (!stopping_) {
    if (posted_.empty() && dirty_.empty()) io_.run_one();  // waits here when nothing is ready
    run_ready();
    end_turn();
  }
  t_current = nullptr;
}

bool Shard::turn() {
  t_current = this;
  const bool had_work = run_ready() != 0 || !posted_.empty() || !dirty_.empty();
  end_turn();
  t_current = nullptr;
  return had_work;
}

void Shard::stop() {
  boost::asio::post(io_, [this] { stopping_ = true; });
}

std::size_t Shard::run_ready() {
  std::size_t handlers = 0;
  while (handlers < kHandlersPerTurn && io_.poll_one() != 0) ++handlers;
  return handlers;
}

void Shard::end_turn() {
  run_posted();
  flush_dirty();
}

void Shard::run_posted() {
  while (!posted_.empty()) {
    Task task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
}

void Shard::run_mailbox() {
  mailbox_.take_all(mailbox_batch_);
  for (Task& task : mailbox_batch_) task();
  mailbox_batch_.clear();
}

void Shard::flush_dirty() {
  // flush() may mark others dirty (a connection that closes tells its room): those wait for the
  // next turn, which run() begins at once.
  DirtyList due;
  due.swap(dirty_);
  while (!due.empty()) {
    Flushable& next = due.front();
    due.pop_front();
    next.flush();
  }
}

void Shard::arm_tick() {
  if (tick_armed_) return;
  tick_armed_ = true;
  tick_.expires_after(TimerWheel::kTick);
  tick_.async_wait([this](const boost::system::error_code& error) {
    tick_armed_ = false;
    if (error) return;
    timers_.advance(Clock::now());
    if (timers_.has_timers()) arm_tick();
  });
}

}  // namespace parley::runtime
