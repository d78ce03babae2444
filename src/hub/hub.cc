#include "hub/hub.h"

#include <algorithm>
#include <unordered_set>

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
        if constexpr (requires { kind.exclude_now; }) {
          return kind.exclude_now;
        } else {
          return SessionRef{};
        }
      },
      push);
}

bool wants_join_leave(const ChannelRules& rules, const SubscribeOptions& options) {
  const JoinLeave rule =
      options.grant && options.grant->join_leave ? *options.grant->join_leave : rules.join_leave;
  return rule == JoinLeave::everyone || (rule == JoinLeave::on_request && options.join_leave);
}

bool is_meant(const ConnectionFilter& filter, const Session& session) {
  const ConnectionId& id = session.identity().id;
  return (!filter.client || *filter.client == id) &&
         std::ranges::find(filter.except, id) == filter.except.end();
}

}  // namespace

Hub::Hub(runtime::ShardSet& shards, const HubLimits& limits, RuleBook rules,
         const MakeBroker& make_broker)
    : shards_(shards), limits_(limits), rules_(std::move(rules)) {
  for (std::size_t i = 0; i < shards.size(); ++i) {
    brokers_.push_back(make_broker(shards[i]));
    locals_.push_back(std::make_unique<LocalHub>(i, shards[i].counters()));
    owners_.push_back(std::make_unique<ChannelOwner>(
        shards[i], shards.size(), limits_, *brokers_.back(),
        [this](std::size_t shard, const Push& push) { deliver(shard, push); }));
  }
}

Hub::~Hub() = default;

void Hub::deliver(std::size_t shard, const Push& push) {
  shards_.post(shard, [this, shard, push] {
    const std::string& channel = channel_of(push);
    if (local(shard).deliver(channel, push, exclude_of(push))) return;
    // Whoever is subscribed here has missed something: it must recover.
    for (const SessionRef ref : local(shard).subscribers(channel)) {
      shards_[shard].counters().add(Errc::insufficient_state);
      Session& session = *local(shard).find(ref);
      session.unsubscribe(channel);
      session.events().on_unsubscribed(channel, Errc::insufficient_state);
    }
  });
}

template <class T, class Ask>
void Hub::ask_owner(std::size_t from, const std::string& channel, Reply<T> reply, Ask ask) {
  const std::size_t owner_shard = shards_.owner_of(channel);
  auto answer = [this, from, reply = std::move(reply)](Result<T> result) mutable {
    if (!reply) return;
    shards_.post(from, [reply = std::move(reply), result = std::move(result)]() mutable {
      reply(std::move(result));
    });
  };
  if (shards_[owner_shard].queue_depth() >= limits_.mailbox_messages) {
    return answer(Errc::overloaded);
  }
  shards_.post(owner_shard,
               [this, owner_shard, ask = std::move(ask), answer = std::move(answer)]() mutable {
                 ask(owner(owner_shard), shards_[owner_shard], std::move(answer));
               });
}

template <class T, class Ask, class Done>
void Hub::ask_all(std::size_t from, Ask ask, Done done) {
  struct Answers {
    std::vector<T> parts;
    Done done;
  };
  // Made here, used by `from` alone: the others only carry it.
  auto answers = std::make_shared<Answers>(Answers{{}, std::move(done)});
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    shards_.post(shard, [this, from, shard, ask, answers] {
      shards_.post(from, [this, answers, part = ask(shard)]() mutable {
        answers->parts.push_back(std::move(part));
        if (answers->parts.size() == shards_.size()) answers->done(std::move(answers->parts));
      });
    });
  }
}

void Hub::subscribe(const Session& session, const ChannelRules& rules, const std::string& channel,
                    SubscribeOptions options, std::uint32_t ticket, Reply<SubscribeReply> reply) {
  ChannelOwner::Joining joining{
      .channel = channel,
      .session = session.ref(),
      .client = session.client_info({}),
      .origin = session.identity().origin,
      .since = options.since,
      .recent = options.recent,
      .members = options.members,
      .recovers =
          options.grant && options.grant->recovers ? *options.grant->recovers : rules.recovers(),
      .present =
          options.grant && options.grant->presence ? *options.grant->presence : rules.presence};
  if (options.grant) joining.client.channel_info = options.grant->channel_info;
  const SessionRef ref = session.ref();
  ask_owner<SubscribeReply>(
      ref.shard, channel,
      [this, &rules, channel, ref, user = joining.client.user, ticket, options = std::move(options),
       reply = std::move(reply)](Result<SubscribeReply> joined) mutable {
        finish_subscribe(rules, channel, ref, user, ticket, options, std::move(reply),
                         std::move(joined));
      },
      [&rules, joining = std::move(joining)](ChannelOwner& owner, runtime::Shard&,
                                             ChannelOwner::JoinReply answer) mutable {
        owner.subscribe(rules, std::move(joining), std::move(answer));
      });
}

