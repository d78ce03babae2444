#include "hub/channel_owner.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "hub/planted_fault.h"

namespace parley::hub {
namespace {

constexpr Duration kSweepEvery{1000};
constexpr std::size_t kMostChanges = 1000;  // of membership in one push

// A user who went and came back, or came and went, between two pushes has not changed anything,
// but for somebody who was given the list meanwhile: `listed` tells after how many changes.
void cancel_returns(std::vector<MemberChange>& changes, const std::vector<std::size_t>& listed) {
  std::unordered_map<ByteView, std::size_t> last;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!changes[i].of_user) continue;
    const auto [before, first] = last.try_emplace(changes[i].client.user, i);
    if (first) continue;
    const auto list = std::ranges::upper_bound(listed, before->second);
    if (list != listed.end() && *list <= i) {
      before->second = i;
    } else {
      changes[before->second].of_user = changes[i].of_user = false;
      last.erase(before);
    }
  }
}

HistoryQuery query_of(const ChannelRules& rules, const ChannelOwner::Joining& joining,
                      const HubLimits& limits) {
  if (joining.since && rules.recovery != Recovery::cache) {
    // One more than may be sent tells whether something would be cut off.
    return {joining.since, limits.recovery_publications + 1, false};
  }
  const bool newest_alone = joining.since && rules.recovery == Recovery::cache;
  return {std::nullopt, newest_alone ? 1 : std::min(joining.recent, limits.history_page), true};
}

// Does the page hold all that the client missed?
bool recovers(const ChannelRules& rules, const StreamPosition& since, const HistoryPage& page,
              const HubLimits& limits) {
  const bool known = since.epoch.empty() || since.epoch == page.top.epoch;
  if (rules.recovery == Recovery::cache) {
    return !page.publications.empty() || (known && since.offset == page.top.offset);
  }
  return page.complete && page.publications.size() <= limits.recovery_publications;
}

}  // namespace

ChannelOwner::ChannelOwner(runtime::Shard& shard, std::size_t shard_count, const HubLimits& limits,
                           Broker& broker, SendToShard send_to_shard)
    : shard_(shard),
      shard_count_(shard_count),
      limits_(limits),
      broker_(broker),
      send_to_shard_(std::move(send_to_shard)),
      idempotency_(limits.idempotency_keys) {
  broker_.set_on_publication([this](Publication publication) {
    const std::string channel = publication.channel;
    spread(channel, std::move(publication));
  });
}

void ChannelOwner::subscribe(const ChannelRules& rules, Joining joining, JoinReply reply) {
  assert_home();
  const std::string channel = joining.channel;
  const HistoryQuery query = query_of(rules, joining, limits_);
  broker_.read(rules, channel, query,
               [this, &rules, joining = std::move(joining),
                reply = std::move(reply)](Result<HistoryPage> page) mutable {
                 if (!page.has_value()) return reply(page.error());
                 join(rules, std::move(joining), std::move(*page), std::move(reply));
               });
}

void ChannelOwner::join(const ChannelRules& rules, Joining joining, HistoryPage page,
                        JoinReply reply) {
  OwnedChannel& owned = channels_[joining.channel];
  if (owned.subscribers++ == 0) {
    owned.interest.resize(shard_count_);
    owned.tells_changes = rules.join_leave != JoinLeave::off;
    broker_.hold(joining.channel);
  }
  ++owned.interest[joining.session.shard];
  std::optional<MemberChange> change;
  if (joining.present) change = owned.presence.add(joining.session, joining.client);

  SubscribeReply joined;
  joined.position = page.top;
  joined.positioned = rules.has_history();
  joined.recoverable = joining.recovers && rules.has_history();
  if (joining.members) joined.members = owned.presence.first_members(limits_.presence_list);
  joined.recovered =
      joining.since && joined.recoverable && recovers(rules, *joining.since, page, limits_);
  if (joined.recovered || !joining.since) {
    joined.publications = std::move(page.publications);
    const bool newest_first = !joining.since || rules.recovery == Recovery::cache;
    if (newest_first) std::ranges::reverse(joined.publications);
    std::erase_if(joined.publications, [&](const Publication& publication) {
      const bool seen = joining.since && publication.position.offset <= joining.since->offset &&
                        publication.position.epoch == joining.since->epoch;
      return seen || (publication.exclude && publication.exclude == joining.origin);
    });
  }
  reply(std::move(joined));
  if (change) note(joining.channel, owned, std::move(*change));
  if (joining.members) note_list(owned);
}

void ChannelOwner::unsubscribe(const std::string& channel, SessionRef session, const Bytes& user) {
  assert_home();
  const auto found = channels_.find(channel);
  CHECK(found != channels_.end());
  OwnedChannel& owned = found->second;
  CHECK(owned.interest[session.shard] > 0);
  --owned.interest[session.shard];
  std::optional<MemberChange> change;
  if (!planted::forgets_leave(session)) change = owned.presence.remove(session, user);
  if (--owned.subscribers == 0) {
    channels_.erase(found);
    broker_.release(channel);
    arm(kSweepEvery);
  } else if (change) {
    note(channel, owned, std::move(*change));
  }
}

