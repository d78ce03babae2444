#include "hub/session.h"

#include "hub/hub.h"

namespace parley::hub {

std::string publication_id(const StreamPosition& position) {
  return position.epoch + "-" + std::to_string(position.offset);
}

Session::Session(Hub& hub, std::size_t shard, Transport& transport, Encoder& encoder,
                 std::string user)
    : hub_(hub),
      transport_(transport),
      encoder_(encoder),
      user_(std::move(user)),
      ref_(hub.local(shard).attach(*this)) {}

Session::~Session() {
  assert_home();
  for (const std::string& channel : hub_.local(ref_.shard).detach(*this)) {
    hub_.unsubscribe(channel, user_, ref_.shard);
  }
}

void Session::subscribe(const std::string& channel, Reply<SubscribeReply> reply) {
  assert_home();
  hub_.subscribe(*this, channel, std::move(reply));
}

void Session::publish(const std::string& channel, Payload payload, PublishOptions options,
                      Reply<PublishReply> reply) {
  assert_home();
  Publication publication;
  publication.channel = channel;
  publication.payload = std::move(payload);
  publication.publisher = user_;
  publication.ref = std::move(options.ref);
  if (options.exclude_self) publication.exclude = ref_;
  hub_.publish(*this, std::move(publication), std::move(reply));
}

void Session::send_to_user(const std::string& user, Payload payload, std::string ref,
                           Reply<PublishReply> reply) {
  assert_home();
  constexpr std::size_t kIdBytes = 9;  // enough never to meet again, short enough to read
  hub_.send_to_user(
      *this, DirectMessage{random_id(kIdBytes), user_, user, std::move(ref), std::move(payload), 0},
      std::move(reply));
}

void Session::typing(const std::string& channel) {
  assert_home();
  hub_.typing(Typing{channel, user_, ref_, 0});
}

void Session::members(const std::string& channel, Reply<Members> reply) {
  assert_home();
  hub_.members(*this, channel, std::move(reply));
}

}  // namespace parley::hub
