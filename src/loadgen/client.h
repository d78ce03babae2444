// Client: one WebSocket connection from the client's side: connects, shakes hands, speaks a Wire,
// answers pings, and tells how it ended. It can misbehave on purpose: vanish, freeze. Lives on its
// shard; owned by a load or a test, which may destroy it in on_ended() or between turns, but in no
// other of its events. After it ended, open() begins anew.
#pragma once

#include <memory>
#include <string>

#include "base/local_ptr.h"
#include "loadgen/endpoint.h"
#include "loadgen/wire.h"
#include "runtime/outbox.h"
#include "runtime/shard.h"
#include "runtime/tls_context.h"
#include "ws/deflate.h"
#include "ws/message_reader.h"

namespace parley::loadgen {

// What the clients of one shard share; outlives them.
struct ClientContext {
  runtime::Shard& shard;
  std::shared_ptr<const runtime::TlsContext> tls = nullptr;  // set for wss://
  bool deflate = false;                                      // offer permessage-deflate
  Duration connect_timeout{10'000};
  ws::Inflater inflater{};
  // Counted by all clients of the shard
  std::uint64_t bytes_received = 0;
  std::uint64_t messages_received = 0;
};

struct Ending {
  bool was_open = false;   // the handshake had been done
  bool refused = false;    // nobody listens there
  std::uint16_t code = 0;  // of the server's close frame; 0: the connection just ended
  std::string words{};     // for people: "HTTP 403: …", "nothing listens at …"
};

class ClientEvents : public WireEvents {
 public:
  // Every message before its meaning is looked at: a load may know its own by a mark, and answers
  // true then.
  virtual bool take(ByteView) { return false; }
  virtual void on_ended(const Ending& ending) = 0;  // once for each open()

 protected:
  ~ClientEvents() = default;
};

class Client final : private runtime::Flushable,
                     private runtime::FdEvents,
                     private runtime::Timer,
                     private ws::MessageSink {
 public:
  Client(ClientContext& context, const Endpoint& endpoint, ClientEvents& events);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `serial` chooses the source address; see start_connecting().
  void open(WireKind kind, Login login, std::uint64_t serial);
  bool is_open() const { return phase_ == Phase::open; }
  bool is_over() const { return phase_ == Phase::over; }
  bool is_compressed() const { return deflate_; }

  // Ignored unless it is open.
  void publish(std::uint32_t id, ByteView channel, ByteView data);
  bool direct(std::uint32_t id, ByteView user, ByteView data);
  bool members(std::uint32_t id, ByteView channel);

  void close(std::uint16_t code);  // politely; on_ended() follows
  void drop();                     // resets the connection; on_ended() follows
  // Neither reads nor answers from now on, as a machine that was switched off.
  void freeze();
  void thaw();

 private:
  enum class Phase : std::uint8_t { over, connecting, upgrading, open };

  // runtime
  void on_readable() override;
  void on_writable() override;
  void on_timer() override;
  void flush() override;
  // ws::MessageSink
  bool on_message(ws::Opcode kind, ByteView payload) override;
  bool on_ping(ByteView payload) override;
  bool on_pong(ByteView) override { return true; }
  void on_close(std::optional<std::uint16_t> code, ByteView reason) override;

  void connected();
  void read_response(std::span<char> bytes);
  void read_frames(std::span<char> bytes);
  void say(Wire::Out& messages);
  void send(ws::Opcode opcode, ByteView payload);
  void write();
  void end(Ending ending);

  ClientContext& context_;
  const Endpoint& endpoint_;
  ClientEvents& events_;
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<runtime::Stream> stream_;
  int fd_ = -1;  // the stream's own
  runtime::Outbox outbox_;
  std::unique_ptr<ws::MessageReader> reader_;
  std::string response_;  // of the handshake, so far
  std::string key_;
  std::optional<Ending> ending_;  // to be told at the end of the turn
  std::uint32_t next_mask_ = 1;
  Phase phase_ = Phase::over;
  bool deflate_ = false;
  bool frozen_ = false;
};

}  // namespace parley::loadgen
