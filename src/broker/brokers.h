// The brokers to choose from. Each is a hidden class behind hub::Broker, whose header states what
// all of them guarantee.
#pragma once

#include <memory>

#include "hub/broker.h"
#include "metrics/metrics.h"

namespace parley::runtime {
class Shard;
}

namespace parley::broker {

class SqliteStore;

struct MemoryLimits {
  // Of all histories of one shard; beyond it the streams that were quiet the longest lose entries.
  std::size_t history_bytes = 256 << 20;
};

// Keeps histories in memory, durable or not. A stream that nobody holds is lost when its newest
// publication has expired and the last subscriber has been gone for as long as publications live; a
// channel without history is lost as soon as nobody holds it.
std::unique_ptr<hub::Broker> make_memory_broker(const MemoryLimits& limits = {});

// The same, but channels whose rules say durable live in the store: a publication is acknowledged
// and delivered when it has been committed, and a stream is read from disk at its first touch. The
// store outlives the broker; its answers come home through `shard`.
std::unique_ptr<hub::Broker> make_durable_broker(runtime::Shard& shard, SqliteStore& store,
                                                 const MemoryLimits& limits = {});

}  // namespace parley::broker
