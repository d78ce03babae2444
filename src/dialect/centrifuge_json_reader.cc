// Reading commands. As in the reference, a member that is null counts as absent, an unknown one is
// skipped, and one of another type is an error.
#include "dialect/centrifuge_json.h"
#include "dialect/json_payload.h"

namespace parley::dialect::centrifuge {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// The members of one object. Each read answers false, with the reason in `detail`, when the member
// has another type; an absent one leaves its target alone.
class Members {
 public:
  Members(const object& members, std::string& detail) : members_(members), detail_(detail) {}

  template <class T>
  bool read(std::string_view name, T& into) const {
    element value;
    if (!find(name, value)) return true;
    if constexpr (std::is_same_v<T, std::string>) {
      std::string_view text;
      if (value.get(text) != simdjson::SUCCESS) return refuse(name);
      into = text;
      return true;
    } else {
      return value.get(into) == simdjson::SUCCESS || refuse(name);
    }
  }
  bool channel(std::string& into) const {
    if (!read("channel", into)) return false;
    if (into.empty()) detail_ = "the channel is missing";
    return !into.empty();
  }
  // {"offset":…,"epoch":…}, both zero when absent.
  bool position(hub::StreamPosition& into) const {
    return read("offset", into.offset) && read("epoch", into.epoch);
  }
  bool find(std::string_view name, element& into) const {
    return members_[name].get(into) == simdjson::SUCCESS && !into.is_null();
  }
  bool has(std::string_view name) const {
    element value;
    return find(name, value);
  }
  const object& all() const { return members_; }
  bool refuse(std::string_view name) const {
    detail_ = '"' + std::string(name) + "\" is of the wrong type";
    return false;
  }
  std::string& detail() const { return detail_; }

