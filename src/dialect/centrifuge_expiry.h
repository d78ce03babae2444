// When the tokens of one connection end: its own, and those of its subscriptions. In seconds since
// 1970, as tokens say it; nothing stands for never.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::dialect::centrifuge {

class Expiries {
 public:
  std::optional<std::int64_t> connection;

  void set(const std::string& channel, std::optional<std::int64_t> at) {
    std::erase_if(subscriptions_, [&](const auto& each) { return each.first == channel; });
    if (at) subscriptions_.emplace_back(channel, *at);
  }
  std::optional<std::int64_t> earliest() const {
    std::optional<std::int64_t> earliest = connection;
    for (const auto& [channel, at] : subscriptions_) {
      earliest = earliest ? std::min(*earliest, at) : at;
    }
    return earliest;
  }
  // The channels whose token ended at `now` or before; they are forgotten.
  std::vector<std::string> take_expired(std::int64_t now) {
    std::vector<std::string> expired;
    std::erase_if(subscriptions_, [&](auto& each) {
      if (each.second > now) return false;
      expired.push_back(std::move(each.first));
      return true;
    });
    return expired;
  }

 private:
  std::vector<std::pair<std::string, std::int64_t>> subscriptions_;
};

}  // namespace parley::dialect::centrifuge
