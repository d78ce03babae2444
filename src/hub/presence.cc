#include "hub/presence.h"

namespace parley::hub {

std::optional<MemberChange> Presence::add(SessionRef session, ClientInfo client) {
  Entry& entry = clients_[session];
  entry.client = client;
  if (++entry.joins > 1) return std::nullopt;
  const bool first = ++users_[client.user] == 1;
  return MemberChange{true, first, std::move(client)};
}

std::optional<MemberChange> Presence::remove(SessionRef session) {
  const auto found = clients_.find(session);
  if (found == clients_.end() || --found->second.joins > 0) return std::nullopt;
  ClientInfo client = std::move(found->second.client);
  clients_.erase(found);
  const auto user = users_.find(client.user);
  const bool last = --user->second == 0;
  if (last) users_.erase(user);
  return MemberChange{false, last, std::move(client)};
}

std::vector<ClientInfo> Presence::clients() const {
  std::vector<ClientInfo> list;
  list.reserve(clients_.size());
  for (const auto& [session, entry] : clients_) list.push_back(entry.client);
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
