// Polling: the messages of a room for clients that only ask, in the envelopes of the plain dialect.
// docs/dialects/plain.md, "Polling". Used on every shard.
#pragma once

#include <memory>
#include <string>

#include "base/unique_function.h"
#include "dialect/dialect.h"

namespace parley::dialect {

class PlainDoor;

class PlainPolls {
 public:
  // The JSON, or why not, with words.
  using Done = UniqueFunction<void(Result<std::string>, std::string detail)>;

  explicit PlainPolls(const PlainOptions& options);
  ~PlainPolls();

  // The request is that of a WebSocket to the room, with its ?username= or ?token=, and ?since= and
  // ?limit=. Called on `shard`, which `done` is called on: once, now or later.
  void messages(const ConnectRequest& request, hub::Hub& hub, std::size_t shard, Done done) const;

 private:
  const std::unique_ptr<const PlainDoor> door_;
};

}  // namespace parley::dialect
