// Idempotency: the answers to publications that carried a key, so that one that is sent again (its
// answer was lost with a connection) is answered and not delivered twice. Bounded in number and
// time; what falls out could be doubled. Lives on the owner shard of its channels.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "hub/broker.h"

namespace parley::hub {

class Idempotency {
 public:
  using Answer = UniqueFunction<void(Result<StreamPosition>)>;
  static constexpr Duration kLifetime{300'000};

  explicit Idempotency(std::size_t keys) : keys_(keys) {}

  // True: publish it, then call settle(). False: it was published before (or is just being), and
  // `done` is or will be answered with that position.
  bool begin(const std::string& channel, const std::string& key, TimePoint now, Answer& done);
  // A failure is forgotten: the next attempt publishes.
  void settle(const std::string& channel, const std::string& key,
              const Result<StreamPosition>& result);

 private:
  struct Entry {
    std::optional<StreamPosition> position;  // none: being published
    std::vector<Answer> waiting;
  };
  struct Age {
    TimePoint expires;
    std::string name;
  };

  static std::string name_of(const std::string& channel, const std::string& key);
  void forget_old(TimePoint now);

  const std::size_t keys_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<Age> ages_;  // oldest first
};

}  // namespace parley::hub
