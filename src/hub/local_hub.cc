#include "hub/local_hub.h"

#include <algorithm>

#include "base/check.h"
#include "hub/encoder.h"
#include "hub/planted_fault.h"

namespace parley::hub {

using metrics::Counter;

namespace {

// Moves on to the next publication of the stream; false when one is missing between the two.
bool advance(StreamPosition& at, const StreamPosition& next) {
  if (next.offset == 0) return true;  // not part of the stream
  const bool continuous = next.offset == at.offset + 1 && next.epoch == at.epoch;
  at = next;
  return continuous;
}

// Which waiting frames may go when a client is slow: those of the same lane; 0: none.
std::uint32_t lane_of(const ChannelRules& rules, const Publication& publication) {
  if (rules.slow_consumer == SlowConsumer::disconnect) return 0;
  std::size_t hash = std::hash<std::string>()(publication.channel);
  if (rules.slow_consumer == SlowConsumer::newest_per_key) {
    for (const auto& [name, value] : publication.tags) {
      if (name == "key") hash ^= std::hash<std::string>()(value) * 31;
    }
  }
  return static_cast<std::uint32_t>(hash) | 1;
}

}  // namespace

LocalHub::LocalHub(std::size_t shard, metrics::ShardCounters& counters)
    : shard_(shard), counters_(counters) {}

LocalHub::~LocalHub() { CHECK(session_count_ == 0); }

SessionRef LocalHub::attach(Session& session) {
  assert_home();
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  slot.session = &session;
  ++session_count_;
  users_.insert(&session);
  counters_.add(Counter::sessions_opened);
  return {static_cast<std::uint16_t>(shard_), index, slot.generation};
}

std::vector<std::string> LocalHub::detach(Session& session) {
  assert_home();
  std::vector<std::string> channels;
  while (!session.subscriptions_.empty()) {
    const Session::Subscription subscription = std::move(session.subscriptions_.back());
    session.subscriptions_.pop_back();
    channels.push_back(subscription.channel->name());
    leave(session, subscription);
  }
  users_.erase(&session);
  Slot& slot = slots_[session.ref().slot];
  slot.session = nullptr;
  if (++slot.generation == 0) slot.generation = 1;  // 0 means nobody
  free_slots_.push_back(session.ref().slot);
  --session_count_;
  counters_.add(Counter::sessions_closed);
  return channels;
}

Session* LocalHub::find(SessionRef ref) const {
  if (ref.shard != shard_ || ref.slot >= slots_.size()) return nullptr;
  const Slot& slot = slots_[ref.slot];
  return slot.generation == ref.generation ? slot.session : nullptr;
}

std::vector<std::size_t> LocalHub::user_hashes() const {
  std::vector<std::size_t> hashes;
  for (auto first = users_.begin(); first != users_.end();
       first = users_.upper_bound((*first)->user())) {
    hashes.push_back(std::hash<ByteView>()((*first)->user()));
  }
  return hashes;
}

void LocalHub::subscribe(Session& session, Encoder& encoder, const std::string& name,
                         const ChannelRules& rules, const StreamPosition& position, bool granted,
                         Bytes channel_info) {
  assert_home();
  auto& channel = channels_[name];
  if (channel == nullptr) {
    channel = std::make_unique<LocalChannel>(name, rules);
    channel->position_ = position;
    counters_.add(Counter::channels_opened);
  }
  auto& buckets = channel->buckets_;
  const auto bucket = std::find_if(buckets.begin(), buckets.end(), [&](const auto& candidate) {
    return candidate.encoder == &encoder;
  });
  const auto bucket_index = static_cast<std::uint16_t>(bucket - buckets.begin());
  if (bucket == buckets.end()) buckets.push_back({&encoder, {}});
  auto& subscribers = buckets[bucket_index].subscribers;
  session.subscriptions_.push_back({channel.get(), static_cast<std::uint32_t>(subscribers.size()),
                                    bucket_index, granted, std::move(channel_info)});
  subscribers.push_back(&session);
  ++channel->size_;
  counters_.add(Counter::subscriptions_opened);
}

bool LocalHub::unsubscribe(Session& session, ByteView channel) {
  assert_home();
  auto& subscriptions = session.subscriptions_;
  const auto found =
      std::find_if(subscriptions.begin(), subscriptions.end(),
                   [&](const auto& each) { return each.channel->name() == channel; });
  if (found == subscriptions.end()) return false;
  const Session::Subscription subscription = std::move(*found);
  subscriptions.erase(found);
  leave(session, subscription);
  return true;
}

std::vector<SessionRef> LocalHub::subscribers(const std::string& name) const {
  std::vector<SessionRef> refs;
  const auto found = channels_.find(name);
  if (found == channels_.end()) return refs;
  for (const auto& bucket : found->second->buckets_) {
    for (const Session* subscriber : bucket.subscribers) refs.push_back(subscriber->ref());
  }
  return refs;
}

std::vector<Session*> LocalHub::sessions_of(ByteView user) const {
  const auto [first, last] = users_.equal_range(user);
  return {first, last};
}

void LocalHub::leave(Session& session, const Session::Subscription& subscription) {
  LocalChannel& channel = *subscription.channel;
  auto& subscribers = channel.buckets_[subscription.bucket].subscribers;
  // The last one takes the freed place, so that a bucket stays dense.
  Session* moved = subscribers.back();
  subscribers[subscription.place] = moved;
  subscribers.pop_back();
  if (moved != &session) {
    for (auto& other : moved->subscriptions_) {
      if (other.channel == &channel) other.place = subscription.place;
    }
  }
  counters_.add(Counter::subscriptions_closed);
  if (--channel.size_ == 0) {
    channels_.erase(channels_.find(channel.name()));
    counters_.add(Counter::channels_closed);
  }
}

bool LocalHub::deliver(const std::string& name, const Push& push, SessionRef exclude) {
  assert_home();
  const auto found = channels_.find(name);
  if (found == channels_.end()) return true;  // the last subscriber left while this was under way
  LocalChannel& channel = *found->second;
  bool continuous = true;
  std::uint32_t lane = 0;
  if (const auto* publication = std::get_if<Publication>(&push)) {
    continuous = advance(channel.position_, publication->position);
    lane = lane_of(channel.rules_, *publication);
  }
  if constexpr (planted::kFault != planted::Fault::none) {
    if (deliver_wrongly(channel, push, lane, exclude)) return continuous;
  }
  send(channel, push, lane, exclude);
  return continuous;
}

void LocalHub::send(const LocalChannel& channel, const Push& push, std::uint32_t lane,
                    SessionRef exclude) {
  const Session* excluded = find(exclude);
  std::uint64_t delivered = 0;
  for (const auto& bucket : channel.buckets_) {
    if (bucket.subscribers.empty()) continue;
    const LocalPtr<Frame> frame = bucket.encoder->encode(push);
    if (!frame) continue;
    frame->set_lane(lane, channel.rules_.slow_consumer == SlowConsumer::newest_per_key);
    const std::vector<Session*>& subscribers = bucket.subscribers;
    for (std::size_t i = 0; i < subscribers.size(); ++i) {
      // The walk waits for memory more than for anything else: ask for what comes next.
      if (i + 8 < subscribers.size()) __builtin_prefetch(subscribers[i + 8]);
      if (i + 4 < subscribers.size()) __builtin_prefetch(&subscribers[i + 4]->transport());
      Session* subscriber = subscribers[i];
      if (subscriber == excluded) continue;
      subscriber->transport().send(frame);
      ++delivered;
    }
  }
  counters_.add(Counter::messages_delivered, delivered);
}

#ifdef PARLEY_PLANT
bool LocalHub::deliver_wrongly(const LocalChannel& channel, const Push& push, std::uint32_t lane,
                               SessionRef exclude) {
  static thread_local std::unordered_map<std::string, Push> held;
  switch (planted::kFault) {
    case planted::Fault::skip_offset: return planted::is_chosen(push);
    case planted::Fault::deliver_twice:
      if (planted::is_chosen(push)) send(channel, push, lane, exclude);
      return false;
    case planted::Fault::reorder:
      if (planted::is_chosen(push)) return held.insert_or_assign(channel.name(), push).second;
      send(channel, push, lane, exclude);
      if (const auto late = held.extract(channel.name())) {
        send(channel, late.mapped(), lane, exclude);
      }
      return true;
    case planted::Fault::forget_leave:
    case planted::Fault::none: break;
  }
  return false;
}
#endif

std::size_t LocalHub::deliver_to_user(const std::string& user, const Push& push) {
  assert_home();
  std::size_t reached = 0;
  const auto [first, last] = users_.equal_range(ByteView(user));
  for (auto session = first; session != last; ++session) {
    if (const LocalPtr<Frame> frame = (*session)->encoders().full->encode(push)) {
      (*session)->transport().send(frame);
      ++reached;
    }
  }
  counters_.add(Counter::messages_delivered, reached);
  return reached;
}

}  // namespace parley::hub
