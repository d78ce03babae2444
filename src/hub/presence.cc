#include "hub/presence.h"

#include "base/check.h"

namespace parley::hub {

MemberChange Presence::add(SessionRef session, ClientInfo client) {
  const bool first = ++users_[client.user] == 1;
  const bool fresh = clients_.emplace(session, client).second;
  CHECK(fresh);
  return {true, first, std::move(client)};
}

std::optional<MemberChange> Presence::remove(SessionRef session) {
  auto entry = clients_.extract(session);
  if (entry.empty()) return std::nullopt;
  const auto user = users_.find(entry.mapped().user);
  const bool last = --user->second == 0;
  if (last) users_.erase(user);
  return MemberChange{false, last, std::move(entry.mapped())};
}

std::vector<ClientInfo> Presence::clients() const {
  std::vector<ClientInfo> list;
  list.reserve(clients_.size());
  for (const auto& [session, client] : clients_) list.push_back(client);
  return list;
}

std::size_t Presence::named_users() const { return users_.size() - users_.count(""); }

Members Presence::members_if_few(std::size_t limit) const {
  return named_users() <= limit ? first_members(limit) : Members{{}, named_users()};
}

Members Presence::first_members(std::size_t limit) const {
  Members members;
  members.count = named_users();
  for (const auto& [user, count] : users_) {
    if (members.names.size() == limit) break;
    if (!user.empty()) members.names.push_back(user);
  }
  return members;
}

}  // namespace parley::hub
