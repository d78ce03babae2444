// Dialect: what the bytes of a client mean. One object per connection, on its shard, between the
// transport (which carries messages and knows no meaning) and a hub::Session (which knows no
// bytes). A dialect kind has two halves: this stateful one, and a stateless PayloadWriter for
// pushes, whose output is encoded once for all clients of the same format.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/unique_function.h"
#include "hub/encoder.h"
#include "hub/transport.h"

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
  virtual ~PayloadWriter() = default;
  // What a client of this format receives for the push; nothing if it is not told. May write into
  // `scratch` and return a view of it. Called on any shard.
  virtual std::optional<WireMessage> write(const hub::Push& push, std::string& scratch) const = 0;
};

// The connection as its dialect sees it. Outlives the dialect.
class Connection : public hub::Transport {
 public:
  virtual std::size_t shard() const = 0;
  // The shard's one encoder that joins this writer with this connection's framing.
  virtual hub::Encoder& encoder(const PayloadWriter& writer) = 0;
  virtual void reply(const WireMessage& message) = 0;  // to this client alone, in order

 protected:
  ~Connection() = default;
};

class Dialect {
 public:
  virtual ~Dialect() = default;                      // the client is gone: leaves the hub
  virtual void on_open(Connection& connection) = 0;  // once, first
  virtual void on_message(const WireMessage& message) = 0;
  // Calls `done` when everything that the client said so far has been delivered; not if it leaves.
  virtual void settle(UniqueFunction<void()> done) = 0;
};

// What the opening request said.
struct ConnectRequest {
  std::string path;                                                    // decoded
  std::function<std::optional<std::string>(ByteView name)> parameter;  // of the query, decoded
};

// Makes the dialect of a new connection, or refuses. Immutable, shared by all shards.
class DialectKind {
 public:
  virtual ~DialectKind() = default;
  virtual bool serves(ByteView path) const = 0;
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
  std::size_t room_name_bytes = 255;
  std::uint64_t publish_rate = 0;  // messages a second and connection; 0: any
  std::string token_secret;        // empty: development mode, every name is believed
};

// docs/dialects/plain.md
std::unique_ptr<DialectKind> make_plain(PlainOptions options);

}  // namespace parley::dialect
