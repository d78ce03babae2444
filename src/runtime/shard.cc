#include "runtime/shard.h"

#include <algorithm>

namespace parley::runtime {
namespace {

constexpr std::size_t kKeptTasks = 1024;  // a longer queue's memory is given back

thread_local const Shard* t_current = nullptr;

void forget_all(std::vector<Task>& tasks) {
  tasks.clear();
  if (tasks.capacity() > kKeptTasks) tasks.shrink_to_fit();
}

}  // namespace

Shard::Shard(std::size_t index)
    : index_(index),
      timers_(Clock::now()),
      receive_buffer_(std::make_unique<char[]>(kReceiveBytes + kReceivePadding)) {}

void Shard::schedule(Timer& timer, Duration delay) {
  const TimePoint now = Clock::now();
  timers_.schedule(timer, now + delay);
  if (!tick_due_) tick_due_ = now + TimerWheel::kTick;
}

void Shard::mark_dirty(Flushable& flushable) {
  if (!flushable.DirtyHook::is_linked()) dirty_.push_back(flushable);
}

void Shard::post(Task task) {
  if (t_current == this) {
    posted_.push_back(std::move(task));
  } else if (mailbox_.push(std::move(task))) {
    poller_.wake();
  }
}

std::size_t Shard::queue_depth() const { return mailbox_.depth(); }

void Shard::run() {
  t_current = this;
  while (!stopping_) {
    const bool may_sleep = posted_.empty() && dirty_.empty() && mailbox_.begin_sleep();
    turn_within(may_sleep ? longest_wait() : 0);
  }
  t_current = nullptr;
}

bool Shard::turn() {
  t_current = this;
  const bool had_work = turn_within(0);
  t_current = nullptr;
  return had_work;
}

void Shard::stop() {
  post([this] { stopping_ = true; });
}

bool Shard::turn_within(int timeout_ms) {
  bool had_work = poller_.poll(timeout_ms) > 0;
  mailbox_.end_sleep();
  had_work |= run_timers();
  had_work |= run_mailbox();
  had_work |= run_posted();
  const bool has_dirty = !dirty_.empty();
  if (has_dirty && !puts_off_flush(had_work)) flush_dirty();
  return had_work || has_dirty;
}

bool Shard::puts_off_flush(bool had_work) {
  if (coalesce_delay_ == Duration(0)) return false;
  const TimePoint now = Clock::now();
  if (!put_off_since_) put_off_since_ = now;
  if (had_work && !stopping_ && now - *put_off_since_ < coalesce_delay_) return true;
  put_off_since_.reset();
  return false;
}

int Shard::longest_wait() const {
  if (!tick_due_) return -1;
  const auto left = std::chrono::ceil<Duration>(*tick_due_ - Clock::now());
  return static_cast<int>(std::max(left, Duration(0)).count());
}

bool Shard::run_timers() {
  if (!tick_due_) return false;
  const TimePoint now = Clock::now();
  if (now < *tick_due_) return false;
  timers_.advance(now);
  tick_due_.reset();
  if (timers_.has_timers()) tick_due_ = now + TimerWheel::kTick;
  return true;
}

bool Shard::run_mailbox() {
  if (mailbox_.depth() == 0) return false;
  mailbox_.take_all(mailbox_batch_);
  for (Task& task : mailbox_batch_) task();
  forget_all(mailbox_batch_);
  return true;
}

bool Shard::run_posted() {
  if (posted_.empty()) return false;
  for (std::size_t next = 0; next < posted_.size(); ++next) {  // which may post others
    Task task = std::move(posted_[next]);
    task();
  }
  forget_all(posted_);
  return true;
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

}  // namespace parley::runtime
