// Presence: who is in one channel: the connections, and the distinct users that they belong to. A
// connection's entry is a lease: it holds while its session lives, and a session lives only while
// its client gives signs of life (limits.ping_interval, limits.pong_timeout). Lives with the
// channel on its owner shard.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
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
  // Nothing: it was not here, or still is.
  std::optional<MemberChange> remove(SessionRef session);

  PresenceStats stats() const { return {clients_.size(), users_.size()}; }
  std::vector<ClientInfo> clients() const;
  // Users with a name: everybody when they are at most `limit`, otherwise only the count.
  Members members_if_few(std::size_t limit) const;
  // The first `limit` names in the order of their bytes.
  Members first_members(std::size_t limit) const;

 private:
  struct Hash {
    std::size_t operator()(SessionRef ref) const {
      return std::hash<std::uint64_t>()(std::uint64_t{ref.shard} << 32 | ref.slot);
    }
  };

  std::size_t named_users() const;

  struct Entry {
    ClientInfo client;
    std::uint32_t joins = 0;
  };

  std::unordered_map<SessionRef, Entry, Hash> clients_;
  std::map<std::string, std::uint32_t> users_;  // sorted, so that a cut list is stable
};

}  // namespace parley::hub
