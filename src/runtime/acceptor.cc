#include "runtime/acceptor.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace parley::runtime {
namespace {

constexpr int kBacklog = 4096;        // the kernel cuts it to net.core.somaxconn
constexpr int kAcceptsPerEvent = 64;  // then the other connections have their turn
constexpr Duration kRestAfterFailure{100};

struct AddressList {
  addrinfo* head = nullptr;
  ~AddressList() {
    if (head != nullptr) ::freeaddrinfo(head);
  }
};

bool resolve(const std::string& host, std::uint16_t port, AddressList& list, std::string& why) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list.head);
  if (error != 0) why = ::gai_strerror(error);
  return error == 0;
}

int open_bound(const addrinfo& address, bool share_port) {
  const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (share_port) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (address.ai_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

PeerAddress describe(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "unix";
  bool loopback = true;  // a Unix socket
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    loopback = ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
  }
  return {text, loopback};
}

}  // namespace

Result<int> listen_tcp(const std::string& host, std::uint16_t port, std::string& why) {
  AddressList list;
  if (!resolve(host, port, list, why)) return Errc::io_error;
  const int fd = open_bound(*list.head, true);
  if (fd < 0 || ::listen(fd, kBacklog) != 0) {
    why = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return Errc::io_error;
  }
  return fd;
}

bool is_taken(const std::string& host, std::uint16_t port) {
  AddressList list;
  std::string why;
  if (port == 0 || !resolve(host, port, list, why)) return false;
  const int fd = open_bound(*list.head, false);
  if (fd < 0) return errno == EADDRINUSE;
  ::close(fd);
  return false;
}

Result<int> listen_unix(const std::string& path, std::string& why) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    why = "the path is longer than a Unix socket's name may be";
    return Errc::io_error;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fd, name, sizeof address) == 0) {
    why = "another process listens there";
    ::close(fd);
    return Errc::io_error;
  }
  // Nobody answers: a socket left behind by a crash may go, any other file may not.
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path.c_str());
  if (::bind(fd, name, sizeof address) != 0 || ::listen(fd, kBacklog) != 0) {
    why = std::strerror(errno);
    ::close(fd);
    return Errc::io_error;
  }
  return fd;
}

std::uint16_t local_port(int listening_fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(listening_fd, reinterpret_cast<sockaddr*>(&address), &size);
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
}

Acceptor::Acceptor(Shard& shard, int listening_fd, OnAccept on_accept)
    : shard_(shard), on_accept_(std::move(on_accept)), watch_(shard, listening_fd, *this) {
  watch_.start_reading();
}

void Acceptor::stop() {
  cancel();
  watch_.close();
}

void Acceptor::on_readable() {
  for (int i = 0; i < kAcceptsPerEvent && watch_.fd() >= 0; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int fd = ::accept4(watch_.fd(), reinterpret_cast<sockaddr*>(&address), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      const int on = 1;  // fails harmlessly on a Unix socket
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      on_accept_(fd, describe(address));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    if (errno == ECONNABORTED || errno == EINTR) continue;
    // No descriptor or memory: the event would come again at once, so look away for a moment.
    shard_.counters().add(metrics::Counter::accept_failures);
    watch_.pause_reading();
    shard_.schedule(*this, kRestAfterFailure);
    return;
  }
}

}  // namespace parley::runtime
