// Truth: what is known of one channel's messages: which were published, how each publish ended, and
// under which offset of which stream each was seen. The checker compares every client's view with
// it. Forgets what no client can meet any more. Pure logic; times are since the run began.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "loadgen/named_message.h"
#include "loadgen/violation.h"

namespace parley::loadgen {

// How a publish ended. Unknown: the connection was lost before the answer, so the message may
// appear once or never.
enum class Outcome : std::uint8_t { pending, acked, refused, unknown };

// What was published between a start of the server and its end belongs to one life of the server.
using ServerLife = std::uint32_t;

// The messages under one epoch; offsets count 1, 2, 3, …
struct Stream {
  std::string epoch;
  ServerLife life = 0;      // in which it was seen first
  std::uint64_t top = 0;    // the highest offset that anybody was told of
  Sighting top_told = {};   // by what
  std::uint64_t floor = 0;  // what a later life of the server, from this one on, may not be below
  ServerLife floor_life = 0;
  std::unordered_map<std::uint64_t, MessageName> names = {};  // by offset

  void rise(std::uint64_t offset, Duration now, const std::string& told) {
    if (offset <= top) return;
    top = offset;
    top_told = {now, told};
  }
};

struct TrackedMessage {
  Outcome outcome = Outcome::pending;
  ServerLife life = 0;
  Duration sent{0};
  Duration settled{0};             // when its outcome was known
  const Stream* stream = nullptr;  // where it was seen first; null: nobody got it
  std::uint64_t offset = 0;
  Duration seen{0};
  std::string seen_by = {};
};

class ChannelTruth {
 public:
  void published(MessageName name, ServerLife life, Duration now);
  void settled(MessageName name, Outcome outcome, Duration now);
  // Null: never published, or forgotten.
  TrackedMessage* find(MessageName name);

  // The stream of this epoch, made when it is new.
  Stream& stream(const std::string& epoch, ServerLife life, bool& is_new);
  Stream* find_stream(const std::string& epoch);
  const std::map<std::string, Stream>& streams() const { return streams_; }
  // What the streams hold now, those of the server's next life must hold too.
  void server_ended(ServerLife next);

  // Every message that was acknowledged and that nobody got.
  std::vector<std::pair<MessageName, const TrackedMessage*>> missing() const;
  // One that was published after `begun` and acknowledged, beyond these counters of its publisher.
  std::optional<MessageName> acked_beyond(
      const std::unordered_map<std::uint32_t, std::uint32_t>& counters, Duration begun) const;
  // What happened to the message, for a history.
  std::vector<Sighting> history_of(MessageName name) const;

  // `floors`: of each stream that a client is in, the offset up to which all have everything. What
  // nobody got is forgotten when it was settled before `old`.
  void forget(const std::unordered_map<const Stream*, std::uint64_t>& floors, Duration old);
  std::size_t size() const { return messages_.size(); }
  bool knows(std::uint32_t publisher) const;

 private:
  static std::uint64_t key(MessageName name) {
    return std::uint64_t{name.publisher} << 32 | name.counter;
  }
  static MessageName name_of(std::uint64_t key) {
    return {static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(key)};
  }

  std::map<std::string, Stream> streams_;  // by epoch; a map, so that they stay where they are
  std::unordered_map<std::uint64_t, TrackedMessage> messages_;
  std::unordered_map<std::uint32_t, std::uint32_t> publishers_;  // their messages in messages_
};

}  // namespace parley::loadgen
