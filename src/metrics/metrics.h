// Counters. Each shard writes its own `ShardCounters` (one writer, relaxed atomics, so a scrape
// from another thread is safe and the hot path pays one plain add). `Metrics` adds the shards up
// when it is asked for the Prometheus text; gauges are differences of two counters.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace parley::metrics {

enum class Counter : std::uint8_t {
  connections_opened,
  connections_closed,
  sessions_opened,
  sessions_closed,
  channels_opened,
  channels_closed,
  subscriptions_opened,
  subscriptions_closed,
  http_requests,
  api_requests,
  messages_received,
  publications,
  direct_messages,
  messages_delivered,
  messages_dropped,
  bytes_received,
  bytes_sent,
  frames_compressed,
  accept_failures,
  files_stored,
  count_,
};

class ShardCounters {
 public:
  void add(Counter counter, std::uint64_t n = 1) { bump(counters_[index(counter)], n); }
  // One refusal or disconnect for this reason.
  void add(Errc reason);

  std::uint64_t get(Counter counter) const {
    return counters_[index(counter)].load(std::memory_order_relaxed);
  }
  std::uint64_t get(Errc reason) const;

 private:
  using Cell = std::atomic<std::uint64_t>;
  static constexpr std::size_t kMaxReasons = 128;
  static std::size_t index(Counter counter) { return static_cast<std::size_t>(counter); }
  // Only the home shard writes, so a plain add is enough: no locked instruction.
  static void bump(Cell& cell, std::uint64_t n) {
    cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  std::array<Cell, static_cast<std::size_t>(Counter::count_)> counters_{};
  std::array<Cell, kMaxReasons> reasons_{};  // by place in the error catalogue
};

class Metrics {
 public:
  explicit Metrics(std::vector<const ShardCounters*> shards) : shards_(std::move(shards)) {}

  std::uint64_t total(Counter counter) const;
  std::uint64_t total(Errc reason) const;
  // Text exposition format 0.0.4.
  std::string prometheus_text() const;

 private:
  std::vector<const ShardCounters*> shards_;
};

}  // namespace parley::metrics
