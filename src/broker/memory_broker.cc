#include <unordered_map>

#include "base/ids.h"
#include "broker/brokers.h"

namespace parley::broker {
namespace {

constexpr std::size_t kEpochBytes = 4;

class MemoryBroker final : public hub::Broker {
 public:
  void set_on_publication(OnPublication on_publication) override {
    on_publication_ = std::move(on_publication);
  }

  void publish(hub::Publication publication, Done done) override {
    hub::StreamPosition& position = stream(publication.channel);
    ++position.offset;
    publication.position = position;
    const hub::StreamPosition given = position;
    on_publication_(std::move(publication));
    if (done) done(given);
  }

  hub::StreamPosition position(const std::string& channel) override { return stream(channel); }

  void forget(const std::string& channel) override { streams_.erase(channel); }

 private:
  hub::StreamPosition& stream(const std::string& channel) {
    hub::StreamPosition& position = streams_[channel];
    if (position.epoch.empty()) position.epoch = random_id(kEpochBytes);
    return position;
  }

  OnPublication on_publication_;
  std::unordered_map<std::string, hub::StreamPosition> streams_;
};

}  // namespace

std::unique_ptr<hub::Broker> make_memory_broker() { return std::make_unique<MemoryBroker>(); }

}  // namespace parley::broker
