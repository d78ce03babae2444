// The shortest broker that keeps the guarantees, for the tests of the layers that may not see
// src/broker.
#pragma once

#include <memory>
#include <unordered_map>

#include "hub/broker.h"

namespace parley::hub {

class TestBroker final : public Broker {
 public:
  static std::unique_ptr<Broker> make() { return std::make_unique<TestBroker>(); }

  void set_on_publication(OnPublication on_publication) override {
    on_publication_ = std::move(on_publication);
  }
  void publish(Publication publication, Done done) override {
    StreamPosition& stream = streams_[publication.channel];
    ++stream.offset;
    publication.position = position(publication.channel);
    on_publication_(publication);
    if (done) done(publication.position);
  }
  StreamPosition position(const std::string& channel) override {
    return {streams_[channel].offset, "epoch" + std::to_string(forgotten_)};
  }
  void forget(const std::string& channel) override {
    ++forgotten_;
    streams_.erase(channel);
  }

 private:
  OnPublication on_publication_;
  std::unordered_map<std::string, StreamPosition> streams_;
  int forgotten_ = 0;
};

}  // namespace parley::hub
