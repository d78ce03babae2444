// Channel names and the rules that belong to them. A channel is the same bytes in every dialect,
// and so are its rules: a room of the plain dialect is the channel of that name. "chat:tea" belongs
// to the namespace "chat", a name without a colon to the default namespace.
//   $secret          only with a token that names the channel
//   dialog#ann,bob   only for the users behind the '#'; "#ann" is Ann's personal channel
// Immutable once the server runs, read by all shards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace parley::hub {

// 1 to max_bytes bytes of UTF-8 without control characters.
bool is_valid_channel_name(ByteView name, std::size_t max_bytes);
bool is_valid_user_name(ByteView name, std::size_t max_bytes);

// Who may do a thing, each more than the one before. The back end always may.
enum class Access : std::uint8_t {
  backend,     // nobody else
  token,       // whose subscription a token or the back end has granted
  subscriber,  // who is subscribed
  anyone,      // who is connected
};

enum class JoinLeave : std::uint8_t { off, on_request, everyone };

enum class Recovery : std::uint8_t {
  off,
  stream,  // everything that was missed
  cache,   // the newest publication
};

// What happens to a client that has limits.outbox_bytes waiting.
enum class SlowConsumer : std::uint8_t { disconnect, drop_oldest, newest_per_key };

struct ChannelRules {
  std::string name_space;  // empty: the default
  Access subscribe = Access::anyone;
  Access publish = Access::subscriber;
  Access see_presence = Access::subscriber;
  Access read_history = Access::subscriber;
  bool presence = true;
  JoinLeave join_leave = JoinLeave::on_request;
  std::uint64_t history_size = 256;  // publications; 0: none
  Duration history_ttl{600'000};     // of each publication
  Recovery recovery = Recovery::stream;
  bool durable = false;  // kept on disk, and acknowledged when it is there
  SlowConsumer slow_consumer = SlowConsumer::disconnect;
  std::uint64_t message_bytes = 0;  // 0: what the transport allows
  std::uint64_t message_rate = 0;   // a second and channel; 0: any

  bool has_history() const { return history_size > 0; }
  bool recovers() const { return recovery != Recovery::off && has_history(); }
};

class RuleBook {
 public:
  // The first rules are the default namespace's.
  explicit RuleBook(std::vector<ChannelRules> rules = {{}});
  // Null: the name's namespace is not configured.
  const ChannelRules* find(ByteView channel) const;

 private:
  std::vector<ChannelRules> rules_;
};

bool needs_token(ByteView channel);
bool is_limited_to_users(ByteView channel);
// Is the user one of those behind the '#'?
bool is_for_user(ByteView channel, ByteView user);
// Without a token that grants it.
bool may_subscribe(const ChannelRules& rules, ByteView channel, ByteView user);

}  // namespace parley::hub
