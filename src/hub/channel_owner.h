// ChannelOwner: what one shard keeps for the channels it owns: who has subscribers (the interest of
// each shard), who is present, and the broker that numbers and keeps the publications. Every change
// of a channel goes through its owner, one after the other: that is what makes its order.
//
// Joining is exact without any merge buffer: one turn of the owner reads the history, adds the
// interest and posts the reply; the queue to the subscriber's shard is first-in first-out, so the
// reply arrives before the first publication behind its position, and after the last one before it.
// Lives on one shard; Hub calls it there.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/rate_limit.h"
#include "hub/broker.h"
#include "hub/idempotency.h"
#include "hub/presence.h"
#include "hub/session.h"
#include "runtime/shard.h"

namespace parley::hub {

struct HubLimits {
  std::size_t presence_list = 200;           // names in a member list
  std::size_t presence_clients = 10000;      // connections in an answer to presence
  Duration presence_batch{250};              // joins and leaves that follow closer come together
  std::size_t recovery_publications = 1000;  // at once, for one subscription
  std::size_t history_page = 1000;           // publications in an answer to history
  std::size_t channels_per_connection = 128;
  std::size_t channel_name_bytes = 255;
  std::size_t idempotency_keys = 65536;  // remembered by each shard
  std::size_t mailbox_messages = 65536;  // tasks waiting for an owner shard before it is overloaded
};

struct ChannelInfo {
  std::string channel;
  std::size_t clients = 0;
};

class ChannelOwner : private runtime::ShardAffine, private runtime::Timer {
 public:
  using JoinReply = UniqueFunction<void(Result<SubscribeReply>)>;
  // Posts a push to a shard that has subscribers.
  using SendToShard = std::function<void(std::size_t shard, const Push& push)>;

  struct Joining {
    std::string channel;
    SessionRef session;
    ClientInfo client;
    ConnectionId origin;
    std::optional<StreamPosition> since;
    std::size_t recent = 0;
    bool members = false;
    bool recovers = true;
    bool present = true;  // shown to others
  };

  ChannelOwner(runtime::Shard& shard, std::size_t shard_count, const HubLimits& limits,
               Broker& broker, SendToShard send_to_shard);

  // On success the session counts as subscribed; `reply` is called before anybody is told about it,
  // now or, when the history has to be fetched first, later.
  void subscribe(const ChannelRules& rules, Joining joining, JoinReply reply);
  void unsubscribe(const std::string& channel, SessionRef session, const Bytes& user);
  void publish(const ChannelRules& rules, Publication publication, PublishTerms terms,
               std::string idempotency_key, Broker::PublishDone done);
  void history(const ChannelRules& rules, const std::string& channel, HistoryQuery query,
               Broker::ReadDone done);
  void clear_history(const ChannelRules& rules, const std::string& channel,
                     Broker::PublishDone done);
  void typing(Typing typing);

  Result<std::vector<ClientInfo>> presence(const std::string& channel) const;
  PresenceStats presence_stats(const std::string& channel) const;
  Members members(const std::string& channel);
  std::vector<ChannelInfo> channels() const;
  std::size_t channel_count() const { return channels_.size(); }

 private:
  struct OwnedChannel {
    std::vector<std::uint32_t> interest;  // subscribers by shard
    std::size_t subscribers = 0;
    Presence presence;
    bool tells_changes = false;         // of membership
    std::vector<MemberChange> changes;  // not told yet
    std::vector<std::size_t> listed;    // after how many of them somebody was given the list
    TimePoint told{};                   // when changes were told last
  };

  void on_timer() override;
  void join(const ChannelRules& rules, Joining joining, HistoryPage page, JoinReply reply);
  void arm(Duration delay);
  void note(const std::string& channel, OwnedChannel& owned, MemberChange change);
  static void note_list(OwnedChannel& owned);
  void tell_changes(const std::string& channel, OwnedChannel& owned);
  void spread(const std::string& channel, const Push& push) const;
  const OwnedChannel* find(const std::string& channel) const;

  runtime::Shard& shard_;
  const std::size_t shard_count_;
  const HubLimits& limits_;
  Broker& broker_;
  const SendToShard send_to_shard_;
  std::unordered_map<std::string, OwnedChannel> channels_;
  std::vector<std::string> untold_;                   // channels with changes
  std::unordered_map<std::string, RateLimit> rates_;  // of channels with a message_rate
  Idempotency idempotency_;
  TimePoint due_{};  // of the timer
  TimePoint sweep_due_{};
};

}  // namespace parley::hub
