// The shortest broker that keeps the guarantees, for the tests of the layers that may not see
// src/broker. Nothing expires; a channel that nobody holds is lost.
#pragma once

#include <memory>
#include <unordered_map>

#include "hub/broker.h"
#include "hub/history.h"
#include "runtime/shard.h"

namespace parley::hub {

class TestBroker final : public Broker {
 public:
  static std::unique_ptr<Broker> make(runtime::Shard&) { return std::make_unique<TestBroker>(); }

  void set_on_publication(OnPublication on_publication) override {
    on_publication_ = std::move(on_publication);
  }
  void publish(const ChannelRules& rules, Publication publication, PublishTerms terms,
               PublishDone done) override {
    Stream& stream = this->stream(publication.channel);
    if (terms.skip_history) {
      publication.position = {0, "live"};
    } else {
      publication.position = {++stream.top.offset, stream.top.epoch};
      stream.history.append(publication, TimePoint::max(), rules.history_size);
    }
    on_publication_(publication);
    if (done) done(publication.position);
  }
  void read(const ChannelRules&, const std::string& channel, HistoryQuery query,
            ReadDone done) override {
    done(stream(channel).history.read(stream(channel).top, query, TimePoint{}));
  }
  void clear(const ChannelRules&, const std::string& channel, PublishDone done) override {
    stream(channel).history.clear();
    done(stream(channel).top);
  }
  void hold(const std::string&) override {}
  void release(const std::string& channel) override {
    ++lost_;
    streams_.erase(channel);
  }
  bool sweep(TimePoint) override { return false; }

 private:
  struct Stream {
    StreamPosition top;
    History history;
  };
  Stream& stream(const std::string& channel) {
    const auto [entry, fresh] = streams_.try_emplace(channel);
    if (fresh) entry->second.top.epoch = "epoch" + std::to_string(lost_);
    return entry->second;
  }

  OnPublication on_publication_;
  std::unordered_map<std::string, Stream> streams_;
  int lost_ = 0;
};

}  // namespace parley::hub
