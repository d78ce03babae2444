// The two servers under test, each in a child process on a core of its own choosing by the caller.
// The benchmark's main thread owns them; a server ends with its object, and with the benchmark
// should that die first.
#pragma once

#include <sys/types.h>

#include "fanout_wire.h"

namespace fanout {

void pin_to(int core);

class Server {
 public:
  // A loop that send()s to every socket what the first one wrote: the least that any server must
  // do.
  static Server bare(int core, const Options& options);
  // `parley serve` with one thread.
  static Server parley(int core, const Options& options);

  Server(Server&& other) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] int port() const { return port_; }
  // User and system time of all its threads so far.
  [[nodiscard]] double cpu_seconds() const;

 private:
  template <class Body>
  static pid_t spawn(int core, Body body);
  Server(pid_t pid, int port) : pid_(pid), port_(port) {}

  pid_t pid_;
  int port_;
};

}  // namespace fanout
