#include "loadgen/attendance.h"

namespace parley::loadgen {

void Attendance::came(std::uint32_t channel, const std::string& user, Duration now) {
  present_[channel][user] = last_change_ = now;
}

void Attendance::went(std::uint32_t channel, const std::string& user, const std::string& how,
                      Duration now) {
  if (present_[channel].erase(user) == 0) return;
  gone_[{channel, user}] = {now, how};
  last_change_ = now;
}

void Attendance::begin(std::uint32_t client, std::uint32_t channel) {
  views_[key(client, channel)] = {};
}

void Attendance::listed(std::uint32_t client, std::uint32_t channel,
                        const std::vector<Member>& members, Duration now) {
  std::map<Name, Entry> list;
  for (const Member& each : members) {
    Entry& entry = list[{each.user, each.connection}];
    ++entry.count;
    entry.how = {now, each.user + " was in the list, as " + each.connection};
  }
  View& view = views_[key(client, channel)];
  // Joins and leaves may overtake an answer; a connection that left does not come back.
  for (const auto& [name, joined] : view.early) {
    if (joined) {
      list.try_emplace(name, Entry{1, {now, name.first + " joined, as " + name.second}});
    } else {
      list.erase(name);
    }
  }
  view = {std::move(list), {}};
}

void Attendance::told(std::uint32_t client, std::uint32_t channel, const Member& member,
                      bool joined, Duration now) {
  View& view = views_[key(client, channel)];
  const Name name(member.user, member.connection);
  if (!view.list) {
    view.early[name] = joined;
  } else if (joined) {  // the list may have had it before it was told
    view.list->try_emplace(name, Entry{1, {now, name.first + " joined, as " + name.second}});
  } else {
    view.list->erase(name);
  }
}

void Attendance::end(std::uint32_t client, std::uint32_t channel) {
  views_.erase(key(client, channel));
}

bool Attendance::has_view(std::uint32_t client, std::uint32_t channel) const {
  const auto view = views_.find(key(client, channel));
  return view != views_.end() && view->second.list;
}

std::optional<Violation> Attendance::difference(std::uint32_t channel,
                                                const std::vector<Member>& members,
                                                const std::string& who_says) const {
  const auto channel_present = present_.find(channel);
  const std::map<std::string, Duration> nobody;
  const auto& present = channel_present == present_.end() ? nobody : channel_present->second;
  std::map<std::string, int> counts;
  for (const Member& each : members) {
    if (!present.contains(each.user)) {
      return describe(channel, each.user, "is told to be there, and is not", who_says);
    }
    if (++counts[each.user] > 1) {
      return describe(channel, each.user, "is told to be there twice", who_says);
    }
  }
  for (const auto& [user, since] : present) {
    if (!counts.contains(user)) return describe(channel, user, "is there, and not told", who_says);
  }
  return std::nullopt;
}

std::optional<Violation> Attendance::difference(std::uint32_t client, std::uint32_t channel,
                                                const std::string& who_says) const {
  const auto view = views_.find(key(client, channel));
  if (view == views_.end() || !view->second.list) return std::nullopt;
  std::vector<Member> members;
  for (const auto& [name, entry] : *view->second.list) {
    for (int i = 0; i < entry.count; ++i) members.push_back({name.first, name.second});
  }
  auto violation = difference(channel, members, who_says);
  if (!violation) return std::nullopt;
  for (const auto& [name, entry] : *view->second.list) {
    if (violation->sentence.starts_with(name.first + " ")) violation->history.push_back(entry.how);
  }
  return violation;
}

Violation Attendance::describe(std::uint32_t channel, const std::string& user,
                               const std::string& words, const std::string& who_says) const {
  Violation violation{Invariant::presence, user + " " + words + ", by " + who_says, {}};
  if (const auto gone = gone_.find({channel, user}); gone != gone_.end()) {
    violation.history.push_back({gone->second.at, user + " went: " + gone->second.how});
  }
  const auto present = present_.find(channel);
  if (present == present_.end()) return violation;
  if (const auto found = present->second.find(user); found != present->second.end()) {
    violation.history.push_back({found->second, user + " came"});
  }
  return violation;
}

}  // namespace parley::loadgen
