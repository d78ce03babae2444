// Presence: who is in one channel, as a count of connections per user. Lives with the channel on
// its owner shard.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hub/push.h"

namespace parley::hub {

class Presence {
 public:
  bool add(const std::string& user);     // true: the user's first connection
  bool remove(const std::string& user);  // true: the user's last connection
  bool empty() const { return connections_.empty(); }

  // Everybody when they are at most `limit`, otherwise only the count.
  Members members_if_few(std::size_t limit) const;
  // The first `limit` names in the order of their bytes.
  Members first_members(std::size_t limit) const;

 private:
  std::map<std::string, std::uint32_t> connections_;  // sorted, so that a cut list is stable
};

}  // namespace parley::hub
