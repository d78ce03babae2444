#include "hub/idempotency.h"

#include <utility>

namespace parley::hub {

// Channel names hold no control characters, so the two cannot run into each other.
std::string Idempotency::name_of(const std::string& channel, const std::string& key) {
  return channel + '\n' + key;
}

void Idempotency::forget_old(TimePoint now) {
  while (!ages_.empty() && (ages_.front().expires <= now || ages_.size() > keys_)) {
    const auto found = entries_.find(ages_.front().name);
    // One that is still being published stays: its answer is waited for.
    if (found != entries_.end() && found->second.position) entries_.erase(found);
    ages_.pop_front();
  }
}

bool Idempotency::begin(const std::string& channel, const std::string& key, TimePoint now,
                        Answer& done) {
  forget_old(now);
  const auto [entry, fresh] = entries_.try_emplace(name_of(channel, key));
  if (fresh) {
    ages_.push_back({now + kLifetime, entry->first});
    return true;
  }
  if (!entry->second.position) {
    if (done) entry->second.waiting.push_back(std::move(done));
  } else if (done) {
    done(*entry->second.position);
  }
  return false;
}

void Idempotency::settle(const std::string& channel, const std::string& key,
                         const Result<StreamPosition>& result) {
  const auto found = entries_.find(name_of(channel, key));
  if (found == entries_.end()) return;
  std::vector<Answer> waiting = std::exchange(found->second.waiting, {});
  if (result.has_value()) {
    found->second.position = *result;
  } else {
    entries_.erase(found);
  }
  for (Answer& answer : waiting) answer(result);
}

}  // namespace parley::hub
