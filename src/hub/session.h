// Session: one connected client as the hub knows it, and the only door through which a dialect
// acts. It checks what the channel's rules let this client do, then asks the Hub. Owned by the
// dialect of the connection, on the connection's home shard; destroying it leaves every channel and
// table at once. Replies run on the home shard and only while the session lives; those about one
// channel come in the order of the calls.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/unique_function.h"
#include "hub/broker.h"
#include "hub/presence.h"
#include "hub/push.h"
#include "hub/transport.h"
#include "runtime/shard_affine.h"

namespace parley::hub {

class Encoder;
class Hub;
class LocalChannel;

struct Identity {
  Bytes user;  // empty: anonymous
  ConnectionId id = ConnectionId::random();
  // What the client's publications are excluded by: its own id, or one that stays the same while it
  // reconnects and that nobody else knows.
  ConnectionId origin = id;
  Bytes info = {};            // JSON; empty: none
  bool unrestricted = false;  // the channels' access rules do not bind it
};

// What a token or the back end grants with one subscription.
struct Grant {
  Bytes channel_info{};                      // JSON; empty: none
  Bytes data{};                              // for the client, told with the subscription; JSON
  std::optional<std::int64_t> expires_at{};  // seconds since 1970; the dialect sees to it
  // Instead of the channel's rules
  std::optional<bool> presence{};
  std::optional<JoinLeave> join_leave{};
  std::optional<bool> recovers{};
};

// The formats of a session's pushes: one that tells joins and leaves, one that does not.
struct Encoders {
  Encoder* full;
  Encoder* without_join_leave;
};

struct SubscribeOptions {
  std::optional<Grant> grant = {};           // none: the client asks on its own
  std::optional<StreamPosition> since = {};  // recover what came behind it
  // Or, without `since`, the newest publications, which takes the right to read the history.
  std::size_t recent = 0;
  bool members = false;     // the reply lists who is here, to those who may see it
  bool join_leave = false;  // be told who comes and goes, if the rules say on_request
};

struct SubscribeReply {
  StreamPosition position;  // live publications begin right behind it
  bool positioned = false;  // the channel has a history, so the position means something
  bool recoverable = false;
  bool recovered = false;                 // nothing is missing between `since` and `position`
  std::vector<Publication> publications;  // oldest first, without those the client itself excludes
  Members members;
  Bytes data;  // as granted
  std::optional<std::int64_t> expires_at;
};

struct PublishOptions {
  std::string ref = {};
  bool exclude_self = false;
  Tags tags = {};
  // A second publication with the same key is answered as the first and not sent again.
  std::string idempotency_key = {};
};

// What a publisher is told: where the publication stands in the stream, and its time.
struct PublishReply {
  StreamPosition position;
  std::int64_t time_ms = 0;
};

// The id of a publication, or of the position that it was given: unique in its channel.
std::string publication_id(const StreamPosition& position);

struct Refresh {
  bool expired = false;                    // now
  std::optional<std::int64_t> expires_at;  // seconds since 1970; none: never
  Bytes info;                              // JSON; empty: as before
};

// What others do to a session: the dialect tells its client. Called between the client's own
// messages, never within a call of the dialect's.
class SessionEvents {
 public:
  virtual void on_subscribed(const std::string& channel, SubscribeReply reply) = 0;
  virtual void on_unsubscribed(const std::string& channel, Errc reason) = 0;
  virtual void on_refreshed(const Refresh& refresh) = 0;

 protected:
  ~SessionEvents() = default;
};

class Session : private runtime::ShardAffine {
 public:
  template <class T>
  using Reply = UniqueFunction<void(Result<T>)>;

  Session(Hub& hub, std::size_t shard, Transport& transport, Encoders encoders,
          SessionEvents& events, Identity identity);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Identity& identity() const { return identity_; }
  ByteView user() const { return identity_.user; }
  SessionRef ref() const { return ref_; }
  Transport& transport() const { return *transport_; }
  // What it is sent from now on goes there.
  void move_to(Transport& transport) { transport_ = &transport; }
  const Encoders& encoders() const { return encoders_; }
  SessionEvents& events() const { return events_; }
  ClientInfo client_info(ByteView channel) const;
  void set_info(Bytes info) { identity_.info = std::move(info); }

  void subscribe(const std::string& channel, SubscribeOptions options, Reply<SubscribeReply> reply);
  bool unsubscribe(const std::string& channel);  // false: it was not subscribed
  bool is_subscribed(ByteView channel) const;
  std::vector<std::string> channels() const;

  void publish(const std::string& channel, Payload payload, PublishOptions options,
               Reply<PublishReply> reply);
  void history(const std::string& channel, HistoryQuery query, Reply<HistoryPage> reply);
  void presence(const std::string& channel, Reply<std::vector<ClientInfo>> reply);
  void presence_stats(const std::string& channel, Reply<PresenceStats> reply);
  void members(const std::string& channel, Reply<Members> reply);
  void send_to_user(const std::string& user, Payload payload, std::string ref,
                    Reply<PublishReply> reply);
  void typing(const std::string& channel);
  // Calls `done` when all that it published to the channel so far has been delivered here.
  void settle(const std::string& channel, UniqueFunction<void()> done);

 private:
  friend class Hub;
  friend class LocalHub;

  struct Subscription {
    LocalChannel* channel;
    std::uint32_t place;
    std::uint16_t bucket;
    bool granted;
    Bytes channel_info;
  };
  // Its owner is being asked. The ticket tells this attempt from one that was given up before.
  struct Pending {
    std::string channel;
    std::uint32_t ticket;
    bool granted;
    Bytes channel_info;
  };

  const Subscription* find(ByteView channel) const;
  const Pending* find_pending(ByteView channel) const;
  std::optional<Pending> take_pending(std::uint32_t ticket);  // nothing: it was given up
  bool is_permitted(Access access, ByteView channel) const;
  // What the rules say of `what` in the channel; refuses through `reply`.
  template <class T>
  bool may(Access ChannelRules::*what, ByteView channel, Reply<T>& reply) const;
  Errc check_subscribe(const ChannelRules* rules, const std::string& channel,
                       const SubscribeOptions& options) const;

  Hub& hub_;
  Transport* transport_;
  const Encoders encoders_;
  SessionEvents& events_;
  Identity identity_;
  SessionRef ref_;
  std::vector<Subscription> subscriptions_;
  std::vector<Pending> pending_;  // holds no memory while empty
  std::uint32_t next_ticket_ = 0;
};

}  // namespace parley::hub
