#include "fanout_servers.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace fanout {
namespace {

// Reads the publisher (the first connection), gives the frames a server's header,
// sends them to everyone. What has come together goes out together.
[[noreturn]] void run_bare_server(int listener, const Options& options) {
  std::vector<int> sockets;
  for (int i = 0; i < options.receivers; ++i) {
    sockets.push_back(checked(accept(listener, nullptr, nullptr), "accept"));
    no_delay(sockets.back());
  }
  const std::size_t in_size = frame(options.size, true).size();
  const std::size_t payload_at = frame_header(options.size, true).size();
  const std::string header = frame_header(options.size, false);
  std::string in, out, buffer(1 << 16, '\0');
  for (;;) {
    const ssize_t got = recv(sockets[0], buffer.data(), buffer.size(), 0);
    if (got <= 0) _exit(0);
    in.append(buffer, 0, static_cast<std::size_t>(got));
    out.clear();
    std::size_t at = 0;
    for (; at + in_size <= in.size(); at += in_size) {
      out.append(header).append(in, at + payload_at, in_size - payload_at);
    }
    in.erase(0, at);
    if (out.empty()) continue;
    for (int fd : sockets) send_all(fd, out);
  }
}

int listen_on_loopback(int* port) {
  const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  checked(bind(fd, reinterpret_cast<sockaddr*>(&address), length), "bind");
  checked(listen(fd, 4096), "listen");
  checked(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  *port = ntohs(address.sin_port);
  return fd;
}

[[noreturn]] void exec_parley(const Options& options, int standard_output) {
  checked(dup2(standard_output, STDOUT_FILENO), "dup2");
  // A ping would be counted as part of a message; the benchmark is over long before this one.
  setenv("PARLEY_LIMITS__PING_INTERVAL", "1h", 1);
  setenv("PARLEY_CENTRIFUGE__PING_INTERVAL", "1h", 1);
  setenv("PARLEY_CLIENT__INSECURE", "all", 1);  // the publisher is in no room
  execl(options.parley.c_str(), "parley", "serve", "--listen", "127.0.0.1:0", "--threads", "1",
        nullptr);
  fail(options.parley + ": " + std::strerror(errno));
}

// Waits for the line "listening on http://HOST:PORT".
int read_port(int fd) {
  std::string text;
  std::array<char, 1024> chunk{};
  for (;;) {
    const ssize_t got = read(fd, chunk.data(), chunk.size());
    if (got <= 0) fail("parley ended before it listened");
    text.append(chunk.data(), static_cast<std::size_t>(got));
    const std::size_t at = text.find("listening on http://");
    if (at == std::string::npos || text.find('\n', at) == std::string::npos) continue;
    return std::atoi(text.c_str() + text.find(':', at + std::strlen("listening on http://")) + 1);
  }
}

}  // namespace

void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  checked(sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

template <class Body>
pid_t Server::spawn(int core, Body body) {
  const pid_t pid = checked(fork(), "fork");
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    pin_to(core);
    body();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "server process: %s\n", error.what());
  }
  _exit(1);
}

Server Server::bare(int core, const Options& options) {
  int port = 0;
  const int listener = listen_on_loopback(&port);
  const pid_t pid = spawn(core, [&] { run_bare_server(listener, options); });
  close(listener);
  return {pid, port};
}

Server Server::parley(int core, const Options& options) {
  std::array<int, 2> output{};
  checked(pipe2(output.data(), O_CLOEXEC), "pipe2");
  Server server(spawn(core, [&] { exec_parley(options, output[1]); }), 0);
  close(output[1]);
  // The read end stays open, or the server's next line would kill it.
  server.port_ = read_port(output[0]);
  return server;
}

Server::Server(Server&& other) noexcept : pid_(std::exchange(other.pid_, -1)), port_(other.port_) {}

Server::~Server() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

double Server::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string stat;
  std::getline(file, stat);
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace fanout
