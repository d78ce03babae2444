// Wire: the client's end of a dialect: what to say, and what the server's messages mean. Messages
// in, messages out: it knows no socket. Written apart from the server's codecs on purpose, so that
// a fault of theirs cannot hide in the client that looks for it. One per connection attempt, on the
// client's shard.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace parley::loadgen {

// A place in the stream of a channel.
struct Position {
  std::uint64_t offset = 0;
  std::string epoch;
  bool operator==(const Position&) const = default;
};

// Who connects, and where it wants to be. A `since` asks to recover what came behind it.
struct Login {
  std::string user = {};
  std::string token = {};
  struct Room {
    std::string channel;
    std::optional<Position> since = {};
  };
  std::vector<Room> rooms = {};
  bool join_leave = false;  // hear who comes and goes, where the client may choose
};

struct Subscribed {
  ByteView channel{};
  Position position{};  // where the stream stands; the recovered ones lead up to it
  bool has_position = false;
  bool recovered = false;  // it asked for what it missed, and nothing of it is missing
};

struct Publication {
  ByteView channel{};
  std::uint64_t offset = 0;  // 0: the server did not say
  ByteView epoch = {};       // empty: that of the subscription
  ByteView data{};           // JSON text, or the bytes of a plain client
  ByteView user = {};
};

struct Member {
  std::string user;
  std::string connection;  // empty where the dialect tells users only
};

struct Reply {
  std::uint32_t id = 0;
  std::uint32_t error = 0;  // 0: done
  std::string words = {};
  std::optional<Position> position = {};  // of a publication, where the dialect tells it
};

// What a wire hears. Views live until the call returns.
class WireEvents {
 public:
  virtual void on_ready() = 0;  // known to the server, and (plain) in the room
  virtual void on_subscribed(const Subscribed& subscribed) = 0;
  virtual void on_subscribe_refused(ByteView channel, const Reply& reply) = 0;
  virtual void on_unsubscribed(ByteView channel, std::uint32_t code) = 0;
  virtual void on_publication(const Publication& publication) = 0;
  virtual void on_direct(ByteView from, ByteView data) = 0;
  virtual void on_member(ByteView channel, const Member& member, bool joined) = 0;
  virtual void on_members(ByteView channel, const std::vector<Member>& members) = 0;
  virtual void on_reply(const Reply& reply) = 0;
  virtual void on_nonsense(std::string words) = 0;  // a message that breaks the dialect

 protected:
  ~WireEvents() = default;
};

class Wire {
 public:
  virtual ~Wire() = default;

  // The request's path and query, where the endpoint names no path of its own.
  virtual std::string target() const = 0;
  // Each of these appends what to send, as messages of one frame each, to `out`.
  using Out = std::vector<std::string>;
  virtual void open(Out& out, WireEvents& events) = 0;  // the handshake is done
  virtual void on_message(ByteView message, Out& out, WireEvents& events) = 0;
  // `data` is JSON. The reply carries the id, which is not 0.
  virtual void publish(std::uint32_t id, ByteView channel, ByteView data, Out& out) = 0;
  // False: the dialect has no such thing.
  virtual bool direct(std::uint32_t id, ByteView user, ByteView data, Out& out) = 0;
  virtual bool members(std::uint32_t id, ByteView channel, Out& out) = 0;
};

enum class WireKind {
  plain,       // raw messages, as `new WebSocket(url)` has them: any server that echoes or spreads
  plain_json,  // Parley's plain dialect with envelopes
  centrifuge,  // the Centrifuge protocol, JSON
  socketio,    // Engine.IO 4 over WebSocket, the event "message"
};
std::optional<WireKind> wire_kind(ByteView name);
ByteView wire_name(WireKind kind);
std::unique_ptr<Wire> make_wire(WireKind kind, Login login);

}  // namespace parley::loadgen
