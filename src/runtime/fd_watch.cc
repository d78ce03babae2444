#include "runtime/fd_watch.h"

#include <sys/epoll.h>
#include <unistd.h>

namespace parley::runtime {
namespace {

constexpr std::uint32_t kHangUp = EPOLLHUP | EPOLLERR;  // told to everyone in the set, asked or not

}  // namespace

void FdWatch::start_reading() {
  reading_ = true;
  tell_poller(told_ | EPOLLIN);
}

void FdWatch::wait_writable() {
  writing_ = true;
  tell_poller(told_ | EPOLLOUT);
}

void FdWatch::close() {
  if (fd_ < 0) return;
  poller_.forget(*this);
  // close() would do that too, but not while a child process still holds a copy.
  tell_poller(0);
  ::close(fd_);
  fd_ = -1;
}

std::uint32_t FdWatch::wanted() const {
  return (reading_ ? EPOLLIN : 0u) | (writing_ ? EPOLLOUT : 0u);
}

void FdWatch::tell_poller(std::uint32_t events) {
  if (fd_ < 0 || events == told_) return;
  poller_.update(*this, fd_, told_, events);
  told_ = static_cast<std::uint16_t>(events);
}

// The kernel is told that an event is no longer wanted only when it comes nevertheless: most often
// it is wanted again before that. Then the whole watch leaves the set if it wants nothing, because
// a hang-up would be reported for ever.
void FdWatch::sort_out(std::uint32_t events) {
  if (wanted() == 0 || (events & ~(wanted() | kHangUp)) != 0) tell_poller(wanted());
}

void FdWatch::announce_readable(std::uint32_t events) {
  if (reading_ && (events & (EPOLLIN | kHangUp)) != 0) events_->on_readable();
}

void FdWatch::announce_writable(std::uint32_t events) {
  if (!writing_ || (events & (EPOLLOUT | kHangUp)) == 0) return;
  writing_ = false;
  events_->on_writable();
}

}  // namespace parley::runtime
