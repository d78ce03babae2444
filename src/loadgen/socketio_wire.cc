// Socket.IO over a WebSocket (Engine.IO 4, Socket.IO 5): packets "0" open, "2" ping, "40" connect,
// "42[…]" event. Everything is the event "message" with one argument; rooms are the server's
// business.
#include "base/json_writer.h"
#include "loadgen/wires.h"

namespace parley::loadgen {
namespace {

constexpr ByteView kEvent = "42[\"message\",";

class SocketioWire final : public Wire {
 public:
  explicit SocketioWire(Login login)
      : channel_(login.rooms.empty() ? "lobby" : login.rooms.front().channel) {}

  std::string target() const override { return "/socket.io/?EIO=4&transport=websocket"; }

  void open(Out&, WireEvents&) override {}  // the server opens

  void on_message(ByteView message, Out& out, WireEvents& events) override {
    if (message.starts_with('0')) {
      out.emplace_back("40");
    } else if (message.starts_with('2')) {
      out.emplace_back("3");
    } else if (message.starts_with("40")) {
      events.on_ready();
      events.on_subscribed({.channel = channel_});
    } else if (message.starts_with(kEvent) && message.ends_with(']')) {
      message.remove_prefix(kEvent.size());
      message.remove_suffix(1);
      events.on_publication({.channel = channel_, .data = message});
    } else {
      events.on_nonsense("no packet that was expected: " + std::string(message));
    }
  }

  void publish(std::uint32_t, ByteView, ByteView data, Out& out) override {
    out.push_back(std::string(kEvent) + std::string(data) + "]");
  }

  bool direct(std::uint32_t, ByteView, ByteView, Out&) override { return false; }
  bool members(std::uint32_t, ByteView, Out&) override { return false; }

 private:
  const std::string channel_;
};

}  // namespace

std::unique_ptr<Wire> make_socketio_wire(Login login) {
  return std::make_unique<SocketioWire>(std::move(login));
}

}  // namespace parley::loadgen
