// Histogram: how often each latency was seen, in buckets that grow with the value: exact below 64,
// then 32 to each power of two, so that a bucket is at most 1/32 (3 %) of its value wide. Fixed
// size, no allocation after construction; record() is a few instructions. One per load shard; they
// are added up by whoever reports. Values are microseconds.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace parley::loadgen {

class Histogram {
 public:
  void record(std::uint64_t value, std::uint64_t times = 1);
  void add(const Histogram& other);
  void clear() { *this = Histogram(); }

  std::uint64_t count() const { return count_; }
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const { return max_; }
  double mean() const;
  // The smallest value such that `percent` of all are not above it, as the upper end of its bucket
  // but never above the maximum. 0 when nothing was recorded.
  std::uint64_t percentile(double percent) const;
  // Every bucket that is not empty: its largest value, and how many fell into it.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> buckets() const;

 private:
  static constexpr unsigned kExactBits = 6;                          // values below 64 are exact
  static constexpr std::size_t kPerOctave = 1U << (kExactBits - 1);  // 32
  static constexpr unsigned kMaxBits = 36;  // 19 hours; larger values count as the largest
  static constexpr std::uint64_t kLargest = (std::uint64_t{1} << kMaxBits) - 1;
  static constexpr std::size_t kBuckets = (kMaxBits - kExactBits + 2) * kPerOctave;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t top_of(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = UINT64_MAX;
  std::uint64_t max_ = 0;
};

}  // namespace parley::loadgen
