#include "base/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>

#include "base/json_writer.h"

namespace parley::log {
namespace {

constexpr std::size_t kQueueLines = 8192;  // about 1 MiB of ordinary lines

struct Writer {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Writer& writer() {
  static Writer instance;
  return instance;
}

std::atomic<Level> g_level{Level::off};
std::atomic<bool> g_json{false};

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::trace: return spdlog::level::trace;
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

}  // namespace

void start(const Options& options) {
  Writer& out = writer();
  out.pool = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  out.logger = std::make_shared<spdlog::async_logger>(
      "parley", std::make_shared<spdlog::sinks::stderr_sink_mt>(), out.pool,
      spdlog::async_overflow_policy::overrun_oldest);
  out.logger->set_level(to_spdlog(options.level));
  out.logger->flush_on(spdlog::level::info);
  out.logger->set_pattern(options.json
                              ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                              : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                          spdlog::pattern_time_type::utc);
  g_json = options.json;
  g_level = options.level;
}

void stop() {
  g_level = Level::off;
  writer().pool.reset();  // joins the thread after the queue is written
  writer().logger.reset();
}

bool enabled(Level level) { return level >= g_level.load(std::memory_order_relaxed); }

void write(Level level, std::string_view message) {
  const auto logger = writer().logger;
  if (logger == nullptr) return;
  if (g_json.load(std::memory_order_relaxed)) {
    std::string quoted;
    append_json_string(quoted, message);
    logger->log(to_spdlog(level), spdlog::string_view_t(quoted));
  } else {
    logger->log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
  }
}

std::uint64_t dropped_lines() {
  const auto pool = writer().pool;
  return pool == nullptr ? 0 : pool->overrun_counter();
}

std::string redact_query(std::string_view target) {
  const auto question = target.find('?');
  if (question == std::string_view::npos) return std::string(target);
  return std::string(target.substr(0, question)) + "?…";
}

}  // namespace parley::log
