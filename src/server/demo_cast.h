// The cast of `parley demo`: two members who are sessions of the hub like any client's, in the
// people list of `lobby` and of `show`. While anybody else is there they talk in the one and
// comment in the other; otherwise they are silent and cost nothing. Rooms without a history get a
// past first. Made and destroyed by main's thread while the shards run; everything it does is on
// shard 0.
#pragma once

#include <memory>

#include "hub/hub.h"
#include "runtime/shard_set.h"

namespace parley::server {

class DemoCast {
 public:
  DemoCast(runtime::ShardSet& shards, hub::Hub& hub);
  ~DemoCast();  // they have left when it returns
  DemoCast(const DemoCast&) = delete;
  DemoCast& operator=(const DemoCast&) = delete;

 private:
  class Play;
  runtime::ShardSet& shards_;
  std::unique_ptr<Play> play_;  // touched by shard 0 alone
};

}  // namespace parley::server
