// The Centrifuge client protocol, version 2, as JSON (docs/dialects/centrifuge.md): one or more
// objects a message, a line each. A connection may be in many channels.
#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "base/text.h"
#include "loadgen/wires.h"

namespace parley::loadgen {
namespace {

// Ids of the wire's own commands begin here; below it they are the caller's.
constexpr std::uint32_t kFirstOwnId = 1U << 31;

Member member_of(const JsonObject& info) {
  return {std::string(info.text("user")), std::string(info.text("client"))};
}

class CentrifugeWire final : public Wire {
 public:
  explicit CentrifugeWire(Login login) : login_(std::move(login)) {}

  std::string target() const override {
    std::string target = "/connection/websocket";
    if (login_.token.empty() && !login_.user.empty()) {
      target += "?username=" + percent_encode(login_.user);
    }
    return target;
  }

  void open(Out& out, WireEvents&) override {
    std::string command = head(kFirstOwnId, "connect");
    JsonWriter writer(command);
    writer.begin_object();
    if (!login_.token.empty()) writer.member("token", login_.token);
    writer.end_object();
    out.push_back(command + "}");
  }

  void on_message(ByteView message, Out& out, WireEvents& events) override {
    while (!message.empty()) {
      const std::size_t end = std::min(message.find('\n'), message.size());
      if (end > 0) on_object(message.substr(0, end), out, events);
      message.remove_prefix(std::min(end + 1, message.size()));
    }
  }

  void publish(std::uint32_t id, ByteView channel, ByteView data, Out& out) override {
    std::string command = head(id, "publish") + "{\"channel\":";
    append_json_string(command, channel);
    out.push_back(command + ",\"data\":" + std::string(data) + "}}");
  }

  bool direct(std::uint32_t, ByteView, ByteView, Out&) override { return false; }

  bool members(std::uint32_t id, ByteView channel, Out& out) override {
    asked_[id] = channel;
    std::string command = head(id, "presence") + "{\"channel\":";
    append_json_string(command, channel);
    out.push_back(command + "}}");
    return true;
  }

 private:
  static std::string head(std::uint32_t id, ByteView method) {
    return "{\"id\":" + std::to_string(id) + ",\"" + std::string(method) + "\":";
  }

  void on_object(ByteView json, Out& out, WireEvents& events) {
    static thread_local JsonReader reader;
    const auto object = reader.parse(json);
    if (!object) return events.on_nonsense("no JSON object: " + std::string(json));
    if (const auto push = object->object("push")) return on_push(*push, events);
    if (!object->has("id")) {
      // An empty object is the server's ping, and the answer to it.
      if (trim(json) == "{}") {
        out.emplace_back("{}");
      } else {
        events.on_nonsense("neither reply nor push: " + std::string(json));
      }
      return;
    }
    on_answer(static_cast<std::uint32_t>(object->number("id")), *object, out, events);
  }

  void on_answer(std::uint32_t id, const JsonObject& answer, Out& out, WireEvents& events) {
    Reply reply{.id = id};
    if (const auto error = answer.object("error")) {
      reply.error = static_cast<std::uint32_t>(error->number("code"));
      reply.words = error->text("message");
    }
    if (const auto asked = asked_.extract(id)) {
      if (const auto subscribed = answer.object("subscribe")) {
        return on_subscribe_answer(asked.mapped(), *subscribed, events);
      }
      if (reply.error != 0 && id >= kFirstOwnId) {
        return events.on_subscribe_refused(asked.mapped(), reply);
      }
      if (const auto presence = answer.object("presence")) {
        return on_presence(asked.mapped(), *presence, events);
      }
    }
    if (id != kFirstOwnId) return events.on_reply(reply);
    if (reply.error != 0) {
      return events.on_nonsense("the connect command was refused: " + reply.words);
    }
    events.on_ready();
    subscribe_all(out);
  }

  void subscribe_all(Out& out) {
    std::uint32_t id = kFirstOwnId;
    for (const Login::Room& room : login_.rooms) {
      asked_[++id] = room.channel;
      std::string command = head(id, "subscribe");
      JsonWriter writer(command);
      writer.begin_object().member("channel", room.channel);
      if (login_.join_leave) writer.member("join_leave", true);
      if (room.since) {
        writer.member("recover", true)
            .member("offset", room.since->offset)
            .member("epoch", room.since->epoch);
      }
      writer.end_object();
      out.push_back(command + "}");
    }
  }

  void on_subscribe_answer(const std::string& channel, const JsonObject& answer,
                           WireEvents& events) const {
    const std::string epoch(answer.text("epoch"));
    // With recovered publications the offset is that before them.
    std::uint64_t offset = answer.number("offset");
    answer.each_of("publications", [&offset](simdjson::dom::element publication) {
      offset = std::max(offset, JsonObject(publication).number("offset"));
    });
    events.on_subscribed({.channel = channel,
                          .position = {offset, epoch},
                          .has_position = answer.has("epoch"),
                          .recovered = answer.flag("recovered")});
    answer.each_of("publications", [&](simdjson::dom::element publication) {
      on_publication(channel, epoch, JsonObject(publication), events);
    });
  }

  static void on_publication(ByteView channel, ByteView epoch, const JsonObject& publication,
                             WireEvents& events) {
    const std::string data = publication.json("data");
    const auto info = publication.object("info");
    events.on_publication({.channel = channel,
                           .offset = publication.number("offset"),
                           .epoch = epoch,
                           .data = data,
                           .user = info ? info->text("user") : ByteView()});
  }

  static void on_presence(ByteView channel, const JsonObject& answer, WireEvents& events) {
    std::vector<Member> members;
    if (const auto presence = answer.object("presence")) {
      presence->each_member([&members](std::string_view, simdjson::dom::element info) {
        members.push_back(member_of(JsonObject(info)));
      });
    }
    events.on_members(channel, members);
  }

  static void on_push(const JsonObject& push, WireEvents& events) {
    const ByteView channel = push.text("channel");
    if (const auto publication = push.object("pub")) {
      return on_publication(channel, {}, *publication, events);
    }
    for (const bool joined : {true, false}) {
      const auto member = push.object(joined ? "join" : "leave");
      const auto info = member ? member->object("info") : std::nullopt;
      if (info) return events.on_member(channel, member_of(*info), joined);
    }
    if (const auto unsubscribe = push.object("unsubscribe")) {
      return events.on_unsubscribed(channel,
                                    static_cast<std::uint32_t>(unsubscribe->number("code")));
    }
    if (const auto message = push.object("message")) {
      return events.on_direct({}, message->json("data"));
    }
    const bool known = push.has("subscribe") || push.has("disconnect") || push.has("refresh") ||
                       push.has("connect");
    if (!known) events.on_nonsense("a push of no known kind in channel " + std::string(channel));
  }

  const Login login_;
  std::map<std::uint32_t, std::string> asked_;  // channels, by the id of the command
};

}  // namespace

std::unique_ptr<Wire> make_centrifuge_wire(Login login) {
  return std::make_unique<CentrifugeWire>(std::move(login));
}

}  // namespace parley::loadgen
