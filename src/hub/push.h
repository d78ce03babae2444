// Push: everything that a client can be told without having asked. A closed set: every encoder must
// answer each kind, and a new kind breaks the build wherever it is forgotten.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hub/publication.h"

namespace parley::hub {

// Who is in a channel: distinct users that have a name, by name. `names` is empty when there are
// more of them than limits.presence_list, unless they were asked for: then it holds that many.
struct Members {
  std::vector<std::string> names;
  std::size_t count = 0;
};

struct MemberChange {
  bool joined = false;   // otherwise left
  bool of_user = false;  // it was the user's first connection, or the last
  ClientInfo client;
};

// Who came and went, oldest first. Changes that follow each other closely come together.
struct Membership {
  std::string channel;
  std::vector<MemberChange> changes;
  Members members;  // behind all of the changes
  std::int64_t time_ms = 0;
};

struct Typing {  // ephemeral: no position, no history
  std::string channel;
  std::string user;
  SessionRef exclude_now;
  std::int64_t time_ms = 0;
};

struct DirectMessage {  // to every connection of one user, in whatever channel
  std::string id;
  std::string from;
  std::string to;
  std::string ref;
  Payload payload;
  std::int64_t time_ms = 0;
};

using Push = std::variant<Publication, Membership, Typing, DirectMessage>;

}  // namespace parley::hub