void Hub::finish_subscribe(const ChannelRules& rules, const std::string& channel, SessionRef ref,
                           const Bytes& user, std::uint32_t ticket, const SubscribeOptions& options,
                           Reply<SubscribeReply> reply, Result<SubscribeReply> joined) {
  Session* session = local(ref.shard).find(ref);
  std::optional<Session::Pending> pending;
  if (session != nullptr) pending = session->take_pending(ticket);
  if (joined.has_value() && !pending) {  // it left, or gave up, while the owner was asked
    unsubscribe(channel, ref, user);
    joined = Errc::unsubscribed;
  }
  if (session == nullptr) return;
  if (joined.has_value()) {
    const Encoders& encoders = session->encoders();
    Encoder* encoder =
        wants_join_leave(rules, options) ? encoders.full : encoders.without_join_leave;
    if (options.grant) {
      joined->data = options.grant->data;
      joined->expires_at = options.grant->expires_at;
    }
    local(ref.shard).subscribe(*session, *encoder, channel, rules, joined->position,
                               pending->granted, std::move(pending->channel_info));
  }
  if (reply) reply(std::move(joined));
}

void Hub::unsubscribe(const std::string& channel, SessionRef session, const Bytes& user) {
  const std::size_t owner_shard = shards_.owner_of(channel);
  shards_.post(owner_shard, [this, owner_shard, channel, session, user] {
    owner(owner_shard).unsubscribe(channel, session, user);
  });
}

void Hub::typing(Typing typing) {
  const std::size_t owner_shard = shards_.owner_of(typing.channel);
  shards_.post(owner_shard, [this, owner_shard, typing = std::move(typing)]() mutable {
    owner(owner_shard).typing(std::move(typing));
  });
}

void Hub::publish(std::size_t from, Publication publication, PublishTerms terms, std::string key,
                  Reply<PublishReply> reply) {
  const ChannelRules* rules = this->rules(publication.channel);
  Errc refused{};
  if (rules == nullptr) {
    refused = Errc::unknown_namespace;
  } else if (rules->message_bytes != 0 && publication.payload.data.size() > rules->message_bytes) {
    refused = Errc::payload_too_big;
  }
  if (refused != Errc{}) {
    if (reply) reply(refused);
    return;
  }
  const std::string channel = publication.channel;
  ask_owner<PublishReply>(
      from, channel, std::move(reply),
      [rules, publication = std::move(publication), terms = std::move(terms), key = std::move(key)](
          ChannelOwner& owner, runtime::Shard& shard, auto answer) mutable {
        shard.counters().add(Counter::publications);
        owner.publish(*rules, std::move(publication), std::move(terms), std::move(key),
                      [answer = std::move(answer)](Result<StreamPosition> position) mutable {
                        if (position.has_value()) {
                          answer(PublishReply{std::move(*position), wall_time_ms()});
                        } else {
                          answer(position.error());
                        }
                      });
      });
}

void Hub::history(std::size_t from, const std::string& channel, HistoryQuery query,
                  Reply<HistoryPage> reply) {
  const ChannelRules* rules = this->rules(channel);
  if (rules == nullptr) return reply(Errc::unknown_namespace);
  if (!rules->has_history()) return reply(Errc::not_available);
  ask_owner<HistoryPage>(from, channel, std::move(reply),
                         [rules, channel, query = std::move(query)](
                             ChannelOwner& owner, runtime::Shard&, auto answer) mutable {
                           owner.history(*rules, channel, std::move(query), std::move(answer));
                         });
}

