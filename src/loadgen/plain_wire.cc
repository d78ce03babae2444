// The plain dialect (docs/dialects/plain.md): raw messages, or envelopes with `format=json`. A
// connection is in one room, which its URL names.
#include <charconv>

#include "base/json_writer.h"
#include "base/text.h"
#include "loadgen/wires.h"

namespace parley::loadgen {
namespace {

// "6f1e02aa-3" is offset 3 of the epoch 6f1e02aa.
std::optional<Position> position_of(ByteView id) {
  const std::size_t dash = id.rfind('-');
  if (dash == ByteView::npos) return std::nullopt;
  Position position{0, std::string(id.substr(0, dash))};
  const char* end = id.data() + id.size();
  const auto [stop, error] = std::from_chars(id.data() + dash + 1, end, position.offset);
  if (error != std::errc() || stop != end) return std::nullopt;
  return position;
}

std::uint32_t number_of(ByteView ref) {
  std::uint32_t number = 0;
  std::from_chars(ref.data(), ref.data() + ref.size(), number);
  return number;
}

class PlainWire final : public Wire {
 public:
  PlainWire(Login login, bool json)
      : login_(std::move(login)),
        room_(login_.rooms.empty() ? Login::Room{"lobby"} : login_.rooms.front()),
        json_(json) {}

  std::string target() const override {
    std::string target = "/room/" + percent_encode(room_.channel) + "?";
    if (!login_.user.empty()) target += "username=" + percent_encode(login_.user) + "&";
    if (!login_.token.empty()) target += "token=" + percent_encode(login_.token) + "&";
    if (json_) target += "format=json&history=0&";
    if (json_ && room_.since) {
      target += "since=" + room_.since->epoch + "-" + std::to_string(room_.since->offset) + "&";
    }
    target.pop_back();
    return target;
  }

  void open(Out&, WireEvents& events) override {
    if (json_) return;  // the welcome tells
    events.on_ready();
    events.on_subscribed({.channel = room_.channel});
  }

  void on_message(ByteView message, Out&, WireEvents& events) override {
    if (!json_) return events.on_publication({.channel = room_.channel, .data = message});
    static thread_local JsonReader reader;
    const auto envelope = reader.parse(message);
    if (!envelope) return events.on_nonsense("no JSON object: " + std::string(message));
    on_envelope(*envelope, message, events);
  }

  void publish(std::uint32_t id, ByteView, ByteView data, Out& out) override {
    if (!json_) {
      out.emplace_back(data);
      return;
    }
    out.push_back("{\"data\":" + std::string(data) + ref(id));
  }

  bool direct(std::uint32_t id, ByteView user, ByteView data, Out& out) override {
    if (!json_) return false;
    std::string message = "{\"to\":";
    append_json_string(message, user);
    out.push_back(message + ",\"data\":" + std::string(data) + ref(id));
    return true;
  }

  bool members(std::uint32_t, ByteView, Out& out) override {
    if (json_) out.emplace_back(R"({"type":"who"})");
    return json_;
  }

 private:
  static std::string ref(std::uint32_t id) { return ",\"ref\":\"" + std::to_string(id) + "\"}"; }

  void on_envelope(const JsonObject& envelope, ByteView message, WireEvents& events) const {
    const ByteView type = envelope.text("type");
    if (type == "message") return on_message_envelope(envelope, events);
    if (type == "ack") {
      return events.on_reply(
          {.id = number_of(envelope.text("ref")), .position = position_of(envelope.text("id"))});
    }
    if (type == "error") {
      return events.on_reply({.id = number_of(envelope.text("ref")),
                              .error = static_cast<std::uint32_t>(envelope.number("code")),
                              .words = std::string(envelope.text("message"))});
    }
    if (type == "welcome") return on_welcome(envelope, events);
    if (type == "who") return on_users(envelope, events);
    if (type == "joined" || type == "left") {
      events.on_member(room_.channel, {std::string(envelope.text("user")), {}}, type == "joined");
      // Of several told together, the last one carries the list that is right behind them all.
      return envelope.has("users") ? on_users(envelope, events) : void();
    }
    const bool known = type == "typing" || type == "subscribed" || type == "unsubscribed";
    if (!known) events.on_nonsense("an envelope of no known type: " + std::string(message));
  }

  void on_message_envelope(const JsonObject& envelope, WireEvents& events) const {
    const std::string data = envelope.json("data");
    if (envelope.has("to")) return events.on_direct(envelope.text("from"), data);
    const auto position = position_of(envelope.text("id"));
    events.on_publication({.channel = envelope.text("room"),
                           .offset = position ? position->offset : 0,
                           .epoch = position ? ByteView(position->epoch) : ByteView(),
                           .data = data,
                           .user = envelope.text("from")});
  }

  // The recovered messages follow the welcome; the position is that behind them.
  void on_welcome(const JsonObject& envelope, WireEvents& events) const {
    events.on_ready();
    const auto position = position_of(envelope.text("position"));
    events.on_subscribed({.channel = room_.channel,
                          .position = position.value_or(Position{}),
                          .has_position = position.has_value(),
                          .recovered = envelope.flag("recovered")});
    on_users(envelope, events);
  }

  void on_users(const JsonObject& envelope, WireEvents& events) const {
    std::vector<Member> members;
    envelope.each_of("users", [&members](simdjson::dom::element user) {
      std::string_view name;
      if (user.get(name) == simdjson::SUCCESS) members.push_back({std::string(name), {}});
    });
    events.on_members(room_.channel, members);
  }

  const Login login_;
  const Login::Room room_;
  const bool json_;
};

}  // namespace

std::unique_ptr<Wire> make_plain_wire(Login login, bool json) {
  return std::make_unique<PlainWire>(std::move(login), json);
}

}  // namespace parley::loadgen
