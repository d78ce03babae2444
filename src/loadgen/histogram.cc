#include "loadgen/histogram.h"

#include <algorithm>
#include <bit>

namespace parley::loadgen {

void Histogram::record(std::uint64_t value, std::uint64_t times) {
  if (times == 0) return;
  value = std::min(value, kLargest);
  buckets_[bucket_of(value)] += times;
  count_ += times;
  sum_ += value * times;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::percentile(double percent) const {
  const double wanted = percent * static_cast<double>(count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen > 0 && 100.0 * static_cast<double>(seen) >= wanted) return std::min(top_of(i), max_);
  }
  return max_;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> Histogram::buckets() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> filled;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (buckets_[i] > 0) filled.emplace_back(top_of(i), buckets_[i]);
  }
  return filled;
}

// A value of n > 6 bits is named by n and by the five bits behind its first.
std::size_t Histogram::bucket_of(std::uint64_t value) {
  if (value < (1U << kExactBits)) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - kExactBits;
  return shift * kPerOctave + (value >> shift);
}

std::uint64_t Histogram::top_of(std::size_t bucket) {
  if (bucket < (1U << kExactBits)) return bucket;
  const std::size_t shift = bucket / kPerOctave - 1;
  const std::uint64_t leading = bucket - shift * kPerOctave;
  return ((leading + 1) << shift) - 1;
}

}  // namespace parley::loadgen
