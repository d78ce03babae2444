// The life of the process around a Server: signals in, exit code out.
#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <functional>

#include "base/clock.h"
#include "base/log.h"
#include "server/server.h"

namespace parley::server {
namespace {

constexpr int kExitFailure = 1;

log::Options log_options(const Config::Log& log) {
  constexpr std::pair<const char*, log::Level> kLevels[] = {
      {"trace", log::Level::trace},     {"debug", log::Level::debug}, {"info", log::Level::info},
      {"warning", log::Level::warning}, {"error", log::Level::error}, {"off", log::Level::off},
  };
  log::Options options;
  options.json = log.format == "json";
  for (const auto& [name, level] : kLevels) {
    if (log.level == name) options.level = level;
  }
  return options;
}

// A log or a terminal that goes away, and a file that reaches the process's limit (RLIMIT_FSIZE),
// must not take the server along: writes to them fail instead.
void let_writes_fail() {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

// So nohup wants it. A blocked signal would be told even so.
bool is_ignored(int signal_number) {
  struct sigaction action {};
  return sigaction(signal_number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// The signals that end the server are blocked in every thread and waited for in this one, so no
// handler ever runs.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (!is_ignored(SIGHUP)) sigaddset(&signals, SIGHUP);  // the terminal was closed
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// True when a signal came before `limit` had passed.
bool wait_for_signal(const sigset_t& signals, Duration limit) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(limit - seconds);
  const timespec timeout{seconds.count(), rest.count()};
  return sigtimedwait(&signals, nullptr, &timeout) > 0;
}

}  // namespace

int run_server(const Config& config, const std::function<void(const Server&)>& announce) {
  const sigset_t signals = block_stop_signals();
  let_writes_fail();
  log::start(log_options(config.log));
  Server server(config);
  std::string why;
  if (!server.start(why).has_value()) {
    log::error("{}", why);
    server.stop();
    log::stop();
    return kExitFailure;
  }
  announce(server);
  if (development_mode(config)) {
    log::warning(
        "development mode: every user name is believed and tokens are not checked; "
        "set server.token_secret before you let others in");
  }
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  log::info("stopping: sessions are closed within {} ms, a second signal stops at once",
            config.server.drain_timeout.count());
  server.drain();
  constexpr Duration kLook{20};
  const TimePoint deadline =
      Clock::now() + config.server.drain_timeout + config.limits.close_timeout;
  while (!server.drained() && Clock::now() < deadline) {
    if (wait_for_signal(signals, kLook)) std::quick_exit(kExitFailure);
  }
  server.stop();
  log::info("stopped");
  log::stop();
  return 0;
}

}  // namespace parley::server
