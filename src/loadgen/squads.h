// Squads: the load threads of a run, a shard each, and the squad that lives on each. The thread
// that made them only watches: it asks by posting and waits for the answer.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "loadgen/squad.h"

namespace parley::loadgen {

using MakeSquad = std::unique_ptr<Squad>(const SquadPlace& place, const LoadOptions& options);

class Squads {
 public:
  Squads(const LoadOptions& options, MakeSquad* make);
  ~Squads();

  // On the squad's own thread, one after the other; waits.
  void for_each(const std::function<void(Squad&)>& each);
  Tally take();  // of all

 private:
  void ask(std::size_t shard, const std::function<void()>& work);

  runtime::ShardSet shards_;
  std::vector<std::jthread> spinners_;  // instead of the shards' own threads
  std::vector<std::unique_ptr<Squad>> squads_;
};

}  // namespace parley::loadgen
