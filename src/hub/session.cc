#include "hub/session.h"

#include <algorithm>

#include "hub/hub.h"

namespace parley::hub {

std::string publication_id(const StreamPosition& position) {
  if (position.offset == 0) return position.epoch;  // not part of a stream: random, for it alone
  return position.epoch + "-" + std::to_string(position.offset);
}

Session::Session(Hub& hub, std::size_t shard, Transport& transport, Encoders encoders,
                 SessionEvents& events, Identity identity)
    : hub_(hub),
      transport_(&transport),
      encoders_(encoders),
      events_(events),
      identity_(std::move(identity)),
      ref_(hub.local(shard).attach(*this)) {}

Session::~Session() {
  assert_home();
  for (const std::string& channel : hub_.local(ref_.shard).detach(*this)) {
    hub_.unsubscribe(channel, ref_, identity_.user);
  }
}

ClientInfo Session::client_info(ByteView channel) const {
  const Subscription* subscription = find(channel);
  return {identity_.user, identity_.id, identity_.info,
          subscription == nullptr ? Bytes() : subscription->channel_info};
}

const Session::Subscription* Session::find(ByteView channel) const {
  const auto found = std::ranges::find_if(subscriptions_, [&](const Subscription& subscription) {
    return subscription.channel->name() == channel;
  });
  return found == subscriptions_.end() ? nullptr : &*found;
}

const Session::Pending* Session::find_pending(ByteView channel) const {
  const auto found = std::ranges::find(pending_, channel, &Pending::channel);
  return found == pending_.end() ? nullptr : &*found;
}

std::optional<Session::Pending> Session::take_pending(std::uint32_t ticket) {
  const auto found = std::ranges::find(pending_, ticket, &Pending::ticket);
  if (found == pending_.end()) return std::nullopt;
  Pending taken = std::move(*found);
  pending_.erase(found);
  if (pending_.empty()) pending_.shrink_to_fit();
  return taken;
}

bool Session::is_subscribed(ByteView channel) const { return find(channel) != nullptr; }

std::vector<std::string> Session::channels() const {
  std::vector<std::string> names;
  for (const Subscription& subscription : subscriptions_) {
    names.push_back(subscription.channel->name());
  }
  return names;
}

bool Session::is_permitted(Access access, ByteView channel) const {
  if (identity_.unrestricted || access == Access::anyone) return true;
  // A subscription that is being made counts: its owner joins this session before it hears of what
  // comes behind.
  const Subscription* made = find(channel);
  const Pending* pending = find_pending(channel);
  const bool subscribed = made != nullptr || pending != nullptr;
  const bool granted = made != nullptr ? made->granted : pending != nullptr && pending->granted;
  return (access == Access::subscriber && subscribed) || (access == Access::token && granted);
}

template <class T>
bool Session::may(Access ChannelRules::*what, ByteView channel, Reply<T>& reply) const {
  const ChannelRules* rules = hub_.rules(channel);
  if (rules != nullptr && is_permitted(rules->*what, channel)) return true;
  if (reply) reply(rules == nullptr ? Errc::unknown_namespace : Errc::permission_denied);
  return false;
}

Errc Session::check_subscribe(const ChannelRules* rules, const std::string& channel,
                              const SubscribeOptions& options) const {
  const HubLimits& limits = hub_.limits();
  if (!is_valid_channel_name(channel, limits.channel_name_bytes)) return Errc::bad_room_name;
  if (rules == nullptr) return Errc::unknown_namespace;
  if (is_subscribed(channel) || find_pending(channel) != nullptr) return Errc::already_subscribed;
  if (subscriptions_.size() + pending_.size() >= limits.channels_per_connection) {
    return Errc::too_many_channels;
  }
  if (identity_.unrestricted || options.grant) return {};
  return may_subscribe(*rules, channel, identity_.user) ? Errc{} : Errc::permission_denied;
}

void Session::subscribe(const std::string& channel, SubscribeOptions options,
                        Reply<SubscribeReply> reply) {
  assert_home();
  const ChannelRules* rules = hub_.rules(channel);
  if (const Errc refused = check_subscribe(rules, channel, options); refused != Errc{}) {
    return reply(refused);
  }
  Bytes channel_info = options.grant ? options.grant->channel_info : Bytes();
  const std::uint32_t ticket = next_ticket_++;
  pending_.push_back({channel, ticket, options.grant.has_value(), std::move(channel_info)});
  options.members = options.members && is_permitted(rules->see_presence, channel);
  if (options.recent > 0 && !is_permitted(rules->read_history, channel)) {
    take_pending(ticket);
    return reply(Errc::permission_denied);
  }
  hub_.subscribe(*this, *rules, channel, std::move(options), ticket, std::move(reply));
}

bool Session::unsubscribe(const std::string& channel) {
  assert_home();
  // While its owner is being asked, the answer finds the attempt given up.
  if (const Pending* pending = find_pending(channel)) {
    take_pending(pending->ticket);
    return true;
  }
  if (!hub_.local(ref_.shard).unsubscribe(*this, channel)) return false;
  hub_.unsubscribe(channel, ref_, identity_.user);
  return true;
}

void Session::publish(const std::string& channel, Payload payload, PublishOptions options,
                      Reply<PublishReply> reply) {
  assert_home();
  if (!may(&ChannelRules::publish, channel, reply)) return;
  Publication publication;
  publication.channel = channel;
  publication.payload = std::move(payload);
  publication.publisher = client_info(channel);
  publication.ref = std::move(options.ref);
  publication.tags = std::move(options.tags);
  if (options.exclude_self) {
    publication.exclude = identity_.origin;
    publication.exclude_now = ref_;
  }
  hub_.publish(ref_.shard, std::move(publication), {}, std::move(options.idempotency_key),
               hub_.while_alive(ref_, std::move(reply)));
}

void Session::history(const std::string& channel, HistoryQuery query, Reply<HistoryPage> reply) {
  assert_home();
  if (!may(&ChannelRules::read_history, channel, reply)) return;
  hub_.history(ref_.shard, channel, std::move(query), hub_.while_alive(ref_, std::move(reply)));
}

void Session::presence(const std::string& channel, Reply<std::vector<ClientInfo>> reply) {
  assert_home();
  if (!may(&ChannelRules::see_presence, channel, reply)) return;
  hub_.presence(ref_.shard, channel, hub_.while_alive(ref_, std::move(reply)));
}

void Session::presence_stats(const std::string& channel, Reply<PresenceStats> reply) {
  assert_home();
  if (!may(&ChannelRules::see_presence, channel, reply)) return;
  hub_.presence_stats(ref_.shard, channel, hub_.while_alive(ref_, std::move(reply)));
}

void Session::members(const std::string& channel, Reply<Members> reply) {
  assert_home();
  if (!may(&ChannelRules::see_presence, channel, reply)) return;
  hub_.members(ref_.shard, channel, hub_.while_alive(ref_, std::move(reply)));
}

void Session::send_to_user(const std::string& user, Payload payload, std::string ref,
                           Reply<PublishReply> reply) {
  assert_home();
  constexpr std::size_t kIdBytes = 9;  // enough never to meet again, short enough to read
  hub_.send_to_user(ref_.shard,
                    DirectMessage{random_id(kIdBytes), std::string(this->user()), user,
                                  std::move(ref), std::move(payload), 0},
                    hub_.while_alive(ref_, std::move(reply)));
}

// The owner answers behind all that was published before, on the same way.
void Session::settle(const std::string& channel, UniqueFunction<void()> done) {
  assert_home();
  hub_.members(ref_.shard, channel,
               hub_.while_alive<Members>(
                   ref_, [done = std::move(done)](Result<Members>) mutable { done(); }));
}

void Session::typing(const std::string& channel) {
  assert_home();
  hub_.typing(Typing{channel, std::string(user()), ref_, 0});
}

}  // namespace parley::hub
