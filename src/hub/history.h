// History: the newest publications of one stream, oldest first, each with its lifetime. Bounded by
// the size and the lifetime that its channel's rules give. Part of a broker, on the owner shard.
#pragma once

#include <cstddef>
#include <deque>

#include "base/clock.h"
#include "hub/broker.h"

namespace parley::hub {

class History {
 public:
  // Publications come with rising offsets and lifetimes.
  void append(Publication publication, TimePoint expires, std::size_t size);
  void drop_expired(TimePoint now);
  void drop_oldest();
  void clear();

  bool empty() const { return entries_.empty(); }
  std::size_t bytes() const { return bytes_; }  // what it holds in memory, roughly
  // What the query asks of a stream whose newest offset is top.offset.
  HistoryPage read(const StreamPosition& top, const HistoryQuery& query, TimePoint now) const;

 private:
  struct Entry {
    Publication publication;
    TimePoint expires;
  };

  static std::size_t bytes_of(const Publication& publication);

  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace parley::hub
