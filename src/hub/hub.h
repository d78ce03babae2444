// Hub: channels and users across all shards. It owns nothing that moves: each call posts to the
// shard that does, LocalHub for a shard's sessions and ChannelOwner for the channels a shard owns.
// Called on the home shard of the session that asks; replies come back there, and are dropped if
// that session is gone. What crosses shards is values, Bytes, SessionRef, and a reply that only its
// home opens.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hub/broker.h"
#include "hub/channel_owner.h"
#include "hub/local_hub.h"
#include "runtime/shard_set.h"

namespace parley::hub {

struct HubLimits {
  std::size_t presence_list = 200;       // names in a member list
  std::size_t mailbox_messages = 65536;  // tasks waiting for an owner shard before it is overloaded
};

class Hub {
 public:
  using MakeBroker = std::function<std::unique_ptr<Broker>()>;

  // The shards must not run yet.
  Hub(runtime::ShardSet& shards, const HubLimits& limits, const MakeBroker& make_broker);
  ~Hub();

  LocalHub& local(std::size_t shard) { return *locals_[shard]; }

  void subscribe(const Session& session, const std::string& channel,
                 Session::Reply<SubscribeReply> reply);
  void unsubscribe(const std::string& channel, const std::string& user, std::size_t shard);
  void publish(const Session& session, Publication publication, Session::Reply<PublishReply> reply);
  void typing(Typing typing);
  void members(const Session& session, const std::string& channel, Session::Reply<Members> reply);
  void send_to_user(const Session& session, DirectMessage message,
                    Session::Reply<PublishReply> reply);

 private:
  ChannelOwner& owner(std::size_t shard) { return *owners_[shard]; }
  void deliver(std::size_t shard, const Push& push);
  // Calls `reply` on the session's home shard if it is still there.
  template <class T>
  void answer(SessionRef to, Session::Reply<T> reply, Result<T> result);

  runtime::ShardSet& shards_;
  const HubLimits limits_;
  std::vector<std::unique_ptr<Broker>> brokers_;
  std::vector<std::unique_ptr<LocalHub>> locals_;
  std::vector<std::unique_ptr<ChannelOwner>> owners_;
};

}  // namespace parley::hub
