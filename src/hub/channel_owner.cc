#include "hub/channel_owner.h"

#include "base/check.h"
#include "base/clock.h"

namespace parley::hub {

ChannelOwner::ChannelOwner(std::size_t shard_count, std::size_t presence_list, Broker& broker,
                           SendToShard send_to_shard)
    : shard_count_(shard_count),
      presence_list_(presence_list),
      broker_(broker),
      send_to_shard_(std::move(send_to_shard)) {
  broker_.set_on_publication([this](Publication publication) {
    const std::string channel = publication.channel;
    spread(channel, std::move(publication));
  });
}

void ChannelOwner::subscribe(const std::string& channel, const std::string& user, std::size_t shard,
                             const std::function<void(SubscribeReply)>& reply) {
  assert_home();
  OwnedChannel& owned = channels_[channel];
  owned.interest.resize(shard_count_);
  ++owned.interest[shard];
  const bool first = owned.presence.add(user);
  reply({broker_.position(channel), owned.presence.first_members(presence_list_)});
  if (first) {
    spread(channel,
           Join{channel, user, owned.presence.members_if_few(presence_list_), wall_time_ms()});
  }
}

void ChannelOwner::unsubscribe(const std::string& channel, const std::string& user,
                               std::size_t shard) {
  assert_home();
  const auto found = channels_.find(channel);
  CHECK(found != channels_.end());
  OwnedChannel& owned = found->second;
  CHECK(owned.interest[shard] > 0);
  --owned.interest[shard];
  const bool last = owned.presence.remove(user);
  if (owned.presence.empty()) {
    channels_.erase(found);
    broker_.forget(channel);
  } else if (last) {
    spread(channel,
           Leave{channel, user, owned.presence.members_if_few(presence_list_), wall_time_ms()});
  }
}

void ChannelOwner::publish(Publication publication, Broker::Done done) {
  assert_home();
  publication.time_ms = wall_time_ms();
  broker_.publish(std::move(publication), std::move(done));
}

void ChannelOwner::typing(Typing typing) {
  assert_home();
  typing.time_ms = wall_time_ms();
  const std::string channel = typing.channel;
  spread(channel, std::move(typing));
}

Members ChannelOwner::members(const std::string& channel) const {
  const auto found = channels_.find(channel);
  return found == channels_.end() ? Members{}
                                  : found->second.presence.first_members(presence_list_);
}

void ChannelOwner::spread(const std::string& channel, const Push& push) const {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  const auto& interest = found->second.interest;
  for (std::size_t shard = 0; shard < interest.size(); ++shard) {
    if (interest[shard] > 0) send_to_shard_(shard, push);
  }
}

}  // namespace parley::hub
