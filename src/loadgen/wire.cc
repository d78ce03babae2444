#include "loadgen/wire.h"

#include "loadgen/wires.h"

namespace parley::loadgen {

std::optional<WireKind> wire_kind(ByteView name) {
  if (name == "plain") return WireKind::plain;
  if (name == "plain-json") return WireKind::plain_json;
  if (name == "centrifuge") return WireKind::centrifuge;
  if (name == "socketio") return WireKind::socketio;
  return std::nullopt;
}

ByteView wire_name(WireKind kind) {
  switch (kind) {
    case WireKind::plain: return "plain";
    case WireKind::plain_json: return "plain-json";
    case WireKind::centrifuge: return "centrifuge";
    case WireKind::socketio: return "socketio";
  }
  return "";
}

std::unique_ptr<Wire> make_wire(WireKind kind, Login login) {
  switch (kind) {
    case WireKind::plain: return make_plain_wire(std::move(login), false);
    case WireKind::plain_json: return make_plain_wire(std::move(login), true);
    case WireKind::centrifuge: return make_centrifuge_wire(std::move(login));
    case WireKind::socketio: return make_socketio_wire(std::move(login));
  }
  return nullptr;
}

}  // namespace parley::loadgen
