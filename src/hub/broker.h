// Broker: who numbers, keeps and spreads the publications of the channels that one shard owns.
//
// Guarantees of every implementation:
// - Order: publications of a channel reach `on_publication` in the order of their offsets, without
//   gap, each once; `publish` calls are numbered in the order in which they were made.
// - Atomicity: `done` of a publish is answered after the publication is as safe as the rules ask
//   (durable: on disk), and never for one that was lost; an error means that nothing was published.
// - Joining: when `done` of a read returns, what is handed to `on_publication` from then on begins
//   right behind the position that it was given.
// - Epoch: offsets restart only with a new epoch, and an epoch ends only when its stream is lost.
// Calls on one channel take effect in the order in which they were made. `done` may be called
// before the call returns. Thread: one object per shard, called and calling back only there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/unique_function.h"
#include "hub/channel.h"
#include "hub/publication.h"

namespace parley::hub {

struct PublishTerms {
  bool skip_history = false;  // delivered, but neither numbered nor kept
  // Above 0: dropped without an error unless it is higher than that of the channel's newest
  // publication in the same version epoch.
  std::uint64_t version = 0;
  std::string version_epoch = {};
};

struct HistoryQuery {
  std::optional<StreamPosition> since =
      {};                 // exclusive; an empty epoch fits any. None: from the edge
  std::size_t limit = 0;  // publications; 0: the position alone
  bool reverse = false;   // newest first; `since` then bounds from above
};

struct HistoryPage {
  StreamPosition top;  // of the stream
  std::vector<Publication> publications;
  // Nothing is missing behind `since`, but for what `limit` cut off.
  bool complete = true;
};

class Broker {
 public:
  using OnPublication = std::function<void(Publication)>;
  using PublishDone = UniqueFunction<void(Result<StreamPosition>)>;
  using ReadDone = UniqueFunction<void(Result<HistoryPage>)>;

  virtual ~Broker() = default;
  virtual void set_on_publication(OnPublication on_publication) = 0;
  // Answers offset 0 for a publication that is not part of the stream.
  virtual void publish(const ChannelRules& rules, Publication publication, PublishTerms terms,
                       PublishDone done) = 0;
  virtual void read(const ChannelRules& rules, const std::string& channel, HistoryQuery query,
                    ReadDone done) = 0;
  // Removes the entries; offsets go on.
  virtual void clear(const ChannelRules& rules, const std::string& channel, PublishDone done) = 0;
  // A channel is held while somebody is subscribed: its stream is not lost then.
  virtual void hold(const std::string& channel) = 0;
  virtual void release(const std::string& channel) = 0;
  // Now and then: lets go of what has expired. Streams that nobody holds may go with it. False:
  // nothing is left that could expire.
  virtual bool sweep(TimePoint now) = 0;
};

}  // namespace parley::hub