void ChannelOwner::publish(const ChannelRules& rules, Publication publication, PublishTerms terms,
                           std::string key, Broker::PublishDone done) {
  assert_home();
  const std::string channel = publication.channel;
  const TimePoint now = Clock::now();
  if (rules.message_rate != 0 &&
      !rates_.try_emplace(channel, rules.message_rate).first->second.allow(now)) {
    return done(Errc::too_many_requests);
  }
  arm(kSweepEvery);
  if (publication.time_ms == 0) publication.time_ms = wall_time_ms();
  if (key.empty()) {
    return broker_.publish(rules, std::move(publication), std::move(terms), std::move(done));
  }
  if (!idempotency_.begin(channel, key, now, done)) return;
  broker_.publish(rules, std::move(publication), std::move(terms),
                  [this, channel, key = std::move(key),
                   done = std::move(done)](Result<StreamPosition> position) mutable {
                    idempotency_.settle(channel, key, position);
                    done(std::move(position));
                  });
}

void ChannelOwner::history(const ChannelRules& rules, const std::string& channel,
                           HistoryQuery query, Broker::ReadDone done) {
  assert_home();
  query.limit = std::min(query.limit, limits_.history_page);
  broker_.read(rules, channel, std::move(query), std::move(done));
}

void ChannelOwner::clear_history(const ChannelRules& rules, const std::string& channel,
                                 Broker::PublishDone done) {
  assert_home();
  broker_.clear(rules, channel, std::move(done));
}

void ChannelOwner::typing(Typing typing) {
  assert_home();
  typing.time_ms = wall_time_ms();
  const std::string channel = typing.channel;
  spread(channel, std::move(typing));
}

Result<std::vector<ClientInfo>> ChannelOwner::presence(const std::string& channel) const {
  const OwnedChannel* owned = find(channel);
  if (owned == nullptr) return std::vector<ClientInfo>();
  if (owned->presence.stats().clients > limits_.presence_clients) return Errc::presence_too_long;
  return owned->presence.clients();
}

PresenceStats ChannelOwner::presence_stats(const std::string& channel) const {
  const OwnedChannel* owned = find(channel);
  return owned == nullptr ? PresenceStats{} : owned->presence.stats();
}

Members ChannelOwner::members(const std::string& channel) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return {};
  note_list(found->second);
  return found->second.presence.first_members(limits_.presence_list);
}

std::vector<ChannelInfo> ChannelOwner::channels() const {
  std::vector<ChannelInfo> list;
  list.reserve(channels_.size());
  for (const auto& [name, owned] : channels_) list.push_back({name, owned.subscribers});
  return list;
}

// The first change after a quiet time is told at once, those that follow it closely together.
void ChannelOwner::note(const std::string& channel, OwnedChannel& owned, MemberChange change) {
  if (!owned.tells_changes) return;
  owned.changes.push_back(std::move(change));
  const TimePoint now = Clock::now();
  if (owned.changes.size() >= kMostChanges || now - owned.told >= limits_.presence_batch) {
    return tell_changes(channel, owned);
  }
  if (owned.changes.size() > 1) return;
  untold_.push_back(channel);
  arm(limits_.presence_batch);
}

// Somebody knows who is here now, changes that are not told yet included.
void ChannelOwner::note_list(OwnedChannel& owned) {
  const std::size_t known = owned.changes.size();
  if (known > 0 && (owned.listed.empty() || owned.listed.back() != known)) {
    owned.listed.push_back(known);
  }
}

void ChannelOwner::tell_changes(const std::string& channel, OwnedChannel& owned) {
  if (owned.changes.empty()) return;
  cancel_returns(owned.changes, std::exchange(owned.listed, {}));
  owned.told = Clock::now();
  spread(channel, Membership{channel, std::exchange(owned.changes, {}),
                             owned.presence.members_if_few(limits_.presence_list), wall_time_ms()});
}

void ChannelOwner::arm(Duration delay) {
  const TimePoint due = Clock::now() + delay;
  if (is_scheduled() && due_ <= due) return;
  due_ = due;
  shard_.schedule(*this, delay);
}

void ChannelOwner::on_timer() {
  for (const std::string& channel : std::exchange(untold_, {})) {
    const auto found = channels_.find(channel);
    if (found != channels_.end()) tell_changes(channel, found->second);
  }
  const TimePoint now = Clock::now();
  if (now < sweep_due_) return arm(std::chrono::ceil<Duration>(sweep_due_ - now));
  sweep_due_ = now + kSweepEvery;
  std::erase_if(rates_, [now](const auto& rate) { return rate.second.is_full(now); });
  if (broker_.sweep(now) || !rates_.empty()) arm(kSweepEvery);
}

const ChannelOwner::OwnedChannel* ChannelOwner::find(const std::string& channel) const {
  const auto found = channels_.find(channel);
  return found == channels_.end() ? nullptr : &found->second;
}

void ChannelOwner::spread(const std::string& channel, const Push& push) const {
  const OwnedChannel* owned = find(channel);
  if (owned == nullptr) return;
  for (std::size_t shard = 0; shard < owned->interest.size(); ++shard) {
    if (owned->interest[shard] > 0) send_to_shard_(shard, push);
  }
}

}  // namespace parley::hub
