// Broker: who numbers, keeps and spreads the publications of the channels that one shard owns.
//
// Guarantees of every implementation:
// - Order: publications of a channel reach `on_publication` in the order of their offsets, without
//   gap, each once; `publish` calls are numbered in the order in which they were made.
// - Atomicity: `done` is answered after the publication is as safe as the broker promises, and
// never
//   for one that it lost; an error means that nothing was published.
// - Epoch: offsets restart only with a new epoch.
// Thread: one object per shard, called and calling back only there.
#pragma once

#include <functional>

#include "base/error.h"
#include "base/unique_function.h"
#include "hub/publication.h"

namespace parley::hub {

class Broker {
 public:
  using OnPublication = std::function<void(Publication)>;
  using Done = UniqueFunction<void(Result<StreamPosition>)>;

  virtual ~Broker() = default;
  virtual void set_on_publication(OnPublication on_publication) = 0;
  virtual void publish(Publication publication, Done done) = 0;
  virtual StreamPosition position(const std::string& channel) = 0;  // of the newest publication
  virtual void forget(const std::string& channel) = 0;              // nobody is subscribed any more
};

}  // namespace parley::hub
