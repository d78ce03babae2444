#include "hub/presence.h"

#include <iterator>
#include <limits>

namespace parley::hub {

std::optional<MemberChange> Presence::add(SessionRef session, ClientInfo client) {
  if (const auto here = entries_.find(Key(client.user, session)); here != entries_.end()) {
    auto entry = entries_.extract(here);
    entry.value().client = std::move(client);
    ++entry.value().joins;
    entries_.insert(std::move(entry));
    return std::nullopt;
  }
  const auto entry = entries_.insert({client, session, 1}).first;
  const bool first = is_only_one_of_user(entry);
  if (first) ++users_;
  return MemberChange{true, first, std::move(client)};
}

std::optional<MemberChange> Presence::remove(SessionRef session, ByteView user) {
  const auto found = entries_.find(Key(user, session));
  if (found == entries_.end()) return std::nullopt;
  const bool last = is_only_one_of_user(found);
  auto entry = entries_.extract(found);
  if (--entry.value().joins > 0) {
    entries_.insert(std::move(entry));
    return std::nullopt;
  }
  if (last) --users_;
  return MemberChange{false, last, std::move(entry.value().client)};
}

std::vector<ClientInfo> Presence::clients() const {
  std::vector<ClientInfo> list;
  list.reserve(entries_.size());
  for (const Entry& entry : entries_) list.push_back(entry.client);
  return list;
}

Presence::Entries::const_iterator Presence::behind(ByteView user) const {
  constexpr auto kLast = std::numeric_limits<std::uint32_t>::max();
  return entries_.upper_bound(Key(user, {std::numeric_limits<std::uint16_t>::max(), kLast, kLast}));
}

bool Presence::is_only_one_of_user(Entries::const_iterator entry) const {
  const auto next = std::next(entry);
  return (entry == entries_.begin() || std::prev(entry)->client.user != entry->client.user) &&
         (next == entries_.end() || next->client.user != entry->client.user);
}

std::size_t Presence::named_users() const {
  const bool has_anonymous = !entries_.empty() && entries_.begin()->client.user.empty();
  return users_ - (has_anonymous ? 1 : 0);
}

Members Presence::members_if_few(std::size_t limit) const {
  return named_users() <= limit ? first_members(limit) : Members{{}, named_users()};
}

Members Presence::first_members(std::size_t limit) const {
  Members members;
  members.count = named_users();
  auto entry = behind({});
  while (entry != entries_.end() && members.names.size() < limit) {
    members.names.emplace_back(entry->client.user);
    entry = behind(entry->client.user);
  }
  return members;
}

}  // namespace parley::hub