void Hub::clear_history(std::size_t from, const std::string& channel, Reply<StreamPosition> reply) {
  const ChannelRules* rules = this->rules(channel);
  if (rules == nullptr) return reply(Errc::unknown_namespace);
  if (!rules->has_history()) return reply(Errc::not_available);
  ask_owner<StreamPosition>(from, channel, std::move(reply),
                            [rules, channel](ChannelOwner& owner, runtime::Shard&, auto answer) {
                              owner.clear_history(*rules, channel, std::move(answer));
                            });
}

void Hub::presence(std::size_t from, const std::string& channel,
                   Reply<std::vector<ClientInfo>> reply) {
  const ChannelRules* rules = this->rules(channel);
  if (rules == nullptr) return reply(Errc::unknown_namespace);
  if (!rules->presence) return reply(Errc::not_available);
  ask_owner<std::vector<ClientInfo>>(from, channel, std::move(reply),
                                     [channel](ChannelOwner& owner, runtime::Shard&, auto answer) {
                                       answer(owner.presence(channel));
                                     });
}

void Hub::presence_stats(std::size_t from, const std::string& channel, Reply<PresenceStats> reply) {
  const ChannelRules* rules = this->rules(channel);
  if (rules == nullptr) return reply(Errc::unknown_namespace);
  if (!rules->presence) return reply(Errc::not_available);
  ask_owner<PresenceStats>(from, channel, std::move(reply),
                           [channel](ChannelOwner& owner, runtime::Shard&, auto answer) {
                             answer(owner.presence_stats(channel));
                           });
}

void Hub::members(std::size_t from, const std::string& channel, Reply<Members> reply) {
  ask_owner<Members>(from, channel, std::move(reply),
                     [channel](ChannelOwner& owner, runtime::Shard&, auto answer) {
                       answer(owner.members(channel));
                     });
}

void Hub::channels(std::size_t from, Reply<std::vector<ChannelInfo>> reply) {
  using Part = std::vector<ChannelInfo>;
  ask_all<Part>(
      from, [this](std::size_t shard) { return owner(shard).channels(); },
      [reply = std::move(reply)](std::vector<Part> parts) mutable {
        Part all;
        for (Part& part : parts) std::ranges::move(part, std::back_inserter(all));
        reply(std::move(all));
      });
}

void Hub::info(std::size_t from, Reply<HubInfo> reply) {
  struct Part {
    std::size_t clients;
    std::size_t channels;
    std::vector<std::size_t> user_hashes;
  };
  ask_all<Part>(
      from,
      [this](std::size_t shard) {
        return Part{local(shard).session_count(), owner(shard).channel_count(),
                    local(shard).user_hashes()};
      },
      [reply = std::move(reply)](const std::vector<Part>& parts) mutable {
        HubInfo info;
        std::unordered_set<std::size_t> users;  // one may be connected to several shards
        for (const Part& part : parts) {
          info.clients += part.clients;
          info.channels += part.channels;
          users.insert(part.user_hashes.begin(), part.user_hashes.end());
        }
        info.users = users.size();
        reply(info);
      });
}

void Hub::send_to_user(std::size_t from, DirectMessage message, Reply<PublishReply> reply) {
  // A user may be connected to any shard.
  message.time_ms = wall_time_ms();
  shards_[from].counters().add(Counter::direct_messages);
  ask_all<std::size_t>(
      from,
      [this, message](std::size_t shard) {
        return local(shard).deliver_to_user(message.to, message);
      },
      [reply = std::move(reply), told = PublishReply{{0, message.id}, message.time_ms}](
          const std::vector<std::size_t>& reached) mutable {
        if (!reply) return;
        if (std::ranges::any_of(reached, [](std::size_t count) { return count > 0; })) {
          reply(std::move(told));
        } else {
          reply(Errc::user_not_connected);
        }
      });
}

void Hub::for_connections(std::size_t from, ConnectionFilter filter,
                          std::function<void(Session&)> act, Reply<std::size_t> reply) {
  ask_all<std::size_t>(
      from,
      [this, filter = std::move(filter), act = std::move(act)](std::size_t shard) {
        std::size_t meant = 0;
        for (Session* session : local(shard).sessions_of(filter.user)) {
          if (!is_meant(filter, *session)) continue;
          ++meant;
          act(*session);
        }
        return meant;
      },
      [reply = std::move(reply)](const std::vector<std::size_t>& parts) mutable {
        if (!reply) return;
        std::size_t all = 0;
        for (const std::size_t part : parts) all += part;
        reply(all);
      });
}

}  // namespace parley::hub
