#include "loadgen/squads.h"

#include <future>

namespace parley::loadgen {

Squads::Squads(const LoadOptions& options, MakeSquad* make) : shards_(options.threads) {
  if (options.spin) {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      spinners_.emplace_back([&shard = shards_[i]](const std::stop_token& stop) {
        while (!stop.stop_requested()) shard.turn();
      });
    }
  } else {
    shards_.start();
  }
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    ask(i, [this, &options, make, i] {
      Squad* lead = i == 0 ? nullptr : squads_[0].get();
      squads_.push_back(make({shards_, i, lead}, options));
    });
  }
}

Squads::~Squads() {
  // All are told first, as a squad posts to the one that leads.
  for_each([](Squad& squad) { squad.stop(); });
  for (std::size_t i = shards_.size(); i-- > 0;) ask(i, [this, i] { squads_[i].reset(); });
  spinners_.clear();
  shards_.stop();
}

void Squads::for_each(const std::function<void(Squad&)>& each) {
  for (std::size_t i = 0; i < squads_.size(); ++i) ask(i, [&] { each(*squads_[i]); });
}

Tally Squads::take() {
  Tally all;
  for_each([&all](Squad& squad) { all.add(squad.take()); });
  return all;
}

void Squads::ask(std::size_t shard, const std::function<void()>& work) {
  std::promise<void> done;
  shards_.post(shard, [&work, &done] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace parley::loadgen
