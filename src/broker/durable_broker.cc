// Channels whose rules say durable, on top of a memory broker for all others. The store numbers and
// keeps; the cache holds what readers see. The store answers the calls of this shard in their
// order, so a load that was asked first brings the stream up to the appends that follow it.
#include "base/ids.h"
#include "broker/brokers.h"
#include "broker/sqlite_store.h"
#include "broker/stream_cache.h"
#include "runtime/shard.h"

namespace parley::broker {
namespace {

constexpr std::size_t kEpochBytes = 4;

Retention retention_of(const hub::ChannelRules& rules) {
  return {rules.history_size, rules.history_ttl.count()};
}

class DurableBroker final : public hub::Broker {
 public:
  DurableBroker(runtime::Shard& shard, SqliteStore& store, const MemoryLimits& limits)
      : shard_(shard),
        store_(store),
        memory_(make_memory_broker(limits)),
        streams_(limits.history_bytes, true) {}

  void set_on_publication(OnPublication on_publication) override {
    on_publication_ = on_publication;
    memory_->set_on_publication(std::move(on_publication));
  }

  void publish(const hub::ChannelRules& rules, hub::Publication publication,
               hub::PublishTerms terms, PublishDone done) override {
    if (!rules.durable) {
      return memory_->publish(rules, std::move(publication), std::move(terms), std::move(done));
    }
    if (terms.skip_history) return deliver_only(std::move(publication), std::move(done));
    const std::string channel = publication.channel;
    when_loaded(rules, channel,
                [this, &rules, publication = std::move(publication), terms = std::move(terms),
                 done = std::move(done)](Result<Stream*> stream) mutable {
                  if (!stream.has_value()) return done(stream.error());
                  append(rules, **stream, std::move(publication), terms, std::move(done));
                });
  }

  void read(const hub::ChannelRules& rules, const std::string& channel, hub::HistoryQuery query,
            ReadDone done) override {
    if (!rules.durable) return memory_->read(rules, channel, std::move(query), std::move(done));
    when_loaded(rules, channel,
                [query = std::move(query), done = std::move(done)](Result<Stream*> stream) mutable {
                  if (!stream.has_value()) return done(stream.error());
                  done((*stream)->history.read((*stream)->top, query, Clock::now()));
                });
  }

  void clear(const hub::ChannelRules& rules, const std::string& channel,
             PublishDone done) override {
    if (!rules.durable) return memory_->clear(rules, channel, std::move(done));
    auto cleared = [this, channel,
                    done = std::move(done)](Result<hub::StreamPosition> top) mutable {
      Stream* stream = streams_.find(channel);
      if (stream != nullptr && top.has_value()) streams_.clear(*stream);
      done(std::move(top));
    };
    store_.clear(channel, at_home<hub::StreamPosition>(std::move(cleared)));
  }

  void hold(const std::string& channel) override { set_held(channel, true); }

  void release(const std::string& channel) override { set_held(channel, false); }

  bool sweep(TimePoint now) override {
    streams_.sweep(now);
    const bool more = memory_->sweep(now);
    return more || !streams_.empty();
  }

 private:
  using Waiting = UniqueFunction<void(Result<Stream*>)>;

  // The store's thread answers; what is to be done belongs to this shard. At the end of the server
  // the store may answer when this broker is gone, but its shard is still there.
  template <class T, class Done>
  UniqueFunction<void(Result<T>)> at_home(Done done) {
    return [&shard = shard_, done = std::move(done)](Result<T> result) mutable {
      shard.post([done = std::move(done), result = std::move(result)]() mutable {
        done(std::move(result));
      });
    };
  }

  // A channel is durable here once it has been touched as such; all others are the memory's.
  void set_held(const std::string& channel, bool held) {
    Stream* stream = streams_.find(channel);
    if (stream != nullptr) {
      stream->held = held;
    } else if (held) {
      memory_->hold(channel);
    } else {
      memory_->release(channel);
    }
  }

  void when_loaded(const hub::ChannelRules& rules, const std::string& channel, Waiting act) {
    if (Stream* stream = streams_.find(channel)) return act(stream);
    std::vector<Waiting>& waiting = loading_[channel];
    waiting.push_back(std::move(act));
    if (waiting.size() > 1) return;
    auto loaded = [this, &rules, channel](Result<SqliteStore::Stream> stored) {
      on_loaded(rules, channel, std::move(stored));
    };
    store_.load(channel, retention_of(rules), at_home<SqliteStore::Stream>(std::move(loaded)));
  }

  void on_loaded(const hub::ChannelRules& rules, const std::string& channel,
                 Result<SqliteStore::Stream> stored) {
    std::vector<Waiting> all = std::move(loading_.extract(channel).mapped());
    if (stored.has_value()) {
      Stream& stream = streams_.open(channel, stored->top);
      const std::int64_t now_ms = wall_time_ms();
      const TimePoint now = Clock::now();
      for (hub::Publication& publication : stored->publications) {
        const Duration age(now_ms - publication.time_ms);
        streams_.append(rules, stream, std::move(publication), now + rules.history_ttl - age);
      }
      stream.top = stored->top;
    }
    for (Waiting& act : all) {
      if (stored.has_value()) {
        act(streams_.find(channel));
      } else {
        act(stored.error());
      }
    }
  }

  void append(const hub::ChannelRules& rules, Stream& stream, hub::Publication publication,
              const hub::PublishTerms& terms, PublishDone done) {
    if (StreamCache::is_stale(stream, terms)) return done(stream.top);
    auto committed = [this, &rules, publication,
                      done = std::move(done)](Result<hub::StreamPosition> position) mutable {
      if (!position.has_value()) return done(position.error());
      publication.position = *position;
      // Forgotten meanwhile: the next reader finds it on disk.
      if (Stream* known = streams_.find(publication.channel)) {
        streams_.append(rules, *known, publication, Clock::now() + rules.history_ttl);
      }
      on_publication_(std::move(publication));
      done(std::move(position));
    };
    store_.append(std::move(publication), retention_of(rules),
                  at_home<hub::StreamPosition>(std::move(committed)));
  }

  void deliver_only(hub::Publication publication, PublishDone done) {
    publication.position = {0, random_id(kEpochBytes)};
    hub::StreamPosition position = publication.position;
    on_publication_(std::move(publication));
    done(std::move(position));
  }

  runtime::Shard& shard_;
  SqliteStore& store_;
  const std::unique_ptr<hub::Broker> memory_;
  OnPublication on_publication_;
  StreamCache streams_;
  std::unordered_map<std::string, std::vector<Waiting>> loading_;
};

}  // namespace

std::unique_ptr<hub::Broker> make_durable_broker(runtime::Shard& shard, SqliteStore& store,
                                                 const MemoryLimits& limits) {
  return std::make_unique<DurableBroker>(shard, store, limits);
}

}  // namespace parley::broker
