#include <algorithm>

#include "base/ids.h"
#include "broker/brokers.h"
#include "broker/stream_cache.h"

namespace parley::broker {
namespace {

constexpr std::size_t kEpochBytes = 4;
// Streams without entries are kept while there are no more than this.
constexpr std::size_t kManyStreams = 100'000;

class MemoryBroker final : public hub::Broker {
 public:
  explicit MemoryBroker(const MemoryLimits& limits) : streams_(limits.history_bytes, false) {}

  void set_on_publication(OnPublication on_publication) override {
    on_publication_ = std::move(on_publication);
  }

  void publish(const hub::ChannelRules& rules, hub::Publication publication,
               hub::PublishTerms terms, PublishDone done) override {
    Stream& stream = this->stream(publication.channel);
    if (StreamCache::is_stale(stream, terms)) return done(stream.top);
    if (terms.skip_history) {
      publication.position = {0, random_id(kEpochBytes)};
    } else {
      publication.position = {stream.top.offset + 1, stream.top.epoch};
      streams_.append(rules, stream, publication, Clock::now() + rules.history_ttl);
    }
    hub::StreamPosition position = publication.position;
    on_publication_(std::move(publication));
    if (done) done(std::move(position));
  }

  void read(const hub::ChannelRules& rules, const std::string& channel, hub::HistoryQuery query,
            ReadDone done) override {
    Stream& stream = this->stream(channel);
    stream.lifetime = rules.has_history() ? rules.history_ttl : Duration(0);
    done(stream.history.read(stream.top, query, Clock::now()));
  }

  void clear(const hub::ChannelRules&, const std::string& channel, PublishDone done) override {
    Stream& stream = this->stream(channel);
    streams_.clear(stream);
    done(stream.top);
  }

  void hold(const std::string& channel) override { stream(channel).held = true; }

  void release(const std::string& channel) override {
    Stream& stream = this->stream(channel);
    stream.held = false;
    // Whoever comes back to a channel in which nothing has been said yet shall find its epoch.
    stream.idle_until = std::max(stream.idle_until, Clock::now() + stream.lifetime);
    const bool is_worth_keeping = stream.lifetime > Duration(0) && streams_.size() <= kManyStreams;
    if (stream.history.empty() && !is_worth_keeping) streams_.erase(channel);
  }

  bool sweep(TimePoint now) override {
    streams_.sweep(now);
    return !streams_.empty();
  }

 private:
  Stream& stream(const std::string& channel) {
    if (Stream* known = streams_.find(channel)) return *known;
    return streams_.open(channel, {0, random_id(kEpochBytes)});
  }

  OnPublication on_publication_;
  StreamCache streams_;
};

}  // namespace

std::unique_ptr<hub::Broker> make_memory_broker(const MemoryLimits& limits) {
  return std::make_unique<MemoryBroker>(limits);
}

}  // namespace parley::broker
