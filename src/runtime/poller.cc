#include "runtime/poller.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.h"
#include "runtime/fd_watch.h"

namespace parley::runtime {

Poller::Poller()
    : epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  CHECK(epoll_fd_ >= 0 && wake_fd_ >= 0);
  // Edge-triggered: each wake() is one event, and nobody has to read the counter. It belongs to no
  // watch.
  epoll_event event{EPOLLIN | EPOLLET, {.ptr = nullptr}};
  CHECK(::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) == 0);
}

Poller::~Poller() {
  ::close(wake_fd_);
  ::close(epoll_fd_);
}

std::size_t Poller::poll(int timeout_ms) {
  const int ready = ::epoll_wait(epoll_fd_, batch_.data(), kBatch, timeout_ms);
  if (ready <= 0) {
    CHECK(ready == 0 || errno == EINTR);
    return 0;
  }
  batch_size_ = static_cast<std::size_t>(ready);
  for (std::size_t i = 0; i < batch_size_; ++i) {
    const std::uint32_t events = batch_[i].events;
    // Whatever is called may close or destroy any watch, this one included, which forget() notes in
    // the batch.
    if (FdWatch* watch = watch_of(batch_[i])) watch->sort_out(events);
    if (FdWatch* watch = watch_of(batch_[i])) watch->announce_readable(events);
    if (FdWatch* watch = watch_of(batch_[i])) watch->announce_writable(events);
  }
  batch_size_ = 0;
  return static_cast<std::size_t>(ready);
}

void Poller::wake() {
  const std::uint64_t one = 1;
  CHECK(::write(wake_fd_, &one, sizeof one) == sizeof one);
}

void Poller::update(FdWatch& watch, int fd, std::uint32_t before, std::uint32_t after) const {
  const int how = before == 0 ? EPOLL_CTL_ADD : after == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  epoll_event event{after, {.ptr = &watch}};
  CHECK(::epoll_ctl(epoll_fd_, how, fd, &event) == 0);
}

void Poller::forget(const FdWatch& watch) {
  for (std::size_t i = 0; i < batch_size_; ++i) {
    if (watch_of(batch_[i]) == &watch) batch_[i].data.ptr = nullptr;
  }
}

}  // namespace parley::runtime
