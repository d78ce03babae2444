// ShardSet: the shards of the process and the threads that run them. Made and stopped by main; the
// set itself never changes between start() and the destructor, so any thread may use it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/shard.h"

namespace parley::runtime {

class ShardSet {
 public:
  explicit ShardSet(std::size_t count);
  ~ShardSet();  // stop() first if it is running

  std::size_t size() const { return shards_.size(); }
  Shard& operator[](std::size_t index) { return *shards_[index]; }
  const Shard& operator[](std::size_t index) const { return *shards_[index]; }

  // The one shard that numbers, stores and routes for this channel. Stable for the process.
  std::size_t owner_of(std::string_view channel) const;
  void post(std::size_t shard, Task task) { shards_[shard]->post(std::move(task)); }

  void start();  // one thread per shard
  void stop();   // joins them; tasks that were not run are destroyed with their shards

  // Steps all shards in this thread until none has anything to do: deterministic tests.
  void run_until_idle();

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::thread> threads_;
};

}  // namespace parley::runtime
