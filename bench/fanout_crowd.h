// The load: the connections to one server, held for the whole benchmark. The first receiver
// publishes, or in the Centrifuge dialect, which answers its publisher, a connection of its own.
// Lives on the one thread of the load generator, which polls and never sleeps. Counts frames by
// their headers; one too many or too few ends the benchmark.
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
  enum class Speaks { frames, plain, centrifuge };  // the bare loop wants frames alone
  // `size` is that of a publication's data; for the bare loop, of the whole payload.
  Crowd(const Server& server, const Options& options, Speaks speaks, int size);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

  // Publishes for `duration` with at most `window` messages in flight. A message is complete when
  // everyone has it.
  Figures run(int window, Seconds duration);
  // Of what a receiver got first: the payload that a bare loop has to send to do the same work.
  int payload_bytes() const { return payload_bytes_; }

 private:
  static constexpr std::size_t kRing = 64;  // a power of two above any window

  // How far a receiver's stream has been read: frames, and where in one it stopped.
  struct Reader {
    std::uint64_t frames = 0;
    std::size_t left = 0;  // of the payload
    std::array<unsigned char, 4> head{};
    std::size_t head_bytes = 0;
  };

  void verify_one_message(Speaks speaks, int size);
  void take(Reader& reader, const char* bytes, std::size_t count);
  void publish(int count);
  void receive();
  void read_from(std::size_t index);
  void count_arrival(std::uint64_t message);

  // fixed after construction
  const Server& server_;
  const std::string frame_;
  std::vector<int> sockets_;
  int publisher_;
  int payload_bytes_ = 0;
  int epoll_;
  // per receiver
  std::vector<Reader> readers_;
  // per message in flight
  std::array<std::uint64_t, kRing> arrived_{};
  std::uint64_t published_ = 0;
  std::uint64_t completed_ = 0;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
};

}  // namespace fanout
