// What the kernel tells of a server on this machine: which processes listen on a port, and what
// they used. LocalServer starts a Parley of one's own as a child, for a run that needs nothing
// else.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/result.h"

namespace parley::loadgen {

// Those that hold a listening TCP socket of this port; none when they belong to another user.
std::vector<std::int64_t> processes_listening_on(std::uint16_t port);

// Together; nothing when one of them is gone.
std::optional<ServerSample> sample_processes(const std::vector<std::int64_t>& pids);

// The cores that this process may use.
std::vector<int> usable_cores();
void pin_to_cores(const std::vector<int>& cores);  // this thread and those it starts

std::string machine_description();  // "2 cores, AMD EPYC …, Linux 6.1.0"

// A child that runs `command`; it is killed with its owner.
class LocalServer {
 public:
  struct Options {
    std::vector<std::string> command;                                   // the program's path first
    std::vector<std::pair<std::string, std::string>> environment = {};  // beside our own
    std::vector<int> cores = {};                                        // empty: any
    std::string log = {};  // the file that it logs to; empty: kept in memory
  };

  // Waits for the line "listening on URL". Nothing: `why` says what it said instead.
  static std::optional<LocalServer> start(const Options& options, std::string& why);
  LocalServer(LocalServer&& other) noexcept;
  LocalServer& operator=(LocalServer&& other) noexcept;
  ~LocalServer();  // kills it if it still runs

  pid_t pid() const { return pid_; }
  const std::string& url() const { return url_; }  // "http://127.0.0.1:41234"
  std::string log() const;                         // its first 4 KiB
  void stop();                                     // SIGTERM, and waits
  void kill9();                                    // SIGKILL, and waits
  // Without waiting: nothing while it runs, then once how it ended; empty: well.
  std::optional<std::string> ended();

 private:
  LocalServer(pid_t pid, int output, int log) : pid_(pid), output_(output), log_(log) {}
  void wait();

  pid_t pid_;
  int output_;  // the read end stays open, or the server's next line would fail
  int log_;     // its standard error
  std::string url_;
};

}  // namespace parley::loadgen
