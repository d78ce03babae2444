#include "fanout_crowd.h"

#include <unistd.h>

#include <algorithm>

namespace fanout {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStall{10};  // without a byte for so long a run has failed

int connect_to(int port) {
  const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const sockaddr_in address = loopback(port);
  checked(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  no_delay(fd);
  return fd;
}

void upgrade(int fd, const std::string& target) {
  send_all(fd,
           "GET " + target +
               " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  std::string response;
  while (!response.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (recv(fd, &byte, 1, 0) != 1) fail("handshake cut after: " + response);
    response += byte;
  }
  if (!response.starts_with("HTTP/1.1 101 ")) fail("no upgrade: " + response);
}

std::string receive_exactly(int fd, std::size_t count) {
  std::string bytes(count, '\0');
  if (recv(fd, bytes.data(), count, MSG_WAITALL) != static_cast<ssize_t>(count)) {
    fail("a connection was cut");
  }
  return bytes;
}

// The payload of the next frame, which is short.
std::string receive_frame(int fd) {
  std::size_t size = static_cast<unsigned char>(receive_exactly(fd, 2)[1]);
  if (size == 126) {
    const std::string more = receive_exactly(fd, 2);
    size = static_cast<std::size_t>(static_cast<unsigned char>(more[0])) << 8 |
           static_cast<unsigned char>(more[1]);
  }
  return receive_exactly(fd, size);
}

void speak_centrifuge(int fd, const std::vector<std::string>& commands) {
  upgrade(fd, "/connection/websocket");
  for (const std::string& command : commands) {
    send_all(fd, frame_of(command, true));
    const std::string reply = receive_frame(fd);
    if (reply.find("error") != std::string::npos) fail(reply);
  }
}

std::string published_frame(Crowd::Speaks speaks, int size) {
  if (speaks != Crowd::Speaks::centrifuge) return frame(size, true);
  return frame_of(R"({"id":9,"publish":{"channel":"bench","data":")" +
                      std::string(static_cast<std::size_t>(size), 'x') + "\"}}",
                  true);
}

}  // namespace

Crowd::Crowd(const Server& server, const Options& options, Speaks speaks, int size)
    : server_(server),
      frame_(published_frame(speaks, size)),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      readers_(static_cast<std::size_t>(options.receivers)) {
  const std::string connect = R"({"id":1,"connect":{}})";
  for (int i = 0; i < options.receivers; ++i) {
    sockets_.push_back(connect_to(server.port()));
    if (speaks == Speaks::plain) {
      upgrade(sockets_.back(), "/room/bench?username=u" + std::to_string(i));
    } else if (speaks == Speaks::centrifuge) {
      speak_centrifuge(sockets_.back(), {connect, R"({"id":2,"subscribe":{"channel":"bench"}})"});
    }
  }
  publisher_ = sockets_[0];
  if (speaks == Speaks::centrifuge) {
    publisher_ = connect_to(server.port());
    speak_centrifuge(publisher_, {connect});
  }
  verify_one_message(speaks, size);
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = i}};
    checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, sockets_[i], &event), "epoll_ctl");
  }
}

Crowd::~Crowd() {
  if (publisher_ != sockets_[0]) close(publisher_);
  for (int fd : sockets_) close(fd);
  close(epoll_);
}

Figures Crowd::run(int window, Seconds duration) {
  const std::uint64_t first = completed_;
  const double cpu_before = server_.cpu_seconds();
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration_cast<Clock::duration>(duration);
  publish(window);
  while (completed_ < published_) {
    const std::uint64_t before = completed_;
    receive();
    if (completed_ > before && Clock::now() < end) publish(static_cast<int>(completed_ - before));
  }
  const double elapsed = Seconds(Clock::now() - start).count();
  const double cpu = std::max(server_.cpu_seconds() - cpu_before, 0.01);
  const double deliveries =
      static_cast<double>(completed_ - first) * static_cast<double>(sockets_.size());
  for (const Reader& reader : readers_) {
    if (reader.frames != completed_ || reader.left > 0 || reader.head_bytes > 0) {
      fail("the server sent something beside the messages");
    }
  }
  return {deliveries / elapsed, deliveries / cpu, cpu / elapsed};
}

// Once, and before anything is counted: every receiver gets what was published.
void Crowd::verify_one_message(Speaks speaks, int size) {
  send_all(publisher_, frame_);
  const std::string data(static_cast<std::size_t>(size), 'x');
  for (int fd : sockets_) {
    const std::string got = receive_frame(fd);
    const bool right = speaks == Speaks::centrifuge
                           ? got.find("\"data\":\"" + data + "\"") != std::string::npos
                           : got == data;
    if (!right) fail("a receiver did not get what was published, but " + got);
    payload_bytes_ = static_cast<int>(got.size());
  }
}

void Crowd::publish(int count) {
  std::string batch;
  for (int i = 0; i < count; ++i) batch += frame_;
  send_all(publisher_, batch);
  if (publisher_ != sockets_[0]) {  // the answers to what was published before
    while (recv(publisher_, buffer_.data(), buffer_.size(), MSG_DONTWAIT) > 0) {
    }
  }
  published_ += static_cast<std::uint64_t>(count);
}

// Reads whatever has come, on any socket. Never sleeps: a sleeping reader would make the server pay
// for waking it.
void Crowd::receive() {
  const auto give_up = Clock::now() + kStall;
  std::array<epoll_event, 1024> events;
  int ready = 0;
  while ((ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0)) == 0) {
    if (Clock::now() > give_up) fail("stalled: messages were published and not delivered");
  }
  checked(ready, "epoll_wait");
  for (int i = 0; i < ready; ++i) read_from(events[static_cast<std::size_t>(i)].data.u64);
}

void Crowd::read_from(std::size_t index) {
  Reader& reader = readers_[index];
  for (;;) {
    const ssize_t got = recv(sockets_[index], buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) fail("the server dropped a connection");
    take(reader, buffer_.data(), static_cast<std::size_t>(got));
    if (static_cast<std::size_t>(got) < buffer_.size()) return;
  }
}

void Crowd::take(Reader& reader, const char* bytes, std::size_t count) {
  while (count > 0) {
    if (reader.left > 0) {
      const std::size_t part = std::min(reader.left, count);
      reader.left -= part;
      bytes += part;
      count -= part;
    } else {
      reader.head[reader.head_bytes++] = static_cast<unsigned char>(*bytes++);
      --count;
      if (reader.head_bytes < 2) continue;
      const bool is_long = reader.head[1] == 126;
      if (is_long && reader.head_bytes < 4) continue;
      reader.left =
          is_long ? static_cast<std::size_t>(reader.head[2]) << 8 | reader.head[3] : reader.head[1];
      reader.head_bytes = 0;
    }
    if (reader.left == 0 && reader.head_bytes == 0) count_arrival(++reader.frames);
  }
}

void Crowd::count_arrival(std::uint64_t message) {
  if (++arrived_[message % kRing] < sockets_.size()) return;
  arrived_[message % kRing] = 0;
  completed_ = message;  // arrivals are in order on each socket, so completions are, too
}

}  // namespace fanout
