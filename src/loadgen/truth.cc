#include "loadgen/truth.h"

namespace parley::loadgen {

void ChannelTruth::published(MessageName name, ServerLife life, Duration now) {
  if (messages_.emplace(key(name), TrackedMessage{.life = life, .sent = now}).second) {
    ++publishers_[name.publisher];
  }
}

void ChannelTruth::settled(MessageName name, Outcome outcome, Duration now) {
  TrackedMessage* message = find(name);
  if (message == nullptr) return;
  message->outcome = outcome;
  message->settled = now;
}

TrackedMessage* ChannelTruth::find(MessageName name) {
  const auto found = messages_.find(key(name));
  return found == messages_.end() ? nullptr : &found->second;
}

Stream& ChannelTruth::stream(const std::string& epoch, ServerLife life, bool& is_new) {
  const auto [found, made] = streams_.try_emplace(epoch, Stream{.epoch = epoch, .life = life});
  is_new = made;
  return found->second;
}

Stream* ChannelTruth::find_stream(const std::string& epoch) {
  const auto found = streams_.find(epoch);
  return found == streams_.end() ? nullptr : &found->second;
}

void ChannelTruth::server_ended(ServerLife next) {
  for (auto& [epoch, stream] : streams_) {
    stream.floor = stream.top;
    stream.floor_life = next;
  }
}

std::vector<std::pair<MessageName, const TrackedMessage*>> ChannelTruth::missing() const {
  std::vector<std::pair<MessageName, const TrackedMessage*>> missing;
  for (const auto& [name, message] : messages_) {
    if (message.outcome != Outcome::acked || message.stream != nullptr) continue;
    missing.emplace_back(name_of(name), &message);
  }
  return missing;
}

std::optional<MessageName> ChannelTruth::acked_beyond(
    const std::unordered_map<std::uint32_t, std::uint32_t>& counters, Duration begun) const {
  for (const auto& [key, message] : messages_) {
    if (message.outcome != Outcome::acked || message.sent <= begun) continue;
    const MessageName name = name_of(key);
    const auto last = counters.find(name.publisher);
    if (last == counters.end() || last->second < name.counter) return name;
  }
  return std::nullopt;
}

std::vector<Sighting> ChannelTruth::history_of(MessageName name) const {
  const auto found = messages_.find(key(name));
  if (found == messages_.end()) return {};
  const TrackedMessage& message = found->second;
  std::vector<Sighting> history{{message.sent, name.text() + " was published"}};
  if (message.outcome == Outcome::acked) {
    history.push_back({message.settled, name.text() + " was acknowledged"});
  } else if (message.outcome == Outcome::refused) {
    history.push_back({message.settled, name.text() + " was refused"});
  } else if (message.outcome == Outcome::unknown) {
    history.push_back(
        {message.settled, "the publisher of " + name.text() + " lost its connection"});
  }
  if (message.stream != nullptr) {
    std::string seen = message.seen_by + " got " + name.text();
    if (message.offset != 0) seen += " as " + std::to_string(message.offset);
    history.push_back({message.seen, std::move(seen)});
  }
  return history;
}

void ChannelTruth::forget(const std::unordered_map<const Stream*, std::uint64_t>& floors,
                          Duration old) {
  std::erase_if(messages_, [&](const auto& entry) {
    const TrackedMessage& message = entry.second;
    bool forget = message.outcome != Outcome::pending && message.settled < old;
    if (message.stream != nullptr) {
      const auto floor = floors.find(message.stream);
      forget = floor == floors.end() || message.offset <= floor->second;
    }
    if (!forget) return false;
    const auto publisher = publishers_.find(name_of(entry.first).publisher);
    if (--publisher->second == 0) publishers_.erase(publisher);
    return true;
  });
  for (auto at = streams_.begin(); at != streams_.end();) {
    const auto floor = floors.find(&at->second);
    if (floor != floors.end()) {
      std::erase_if(at->second.names,
                    [&](const auto& each) { return each.first <= floor->second; });
    }
    // Of a stream that nobody is in only the last is worth knowing.
    at = floor == floors.end() && !floors.empty() ? streams_.erase(at) : std::next(at);
  }
}

bool ChannelTruth::knows(std::uint32_t publisher) const { return publishers_.contains(publisher); }

}  // namespace parley::loadgen
