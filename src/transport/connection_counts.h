// How many connections are open, in the whole process and from each address: the one thing that the
// shards' acceptors share. Addresses are counted in 65,536 cells by a hash that is salted at start,
// so two addresses may share a cell, and nobody outside can know which.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/ids.h"

namespace parley::transport {

class ConnectionCounts {
 public:
  // Where a connection is counted.
  using Cell = std::uint16_t;

  // Nothing when either limit is reached; then nothing is counted. 0 means no limit.
  std::optional<Cell> try_open(const std::string& address, std::size_t total,
                               std::size_t per_address) {
    if (open_.fetch_add(1) >= total && total != 0) {
      open_.fetch_sub(1);
      return std::nullopt;
    }
    const auto cell = static_cast<Cell>(std::hash<std::string>()(salt_ + address) % kCells);
    if (by_address_[cell].fetch_add(1) >= per_address && per_address != 0) {
      close(cell);
      return std::nullopt;
    }
    return cell;
  }

  void close(Cell cell) {
    by_address_[cell].fetch_sub(1);
    open_.fetch_sub(1);
  }

  std::size_t open() const { return open_.load(); }

 private:
  static constexpr std::size_t kCells = 65536;

  const std::string salt_ = random_id(8);
  std::atomic<std::size_t> open_{0};
  std::array<std::atomic<std::uint32_t>, kCells> by_address_{};
};

}  // namespace parley::transport
