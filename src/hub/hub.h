// Hub: channels and users across all shards. It owns nothing that moves: each call posts to the
// shard that does, LocalHub for a shard's sessions and ChannelOwner for the channels a shard owns.
// Called on any shard, `from`; the reply comes back there. What crosses shards is values, Bytes,
// SessionRef, and a reply that only its home opens. Rights are the sessions' business: whoever
// calls the Hub itself is the back end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/broker.h"
#include "hub/channel_owner.h"
#include "hub/local_hub.h"
#include "runtime/shard_set.h"

namespace parley::hub {

// Some or all of one user's connections.
struct ConnectionFilter {
  std::string user;
  std::optional<ConnectionId> client = {};  // this one alone
  std::vector<ConnectionId> except = {};
};

struct HubInfo {
  std::size_t clients = 0;
  std::size_t users = 0;
  std::size_t channels = 0;
};

class Hub {
 public:
  using MakeBroker = std::function<std::unique_ptr<Broker>(runtime::Shard& shard)>;
  template <class T>
  using Reply = Session::Reply<T>;

  // The shards must not run yet.
  Hub(runtime::ShardSet& shards, const HubLimits& limits, RuleBook rules,
      const MakeBroker& make_broker);
  ~Hub();

  LocalHub& local(std::size_t shard) { return *locals_[shard]; }
  const HubLimits& limits() const { return limits_; }
  // Null: the name's namespace is not configured.
  const ChannelRules* rules(ByteView channel) const { return rules_.find(channel); }

  // For sessions, which have checked their rights.
  void subscribe(const Session& session, const ChannelRules& rules, const std::string& channel,
                 SubscribeOptions options, std::uint32_t ticket, Reply<SubscribeReply> reply);
  void unsubscribe(const std::string& channel, SessionRef session, const Bytes& user);
  void typing(Typing typing);
  // The reply, if the session is still there when it comes.
  template <class T>
  Reply<T> while_alive(SessionRef session, Reply<T> reply);

  void publish(std::size_t from, Publication publication, PublishTerms terms,
               std::string idempotency_key, Reply<PublishReply> reply);
  void history(std::size_t from, const std::string& channel, HistoryQuery query,
               Reply<HistoryPage> reply);
  void clear_history(std::size_t from, const std::string& channel, Reply<StreamPosition> reply);
  void presence(std::size_t from, const std::string& channel, Reply<std::vector<ClientInfo>> reply);
  void presence_stats(std::size_t from, const std::string& channel, Reply<PresenceStats> reply);
  void members(std::size_t from, const std::string& channel, Reply<Members> reply);
  void channels(std::size_t from, Reply<std::vector<ChannelInfo>> reply);
  void info(std::size_t from, Reply<HubInfo> reply);

  // Errc::user_not_connected when it reached nobody.
  void send_to_user(std::size_t from, DirectMessage message, Reply<PublishReply> reply);
  // Calls `act` with each of the connections, on its own shard, and answers with their number. What
  // `act` captures is used by all shards at once: values and Bytes only.
  void for_connections(std::size_t from, ConnectionFilter filter, std::function<void(Session&)> act,
                       Reply<std::size_t> reply);

 private:
  ChannelOwner& owner(std::size_t shard) { return *owners_[shard]; }
  void deliver(std::size_t shard, const Push& push);
  void finish_subscribe(const ChannelRules& rules, const std::string& channel, SessionRef ref,
                        const Bytes& user, std::uint32_t ticket, const SubscribeOptions& options,
                        Reply<SubscribeReply> reply, Result<SubscribeReply> joined);
  // Asks the owner of the channel on its shard; `reply` gets the answer on `from`.
  template <class T, class Ask>
  void ask_owner(std::size_t from, const std::string& channel, Reply<T> reply, Ask ask);
  // Asks every shard; `done` gets their answers on `from`.
  template <class T, class Ask, class Done>
  void ask_all(std::size_t from, Ask ask, Done done);

  runtime::ShardSet& shards_;
  const HubLimits limits_;
  const RuleBook rules_;
  std::vector<std::unique_ptr<Broker>> brokers_;
  std::vector<std::unique_ptr<LocalHub>> locals_;
  std::vector<std::unique_ptr<ChannelOwner>> owners_;
};

template <class T>
Hub::Reply<T> Hub::while_alive(SessionRef session, Reply<T> reply) {
  if (!reply) return nullptr;
  return [this, session, reply = std::move(reply)](Result<T> result) mutable {
    if (local(session.shard).find(session) != nullptr) reply(std::move(result));
  };
}

}  // namespace parley::hub
