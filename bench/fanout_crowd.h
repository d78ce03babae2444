// The load: the connections to one server, held for the whole benchmark. The first one publishes,
// all of them receive. Lives on the one thread of the load generator, which polls and never sleeps.
// Counts bytes: all frames have one known length, and a frame too many or too few ends the
// benchmark.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <vector>

#include "fanout_servers.h"
#include "fanout_wire.h"

namespace fanout {

using Seconds = std::chrono::duration<double>;

struct Figures {
  double rate = 0;            // deliveries a second
  double per_cpu_second = 0;  // deliveries per second of the server's CPU time
  double server_busy = 0;     // share of the time that the server's core was used
};

class Crowd {
 public:
  // `upgrade`: make each connection a WebSocket in the room first (the bare loop wants none of
  // that).
  Crowd(const Server& server, const Options& options, bool upgrade);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

  // Publishes for `duration` with at most `window` messages in flight. A message is complete when
  // everyone has it.
  Figures run(int window, Seconds duration);

 private:
  static constexpr std::size_t kRing = 64;  // a power of two above any window

  void verify_one_message();
  void publish(int count);
  void receive();
  void read_from(std::size_t index);
  void count_arrival(std::uint64_t message);

  // fixed after construction
  const Server& server_;
  const std::string frame_;
  const std::string expected_;
  std::vector<int> sockets_;
  int epoll_;
  // per receiver
  std::vector<std::uint64_t> bytes_of_;
  std::vector<std::uint64_t> frames_of_;
  // per message in flight
  std::array<std::uint64_t, kRing> arrived_{};
  std::uint64_t published_ = 0;
  std::uint64_t completed_ = 0;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
};

}  // namespace fanout
