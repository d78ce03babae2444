#include "runtime/shard_set.h"

#include <pthread.h>

#include <functional>

#include "base/check.h"

namespace parley::runtime {

ShardSet::ShardSet(std::size_t count) {
  CHECK(count > 0);
  for (std::size_t i = 0; i < count; ++i) shards_.push_back(std::make_unique<Shard>(i));
}

ShardSet::~ShardSet() { stop(); }

std::size_t ShardSet::owner_of(std::string_view channel) const {
  return std::hash<std::string_view>()(channel) % shards_.size();
}

void ShardSet::start() {
  CHECK(threads_.empty());
  for (auto& shard : shards_) {
    threads_.emplace_back([&shard] {
      const std::string name = "shard " + std::to_string(shard->index());
      ::pthread_setname_np(::pthread_self(), name.c_str());
      shard->run();
    });
  }
}

void ShardSet::stop() {
  if (threads_.empty()) return;
  for (auto& shard : shards_) shard->stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void ShardSet::run_until_idle() {
  CHECK(threads_.empty());
  bool busy = true;
  while (busy) {
    busy = false;
    for (auto& shard : shards_) busy |= shard->turn();
  }
}

}  // namespace parley::runtime
