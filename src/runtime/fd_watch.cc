#include "runtime/fd_watch.h"

namespace parley::runtime {

LocalPtr<FdWatch> FdWatch::open(Shard& shard, int fd, FdEvents& events) {
  return LocalPtr<FdWatch>::adopt(new FdWatch(shard, fd, events));
}

void FdWatch::start_reading() {
  reading_ = true;
  if (!read_pending_) wait_readable();
}

void FdWatch::wait_readable() {
  read_pending_ = true;
  descriptor_.async_wait(Descriptor::wait_read,
                         [self = LocalPtr<FdWatch>::share(this)](const boost::system::error_code&) {
                           self->read_pending_ = false;
                           if (self->events_ != nullptr && self->reading_)
                             self->events_->on_readable();
                           // on_readable() may have closed or paused us.
                           if (self->events_ != nullptr && self->reading_ && !self->read_pending_)
                             self->wait_readable();
                         });
}

void FdWatch::wait_writable() {
  if (write_pending_) return;
  write_pending_ = true;
  descriptor_.async_wait(Descriptor::wait_write,
                         [self = LocalPtr<FdWatch>::share(this)](const boost::system::error_code&) {
                           self->write_pending_ = false;
                           if (self->events_ != nullptr) self->events_->on_writable();
                         });
}

void FdWatch::close() {
  events_ = nullptr;
  boost::system::error_code ignored;  // the descriptor is gone either way
  descriptor_.close(ignored);
}

}  // namespace parley::runtime
