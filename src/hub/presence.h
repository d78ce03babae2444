// Presence: who is in one channel: the connections, and the distinct users that they belong to. A
// connection's entry is a lease: it holds while its session lives, and a session lives only while
// its client gives signs of life (limits.ping_interval, limits.pong_timeout). Lives with the
// channel on its owner shard.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "hub/push.h"

namespace parley::hub {

struct PresenceStats {
  std::size_t clients = 0;
  std::size_t users = 0;
};

class Presence {
 public:
  // Nothing: it is here already, which happens when a client gives a subscription up while it is
  // being made, and asks again; as many removes end it.
  std::optional<MemberChange> add(SessionRef session, ClientInfo client);
  // Nothing: it was not here, or still is. `user` is that of its client.
  std::optional<MemberChange> remove(SessionRef session, ByteView user);

  PresenceStats stats() const { return {entries_.size(), users_}; }
  std::vector<ClientInfo> clients() const;
  // Users with a name: everybody when they are at most `limit`, otherwise only the count.
  Members members_if_few(std::size_t limit) const;
  // The first `limit` names in the order of their bytes.
  Members first_members(std::size_t limit) const;

 private:
  struct Entry {
    ClientInfo client;
    SessionRef session;
    std::uint32_t joins = 0;
  };
  using Key = std::pair<ByteView, SessionRef>;
  static Key key_of(const Entry& entry) { return {entry.client.user, entry.session}; }
  struct Less {
    using is_transparent = void;
    bool operator()(const Entry& a, const Entry& b) const { return key_of(a) < key_of(b); }
    bool operator()(const Entry& entry, const Key& key) const { return key_of(entry) < key; }
    bool operator()(const Key& key, const Entry& entry) const { return key < key_of(entry); }
  };
  // By user, so that lists of users are sorted and one user's connections stand side by side.
  using Entries = std::set<Entry, Less>;

  Entries::const_iterator behind(ByteView user) const;
  bool is_only_one_of_user(Entries::const_iterator entry) const;
  std::size_t named_users() const;

  Entries entries_;
  std::size_t users_ = 0;  // distinct
};

}  // namespace parley::hub
