#include "loadgen/local_server.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "base/bytes.h"

namespace parley::loadgen {
namespace {

constexpr ByteView kListening = "listening on ";
constexpr std::size_t kMaxSaid = 4096;  // of a server that does not start
constexpr int kListenState = 0x0A;      // TCP_LISTEN in /proc/net/tcp

// Inodes of the listening sockets of this port.
void add_listeners(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the headings
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
        timeout >> inode;
    const std::size_t colon = local.rfind(':');
    if (colon == std::string::npos || std::strtol(state.c_str(), nullptr, 16) != kListenState) {
      continue;
    }
    if (std::strtoul(local.c_str() + colon + 1, nullptr, 16) == port) {
      inodes.insert("socket:[" + inode + "]");
    }
  }
}

std::vector<std::string> entries(const std::string& folder) {
  std::vector<std::string> names;
  DIR* open = ::opendir(folder.c_str());
  if (open == nullptr) return names;
  while (const dirent* entry = ::readdir(open)) names.emplace_back(entry->d_name);
  ::closedir(open);
  return names;
}

bool holds_any(const std::string& process, const std::set<std::string>& inodes) {
  const std::string folder = process + "/fd/";
  return std::ranges::any_of(entries(folder), [&](const std::string& name) {
    char link[64];
    const ssize_t size = ::readlink((folder + name).c_str(), link, sizeof link);
    return size > 0 && inodes.contains(std::string(link, static_cast<std::size_t>(size)));
  });
}

std::optional<double> cpu_seconds(const std::string& process) {
  std::ifstream file(process + "/stat");
  std::string stat;
  if (!std::getline(file, stat)) return std::nullopt;
  // The name of the program, in parentheses, may hold anything.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t resident_bytes(const std::string& process) {
  std::ifstream file(process + "/statm");
  std::uint64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// A file of the given name, or one in memory.
int open_log(const std::string& path) {
  if (path.empty()) return ::memfd_create("log of the server", MFD_CLOEXEC);
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

[[noreturn]] void run_child(const LocalServer::Options& options, int output, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(output, STDOUT_FILENO);
  if (log >= 0) ::dup2(log, STDERR_FILENO);
  if (!options.cores.empty()) pin_to_cores(options.cores);
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& argument : options.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::dprintf(STDOUT_FILENO, "cannot run %s: %s\n", arguments[0], std::strerror(errno));
  ::_exit(127);
}

}  // namespace

std::vector<std::int64_t> processes_listening_on(std::uint16_t port) {
  std::set<std::string> inodes;
  add_listeners("/proc/net/tcp", port, inodes);
  add_listeners("/proc/net/tcp6", port, inodes);
  std::vector<std::int64_t> pids;
  if (inodes.empty()) return pids;
  for (const std::string& name : entries("/proc")) {
    const bool is_process = name.find_first_not_of("0123456789") == std::string::npos;
    if (is_process && holds_any("/proc/" + name, inodes)) pids.push_back(std::stoll(name));
  }
  return pids;
}

std::optional<ServerSample> sample_processes(const std::vector<std::int64_t>& pids) {
  if (pids.empty()) return std::nullopt;
  ServerSample sample;
  for (const std::int64_t pid : pids) {
    const std::string process = "/proc/" + std::to_string(pid);
    const auto cpu = cpu_seconds(process);
    if (!cpu) return std::nullopt;
    sample.cpu_seconds += *cpu;
    sample.resident_bytes += resident_bytes(process);
  }
  return sample;
}

std::vector<int> usable_cores() {
  cpu_set_t allowed;
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  return cores;
}

void pin_to_cores(const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores) CPU_SET(core, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

std::string machine_description() {
  std::string model;
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; model.empty() && std::getline(cpus, line);) {
    if (line.starts_with("model name")) model = line.substr(line.find(':') + 2);
  }
  utsname system{};
  ::uname(&system);
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);  // also those that others are pinned to
  std::string text = std::to_string(cores) + (cores == 1 ? " core, " : " cores, ");
  if (!model.empty()) text += model + ", ";
  const ByteView release = system.release;  // what follows the dash is the distribution's own
  return text + system.sysname + " " + std::string(release.substr(0, release.find('-')));
}

std::optional<LocalServer> LocalServer::start(const Options& options, std::string& why) {
  int output[2];
  if (::pipe2(output, O_CLOEXEC) != 0) {
    why = std::string("cannot make a pipe: ") + std::strerror(errno);
    return std::nullopt;
  }
  const int log = open_log(options.log);
  const pid_t pid = ::fork();
  if (pid == 0) run_child(options, output[1], log);
  ::close(output[1]);
  LocalServer server(pid, output[0], log);
  std::string said;
  for (char chunk[512]; said.size() < kMaxSaid;) {
    const ssize_t got = ::read(server.output_, chunk, sizeof chunk);
    if (got <= 0) break;
    said.append(chunk, static_cast<std::size_t>(got));
    const std::size_t at = said.find(kListening);
    const std::size_t end = at == std::string::npos ? at : said.find('\n', at);
    if (end == std::string::npos) continue;
    server.url_ = said.substr(at + kListening.size(), end - at - kListening.size());
    return server;
  }
  server.wait();  // so that its log is whole
  said += server.log();
  why = "the server did not start: " + (said.empty() ? "it said nothing" : said);
  return std::nullopt;
}

std::string LocalServer::log() const {
  std::string text(kMaxSaid, '\0');
  const ssize_t size = ::pread(log_, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

LocalServer::LocalServer(LocalServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      log_(std::exchange(other.log_, -1)),
      url_(std::move(other.url_)) {}

LocalServer& LocalServer::operator=(LocalServer&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(output_, other.output_);
  std::swap(log_, other.log_);
  std::swap(url_, other.url_);
  return *this;
}

LocalServer::~LocalServer() {
  kill9();
  if (output_ >= 0) ::close(output_);
  if (log_ >= 0) ::close(log_);
}

void LocalServer::stop() {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
  wait();
}

void LocalServer::kill9() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  wait();
}

std::optional<std::string> LocalServer::ended() {
  int status = 0;
  if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = -1;
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  return code == 0 ? "" : "exit code " + std::to_string(code);
}

void LocalServer::wait() {
  if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

}  // namespace parley::loadgen
