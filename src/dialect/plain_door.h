// PlainDoor: who comes in by the plain dialect, and to what: reads a request's room, its choices,
// its position and its token, and refuses with words. Shared by the WebSocket and by polling, so
// that both let the same people into the same rooms. Immutable, shared by all shards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dialect/dialect.h"
#include "hub/session.h"

namespace parley::dialect {

// Browsers cannot set headers on a WebSocket: new WebSocket(url, ['access_token', token]).
inline constexpr ByteView kTokenProtocol = "access_token";

// What one connection chose in its URL, and what its token says: for as long as it lives.
struct PlainTerms {
  std::string room;
  Bytes pong;
  bool json = false;
  bool echo_self = true;
};

// And until it has joined its room.
struct PlainOpening : PlainTerms {
  hub::Identity identity;
  hub::SubscribeOptions subscribe;
  std::optional<std::int64_t> expires_at;
  bool wants_position = false;
};

// One look at the newest messages of a room, or at those behind a position.
struct PlainPoll {
  std::string room;
  std::optional<hub::StreamPosition> since;
  std::size_t limit = 0;
};

class PlainDoor {
 public:
  explicit PlainDoor(PlainOptions options);

  const PlainOptions& options() const { return options_; }
  bool serves(ByteView path) const;
  Result<PlainOpening> open(const ConnectRequest& request, const hub::Hub& hub,
                            std::string& detail) const;
  // Of the same room, user and token; ?since= and ?limit= say what is wanted.
  Result<PlainPoll> poll(const ConnectRequest& request, const hub::Hub& hub,
                         std::string& detail) const;

 private:
  // Each answers Errc{} when all is well.
  Errc read_room(const ConnectRequest& request, const hub::Hub& hub, PlainOpening& opening,
                 std::string& detail) const;
  Errc read_format(const ConnectRequest& request, PlainOpening& opening, std::string& detail) const;
  Errc read_history(const ConnectRequest& request, PlainOpening& opening,
                    std::string& detail) const;
  static Errc read_since(const ConnectRequest& request, PlainOpening& opening, std::string& detail);
  Errc read_limit(const ConnectRequest& request, PlainOpening& opening, std::string& detail) const;
  Errc identify(const ConnectRequest& request, PlainOpening& opening, std::string& detail) const;

  const PlainOptions options_;
  const std::string room_prefix_;
  const Bytes pong_;
};

}  // namespace parley::dialect
