// ChannelOwner: what one shard keeps for the channels it owns: who has subscribers (the interest of
// each shard), who is present, and the broker that numbers the publications. Every change of a
// channel goes through its owner, one after the other: that is what makes its order.
//
// Joining is exact without any merge buffer: one turn of the owner reads the position, adds the
// interest and posts the reply; the queue to the subscriber's shard is first-in first-out, so the
// reply arrives before the first publication behind that position, and after the last one before
// it. Lives on one shard; Hub calls it there.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/broker.h"
#include "hub/presence.h"
#include "hub/session.h"
#include "runtime/shard_affine.h"

namespace parley::hub {

class ChannelOwner : private runtime::ShardAffine {
 public:
  // Posts a push to a shard that has subscribers.
  using SendToShard = std::function<void(std::size_t shard, const Push& push)>;

  ChannelOwner(std::size_t shard_count, std::size_t presence_list, Broker& broker,
               SendToShard send_to_shard);

  // `reply` is called before anybody is told about the join.
  void subscribe(const std::string& channel, const std::string& user, std::size_t shard,
                 const std::function<void(SubscribeReply)>& reply);
  void unsubscribe(const std::string& channel, const std::string& user, std::size_t shard);
  void publish(Publication publication, Broker::Done done);
  void typing(Typing typing);
  Members members(const std::string& channel) const;

 private:
  struct OwnedChannel {
    std::vector<std::uint32_t> interest;  // subscribers by shard
    Presence presence;
  };

  void spread(const std::string& channel, const Push& push) const;

  const std::size_t shard_count_;
  const std::size_t presence_list_;
  Broker& broker_;
  const SendToShard send_to_shard_;
  std::unordered_map<std::string, OwnedChannel> channels_;
};

}  // namespace parley::hub
