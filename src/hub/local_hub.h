// LocalHub: this shard's part of the hub: its sessions, the channels they are in, and the buckets
// by encoder through which one encoded frame reaches all of them. Work per subscriber is one
// append. Lives and is used on one shard only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/push.h"
#include "hub/session.h"
#include "metrics/metrics.h"
#include "runtime/shard_affine.h"

namespace parley::hub {

// The subscribers of one channel on one shard.
class LocalChannel {
 public:
  LocalChannel(std::string name, const ChannelRules& rules)
      : name_(std::move(name)), rules_(rules) {}
  const std::string& name() const { return name_; }

 private:
  friend class LocalHub;
  struct Bucket {
    Encoder* encoder;
    std::vector<Session*> subscribers;
  };

  const std::string name_;
  const ChannelRules& rules_;
  std::vector<Bucket> buckets_;
  std::size_t size_ = 0;
  StreamPosition position_;  // of what was delivered last
};

class LocalHub : private runtime::ShardAffine {
 public:
  LocalHub(std::size_t shard, metrics::ShardCounters& counters);
  ~LocalHub();

  SessionRef attach(Session& session);
  // Takes the session out of every table; answers with the channels it was in.
  std::vector<std::string> detach(Session& session);
  Session* find(SessionRef ref) const;  // null when it is gone
  std::size_t session_count() const { return session_count_; }
  std::vector<std::size_t> user_hashes() const;  // one for each distinct user

  // `position` is what the owner said: what is delivered next comes right behind it.
  void subscribe(Session& session, Encoder& encoder, const std::string& channel,
                 const ChannelRules& rules, const StreamPosition& position, bool granted,
                 Bytes channel_info);
  bool unsubscribe(Session& session, ByteView channel);  // false: it was not subscribed
  // False: a publication is missing before this one; the subscribers cannot know what.
  [[nodiscard]] bool deliver(const std::string& channel, const Push& push, SessionRef exclude);
  std::vector<SessionRef> subscribers(const std::string& channel) const;
  // Answers with the number of connections reached.
  std::size_t deliver_to_user(const std::string& user, const Push& push);
  // The connections of one user.
  std::vector<Session*> sessions_of(ByteView user) const;

 private:
  struct Slot {
    Session* session = nullptr;
    std::uint32_t generation = 1;
  };

  // The sessions of one user stand side by side.
  struct ByUser {
    using is_transparent = void;
    bool operator()(const Session* a, const Session* b) const {
      const int order = a->user().compare(b->user());
      return order != 0 ? order < 0 : std::less<>()(a, b);
    }
    bool operator()(const Session* session, ByteView user) const { return session->user() < user; }
    bool operator()(ByteView user, const Session* session) const { return user < session->user(); }
  };

  void leave(Session& session, const Session::Subscription& subscription);
  void send(const LocalChannel& channel, const Push& push, std::uint32_t lane, SessionRef exclude);
  // Only in a build with a planted fault (hub/planted_fault.h). True: nothing is left to be sent.
  bool deliver_wrongly(const LocalChannel& channel, const Push& push, std::uint32_t lane,
                       SessionRef exclude);

  const std::size_t shard_;
  metrics::ShardCounters& counters_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::size_t session_count_ = 0;
  std::unordered_map<std::string, std::unique_ptr<LocalChannel>> channels_;
  std::set<Session*, ByUser> users_;
};

}  // namespace parley::hub