 private:
  const object& members_;
  std::string& detail_;
};

// Streams alone are spoken: 0 is their type.
bool read_type(const Members& members, Errc& declined) {
  std::uint64_t type = 0;
  if (!members.read("type", type)) return false;
  if (type != 0) declined = Errc::not_available;
  return true;
}

bool read(const Members& members, Connect& connect) {
  element subs;
  if (!members.read("token", connect.token)) return false;
  if (!members.find("subs", subs)) return true;
  object by_channel;
  if (subs.get(by_channel) != simdjson::SUCCESS) return members.refuse("subs");
  for (const auto& [channel, value] : by_channel) {
    object request;
    if (value.get(request) != simdjson::SUCCESS) return members.refuse("subs");
    const Members sub(request, members.detail());
    bool recover = false;
    hub::StreamPosition since;
    if (!sub.read("recover", recover) || !sub.position(since)) return false;
    if (recover) connect.since.emplace_back(channel, std::move(since));
  }
  return true;
}

bool read(const Members& members, Subscribe& subscribe) {
  constexpr std::uint64_t kRecoveredOrError = 2;
  bool recover = false;
  std::uint64_t flags = 0;
  hub::StreamPosition since;
  if (!members.channel(subscribe.channel) || !members.read("token", subscribe.token) ||
      !members.read("recover", recover) || !members.position(since) ||
      !members.read("join_leave", subscribe.join_leave) || !members.read("flag", flags) ||
      !read_type(members, subscribe.declined)) {
    return false;
  }
  if (recover) subscribe.since = std::move(since);
  subscribe.recovered_or_error = (flags & kRecoveredOrError) != 0;
  if (members.has("tf")) subscribe.declined = Errc::bad_command;  // no channel filters by tags
  return true;
}

bool read(const Members& members, Unsubscribe& unsubscribe) {
  return members.channel(unsubscribe.channel);
}

bool read(const Members& members, Publish& publish) {
  if (!members.channel(publish.channel) || !read_type(members, publish.declined)) return false;
  element data;
  if (members.all()["data"].get(data) != simdjson::SUCCESS) {
    members.detail() = "the data is missing";
    return false;
  }
  publish.payload = payload_of(data);
  return true;
}

bool read(const Members& members, Presence& presence) { return members.channel(presence.channel); }

bool read(const Members& members, PresenceStats& stats) { return members.channel(stats.channel); }

bool read(const Members& members, History& history) {
  std::int64_t limit = 0;
  if (!members.channel(history.channel) || !members.read("limit", limit) ||
      !members.read("reverse", history.query.reverse)) {
    return false;
  }
  // Below zero: as many as the server gives at once.
  history.query.limit = limit < 0 ? std::size_t(-1) : static_cast<std::size_t>(limit);
  element since;
  if (!members.find("since", since)) return true;
  object position;
  if (since.get(position) != simdjson::SUCCESS) return members.refuse("since");
  return Members(position, members.detail()).position(history.query.since.emplace());
}

bool read(const Members& members, Refresh& refresh) {
  if (!members.read("token", refresh.token)) return false;
  if (refresh.token.empty()) members.detail() = "the token is missing";
  return !refresh.token.empty();
}

bool read(const Members& members, SubRefresh& refresh) {
  if (!members.channel(refresh.channel) || !members.read("token", refresh.token) ||
      !read_type(members, refresh.declined)) {
    return false;
  }
  if (refresh.token.empty()) members.detail() = "the token is missing";
  return !refresh.token.empty();
}

bool read(const Members&, Rpc&) { return true; }
bool read(const Members&, Send&) { return true; }

template <class Request>
bool read_into(const Members& members, Command& command) {
  return read(members, command.request.emplace<Request>());
}

struct Method {
  std::string_view name;
  bool (*read)(const Members& members, Command& command);
};

// `ping` is not among them: in this version only the server pings.
constexpr Method kMethods[] = {
    {"publish", read_into<Publish>},
    {"subscribe", read_into<Subscribe>},
    {"unsubscribe", read_into<Unsubscribe>},
    {"connect", read_into<Connect>},
    {"history", read_into<History>},
    {"presence", read_into<Presence>},
    {"presence_stats", read_into<PresenceStats>},
    {"refresh", read_into<Refresh>},
    {"sub_refresh", read_into<SubRefresh>},
    {"rpc", read_into<Rpc>},
    {"send", read_into<Send>},
};

bool read_request(const object& root, Command& command, std::string& detail) {
  const Method* found = nullptr;
  object request;
  for (const auto& [name, value] : root) {
    const auto* method = std::ranges::find(kMethods, name, &Method::name);
    if (method == std::end(kMethods) || value.is_null()) continue;
    if (found != nullptr) {
      detail = "two commands in one object";
      return false;
    }
    found = method;
    if (value.get(request) != simdjson::SUCCESS) {
      return Members(root, detail).refuse(name);
    }
  }
  if (found == nullptr) {
    if (command.id == 0) return true;  // a pong
    detail = "an unknown command";
    return false;
  }
  const bool sends = found->name == "send";
  if (sends != (command.id == 0)) {
    detail = sends ? "send has no id" : "the id is missing";
    return false;
  }
  return found->read(Members(request, detail), command);
}

}  // namespace

Result<Command> take_command(ByteView& frame, std::string& detail) {
  const ByteView line = frame.substr(0, frame.find('\n'));
  frame.remove_prefix(std::min(frame.size(), line.size() + 1));
  element document;
  object root;
  if (json_parser().parse(line.data(), line.size()).get(document) != simdjson::SUCCESS ||
      document.get(root) != simdjson::SUCCESS) {
    detail = "not a JSON object";
    return Errc::bad_command;
  }
  Command command;
  std::uint64_t id = 0;
  if (!Members(root, detail).read("id", id)) return Errc::bad_command;
  command.id = static_cast<std::uint32_t>(id);
  if (command.id != id) {
    detail = "the id is above 32 bits";
    return Errc::bad_command;
  }
  if (!read_request(root, command, detail)) return Errc::bad_command;
  return command;
}

}  // namespace parley::dialect::centrifuge
