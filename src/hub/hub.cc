#include "hub/hub.h"

#include "base/clock.h"

namespace parley::hub {
namespace {

using metrics::Counter;

const std::string& channel_of(const Push& push) {
  return std::visit(
      [](const auto& kind) -> const std::string& {
        if constexpr (requires { kind.channel; }) {
          return kind.channel;
        } else {
          return kind.to;
        }
      },
      push);
}

SessionRef exclude_of(const Push& push) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.exclude; }) {
          return kind.exclude;
        } else {
          return SessionRef{};
        }
      },
      push);
}

}  // namespace

Hub::Hub(runtime::ShardSet& shards, const HubLimits& limits, const MakeBroker& make_broker)
    : shards_(shards), limits_(limits) {
  for (std::size_t i = 0; i < shards.size(); ++i) {
    brokers_.push_back(make_broker());
    locals_.push_back(std::make_unique<LocalHub>(i, shards[i].counters()));
    owners_.push_back(std::make_unique<ChannelOwner>(
        shards.size(), limits.presence_list, *brokers_.back(),
        [this](std::size_t shard, const Push& push) { deliver(shard, push); }));
  }
}

Hub::~Hub() = default;

void Hub::deliver(std::size_t shard, const Push& push) {
  shards_.post(shard, [this, shard, push] {
    local(shard).deliver(channel_of(push), push, exclude_of(push));
  });
}

template <class T>
void Hub::answer(SessionRef to, Session::Reply<T> reply, Result<T> result) {
  if (!reply) return;
  shards_.post(to.shard,
               [this, to, reply = std::move(reply), result = std::move(result)]() mutable {
                 if (local(to.shard).find(to) != nullptr) reply(std::move(result));
               });
}

void Hub::subscribe(const Session& session, const std::string& channel,
                    Session::Reply<SubscribeReply> reply) {
  const std::size_t owner_shard = shards_.owner_of(channel);
  shards_.post(owner_shard, [this, owner_shard, channel, user = session.user(), ref = session.ref(),
                             reply = std::move(reply)]() mutable {
    owner(owner_shard).subscribe(channel, user, ref.shard, [&](SubscribeReply joined) {
      shards_.post(ref.shard, [this, channel, user, ref, reply = std::move(reply),
                               joined = std::move(joined)]() mutable {
        Session* subscriber = local(ref.shard).find(ref);
        if (subscriber == nullptr) {  // it left while the owner was asked
          unsubscribe(channel, user, ref.shard);
          return;
        }
        local(ref.shard).subscribe(*subscriber, channel);
        reply(std::move(joined));
      });
    });
  });
}

void Hub::unsubscribe(const std::string& channel, const std::string& user, std::size_t shard) {
  const std::size_t owner_shard = shards_.owner_of(channel);
  shards_.post(owner_shard, [this, owner_shard, channel, user, shard] {
    owner(owner_shard).unsubscribe(channel, user, shard);
  });
}

void Hub::publish(const Session& session, Publication publication,
                  Session::Reply<PublishReply> reply) {
  const std::size_t owner_shard = shards_.owner_of(publication.channel);
  const SessionRef from = session.ref();
  if (shards_[owner_shard].queue_depth() >= limits_.mailbox_messages) {
    answer<PublishReply>(from, std::move(reply), Errc::overloaded);
    return;
  }
  shards_.post(owner_shard, [this, owner_shard, from, publication = std::move(publication),
                             reply = std::move(reply)]() mutable {
    shards_[owner_shard].counters().add(Counter::publications);
    owner(owner_shard)
        .publish(std::move(publication),
                 [this, from, reply = std::move(reply)](Result<StreamPosition> position) mutable {
                   if (!reply) return;
                   Result<PublishReply> result =
                       position.has_value() ? Result<PublishReply>(PublishReply{
                                                  publication_id(position.value()), wall_time_ms()})
                                            : Result<PublishReply>(position.error());
                   answer(from, std::move(reply), std::move(result));
                 });
  });
}

void Hub::typing(Typing typing) {
  const std::size_t owner_shard = shards_.owner_of(typing.channel);
  shards_.post(owner_shard, [this, owner_shard, typing = std::move(typing)]() mutable {
    owner(owner_shard).typing(std::move(typing));
  });
}

void Hub::members(const Session& session, const std::string& channel,
                  Session::Reply<Members> reply) {
  const std::size_t owner_shard = shards_.owner_of(channel);
  shards_.post(owner_shard, [this, owner_shard, channel, ref = session.ref(),
                             reply = std::move(reply)]() mutable {
    answer<Members>(ref, std::move(reply), owner(owner_shard).members(channel));
  });
}

void Hub::send_to_user(const Session& session, DirectMessage message,
                       Session::Reply<PublishReply> reply) {
  // A user may be connected to any shard: each is asked, and the sender hears when all have
  // answered.
  struct Count {
    std::size_t shards_left;
    std::size_t reached = 0;
    Session::Reply<PublishReply> reply;
  };
  const SessionRef from = session.ref();
  message.time_ms = wall_time_ms();
  auto count = std::make_shared<Count>(Count{shards_.size(), 0, std::move(reply)});
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    shards_.post(shard, [this, shard, from, message, count] {
      const std::size_t reached = local(shard).deliver_to_user(message.to, message);
      shards_.post(from.shard,
                   [this, from, reached, count, told = PublishReply{message.id, message.time_ms}] {
                     count->reached += reached;
                     if (--count->shards_left > 0 || !count->reply) return;
                     if (local(from.shard).find(from) == nullptr) return;
                     if (count->reached > 0) {
                       count->reply(told);
                     } else {
                       count->reply(Errc::user_not_connected);
                     }
                   });
    });
  }
  shards_[from.shard].counters().add(Counter::direct_messages);
}

}  // namespace parley::hub
