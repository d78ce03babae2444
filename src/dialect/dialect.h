// Dialect: what the bytes of a client mean. One object per connection, on its shard, between the
// transport (which carries messages and knows no meaning) and a hub::Session (which knows no
// bytes). A dialect kind has two halves: this stateful one, and a stateless PayloadWriter for
// pushes, whose output is encoded once for all clients of the same format.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/unique_function.h"
#include "hub/encoder.h"
#include "hub/transport.h"

namespace parley::auth {
class Verifier;
}
namespace parley::hub {
class Hub;
}

namespace parley::dialect {

// A message as the transport carries it. The bytes are valid until the call that got them returns.
struct WireMessage {
  bool binary = false;  // otherwise text, valid UTF-8
  ByteView data;
};

class PayloadWriter {
 public:
  using Emit = std::function<void(const WireMessage&)>;

  virtual ~PayloadWriter() = default;
  // Emits what a client of this format receives for the push: any number of messages, none if it is
  // not told. May write into `scratch` and emit views of it. Called on any shard.
  virtual void write(const hub::Push& push, std::string& scratch, const Emit& emit) const = 0;
};

// The connection as its dialect sees it. Outlives the dialect.
class Connection : public hub::Transport {
 public:
  virtual std::size_t shard() const = 0;
  // The shard's one encoder that joins this writer with this connection's framing.
  virtual hub::Encoder& encoder(const PayloadWriter& writer) = 0;
  virtual void reply(const WireMessage& message) = 0;  // to this client alone, in order
  // Dialect::on_tick() after this time; replaces the time asked for before.
  virtual void wake_in(Duration delay) = 0;
  // The dialect looks after signs of life itself: no pings of the transport's from now on.
  virtual void use_own_heartbeat() = 0;

 protected:
  ~Connection() = default;
};

// What the client is told when the server ends the connection.
struct CloseWords {
  std::uint16_t code;
  std::string text;  // at most 123 bytes of UTF-8
};

class Dialect {
 public:
  virtual ~Dialect() = default;                      // the client is gone: leaves the hub
  virtual void on_open(Connection& connection) = 0;  // once, first
  virtual void on_message(const WireMessage& message) = 0;
  virtual void on_tick() {}
  // Calls `done` when everything that the client said so far has been delivered; not if it leaves.
  virtual void settle(UniqueFunction<void()> done) = 0;
  // The words of this dialect for the reason; those of the catalogue unless it has its own.
  virtual CloseWords close_words(const hub::Disconnect& disconnect) const;
};

// What the opening request said.
struct ConnectRequest {
  std::string path;                                                    // decoded
  std::function<std::optional<std::string>(ByteView name)> parameter;  // of the query, decoded
  std::vector<std::string> subprotocols;                               // offered
  bool insecure = false;  // the listener lets everybody do everything
};

// Makes the dialect of a new connection, or refuses. Immutable, shared by all shards.
class DialectKind {
 public:
  virtual ~DialectKind() = default;
  virtual bool serves(ByteView path) const = 0;
  // Those that the server may choose from what a client offers.
  virtual std::vector<std::string> subprotocols() const { return {}; }
  // On refusal `detail` says in words what was wrong; the request is answered with the code's
  // status.
  virtual Result<std::unique_ptr<Dialect>> connect(const ConnectRequest& request, hub::Hub& hub,
                                                   std::string& detail) const = 0;
};

struct PlainOptions {
  std::string echo_path = "/echo";  // the room "echo"
  std::string room_path = "/room";  // room_path/NAME is the room NAME
  std::string ping = "ping";        // empty: no text heartbeat
  std::string pong = "pong";
  std::size_t user_name_bytes = 128;
  std::size_t history_page = 1000;           // publications that ?history=N may ask for
  std::uint64_t publish_rate = 0;            // messages a second and connection; 0: any
  const auth::Verifier* verifier = nullptr;  // null: development mode, every name is believed
};

// docs/dialects/plain.md
std::unique_ptr<DialectKind> make_plain(PlainOptions options);

struct CentrifugeOptions {
  std::string path = "/connection/websocket";
  std::string server_version = "parley";
  Duration ping_interval{25'000};
  Duration pong_timeout{8'000};
  Duration authentication_timeout{10'000};  // from opening to the connect command
  Duration expiry_grace{25'000};            // for refreshing an expired token
  std::size_t pending_commands = 1024;      // of one connection, waiting for their turn
  std::size_t user_name_bytes = 128;
  std::uint64_t publish_rate = 0;  // commands a second and connection; 0: any
  bool allow_anonymous = false;    // a client without a token may connect
  // Null: development mode; every name in ?username= is believed, and none is needed.
  const auth::Verifier* verifier = nullptr;
};

// docs/dialects/centrifuge.md
std::unique_ptr<DialectKind> make_centrifuge(CentrifugeOptions options);

}  // namespace parley::dialect
