// Session: one connected client as the hub knows it, and the only door through which a dialect
// acts. It checks what a client may do, then asks the Hub. Owned by the dialect of the connection,
// on the connection's home shard; destroying it leaves every channel and table at once. Callbacks
// run on the home shard, in the order of the calls, and only while the session lives.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/unique_function.h"
#include "hub/push.h"
#include "hub/transport.h"
#include "runtime/shard_affine.h"

namespace parley::hub {

class Encoder;
class Hub;
class LocalChannel;

struct SubscribeReply {
  StreamPosition position;  // live publications begin right behind it
  Members members;
};

struct PublishOptions {
  std::string ref;
  bool exclude_self = false;
};

// What a publisher is told: the id under which receivers see the message, and its time.
struct PublishReply {
  std::string id;
  std::int64_t time_ms = 0;
};

std::string publication_id(const StreamPosition& position);

class Session : private runtime::ShardAffine {
 public:
  template <class T>
  using Reply = UniqueFunction<void(Result<T>)>;

  Session(Hub& hub, std::size_t shard, Transport& transport, Encoder& encoder, std::string user);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const std::string& user() const { return user_; }
  SessionRef ref() const { return ref_; }
  Transport& transport() const { return transport_; }
  Encoder& encoder() const { return encoder_; }

  void subscribe(const std::string& channel, Reply<SubscribeReply> reply);
  void publish(const std::string& channel, Payload payload, PublishOptions options,
               Reply<PublishReply> reply);
  void send_to_user(const std::string& user, Payload payload, std::string ref,
                    Reply<PublishReply> reply);
  void typing(const std::string& channel);
  void members(const std::string& channel, Reply<Members> reply);

 private:
  friend class LocalHub;
  struct Subscription {
    LocalChannel* channel;
    std::uint32_t bucket;
    std::uint32_t place;
  };

  Hub& hub_;
  Transport& transport_;
  Encoder& encoder_;
  const std::string user_;
  SessionRef ref_;
  std::vector<Subscription> subscriptions_;
};

}  // namespace parley::hub
