// The plain stream: also Unix sockets, which differ in nothing that matters here.
#include <sys/socket.h>

#include <cerrno>

#include "runtime/stream.h"

namespace parley::runtime {
namespace {

class TcpStream final : public Stream {
 public:
  TcpStream(Shard& shard, int fd, FdEvents& events) : watch_(shard, fd, events) {}

  IoResult read(std::span<char> buffer) override {
    return result(::recv(watch_.fd(), buffer.data(), buffer.size(), 0));
  }

  IoResult write(std::span<const iovec> pieces) override {
    if (pieces.size() == 1) {  // the usual case, and the cheaper call
      return result(::send(watch_.fd(), pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL));
    }
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    return result(::sendmsg(watch_.fd(), &message, MSG_NOSIGNAL));
  }

  void start_reading() override { watch_.start_reading(); }
  void pause_reading() override { watch_.pause_reading(); }
  void wait_writable() override { watch_.wait_writable(); }
  void shutdown_write() override { ::shutdown(watch_.fd(), SHUT_WR); }
  void set_events(FdEvents& events) override { watch_.set_events(events); }

 private:
  static IoResult result(ssize_t moved) {
    if (moved > 0) return {IoResult::Status::ok, static_cast<std::size_t>(moved)};
    if (moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      return {IoResult::Status::would_block, 0};
    }
    return {IoResult::Status::closed, 0};
  }

  FdWatch watch_;
};

}  // namespace

std::unique_ptr<Stream> make_tcp_stream(Shard& shard, int fd, FdEvents& events) {
  return std::make_unique<TcpStream>(shard, fd, events);
}

}  // namespace parley::runtime
