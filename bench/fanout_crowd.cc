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

void join_room(int fd, int index) {
  send_all(fd,
           "GET /room/bench?username=u" + std::to_string(index) +
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

}  // namespace

Crowd::Crowd(const Server& server, const Options& options, bool upgrade)
    : server_(server),
      frame_(frame(options.size, true)),
      expected_(frame(options.size, false)),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      bytes_of_(static_cast<std::size_t>(options.receivers)),
      frames_of_(static_cast<std::size_t>(options.receivers)) {
  for (int i = 0; i < options.receivers; ++i) {
    sockets_.push_back(connect_to(server.port()));
    if (upgrade) join_room(sockets_.back(), i);
  }
  verify_one_message();
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = i}};
    checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, sockets_[i], &event), "epoll_ctl");
  }
}

Crowd::~Crowd() {
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
  for (std::uint64_t bytes : bytes_of_) {
    if (bytes != completed_ * expected_.size())
      fail("the server sent something beside the messages");
  }
  return {deliveries / elapsed, deliveries / cpu, cpu / elapsed};
}

// Once, and before anything is counted: every receiver gets exactly the frame that was published.
void Crowd::verify_one_message() {
  send_all(sockets_[0], frame_);
  for (int fd : sockets_) {
    std::string got(expected_.size(), '\0');
    if (recv(fd, got.data(), got.size(), MSG_WAITALL) != static_cast<ssize_t>(got.size()) ||
        got != expected_) {
      fail("a receiver did not get the published frame");
    }
  }
}

void Crowd::publish(int count) {
  std::string batch;
  for (int i = 0; i < count; ++i) batch += frame_;
  send_all(sockets_[0], batch);
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
  for (;;) {
    const ssize_t got = recv(sockets_[index], buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) fail("the server dropped a connection");
    bytes_of_[index] += static_cast<std::uint64_t>(got);
    const std::uint64_t frames = bytes_of_[index] / expected_.size();
    while (frames_of_[index] < frames) count_arrival(++frames_of_[index]);
    if (static_cast<std::size_t>(got) < buffer_.size()) return;
  }
}

void Crowd::count_arrival(std::uint64_t message) {
  if (++arrived_[message % kRing] < sockets_.size()) return;
  arrived_[message % kRing] = 0;
  completed_ = message;  // arrivals are in order on each socket, so completions are, too
}

}  // namespace fanout
