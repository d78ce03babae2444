#include "hub/presence.h"

#include "base/check.h"

namespace parley::hub {

bool Presence::add(const std::string& user) { return ++connections_[user] == 1; }

bool Presence::remove(const std::string& user) {
  const auto found = connections_.find(user);
  CHECK(found != connections_.end());
  if (--found->second > 0) return false;
  connections_.erase(found);
  return true;
}

Members Presence::members_if_few(std::size_t limit) const {
  return connections_.size() <= limit ? first_members(limit) : Members{{}, connections_.size()};
}

Members Presence::first_members(std::size_t limit) const {
  Members members;
  members.count = connections_.size();
  for (const auto& [user, count] : connections_) {
    if (members.names.size() == limit) break;
    members.names.push_back(user);
  }
  return members;
}

}  // namespace parley::hub
