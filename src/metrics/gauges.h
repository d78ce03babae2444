// Gauges: what `/metrics` tells beside the counters of the shards. Filled at start-up; the values
// are asked for at each scrape, on any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace parley::metrics {

class Gauges {
 public:
  void add(std::string name, std::string help, std::function<std::uint64_t()> value) {
    gauges_.push_back({std::move(name), std::move(help), std::move(value)});
  }
  // Text exposition format 0.0.4.
  std::string prometheus_text() const;

 private:
  struct Gauge {
    std::string name;
    std::string help;
    std::function<std::uint64_t()> value;
  };

  std::vector<Gauge> gauges_;
};

}  // namespace parley::metrics
