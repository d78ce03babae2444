// StreamCache: the streams of one shard in memory: position, history and the version of each,
// within a limit of bytes. What both brokers read from. A cache that is backed by a store forgets
// whole streams, which are read again; one that is not loses entries. Lives on the owner shard.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "hub/broker.h"
#include "hub/history.h"

namespace parley::broker {

struct Stream {
  hub::StreamPosition top;
  hub::History history;
  std::uint64_t version = 0;
  std::string version_epoch;
  bool held = false;
  Duration lifetime{0};    // of its entries, as the rules say
  TimePoint idle_until{};  // not lost before this
  std::list<std::string>::iterator age;
};

class StreamCache {
 public:
  StreamCache(std::size_t history_bytes, bool backed)
      : history_bytes_(history_bytes), backed_(backed) {}

  Stream* find(const std::string& channel);
  Stream& open(const std::string& channel, hub::StreamPosition top);  // there was none
  void erase(const std::string& channel);
  bool empty() const { return streams_.empty(); }
  std::size_t size() const { return streams_.size(); }

  // Moves `top` on and keeps the publication as the rules say.
  void append(const hub::ChannelRules& rules, Stream& stream, hub::Publication publication,
              TimePoint expires);
  void clear(Stream& stream);
  // Loses what has expired, and streams that nobody holds with it.
  void sweep(TimePoint now);

  // The publication's version is not above what the stream has seen. Otherwise it is noted.
  static bool is_stale(Stream& stream, const hub::PublishTerms& terms);

 private:
  using Streams = std::unordered_map<std::string, Stream>;

  void shrink();
  void shrink_history(Stream& stream);
  Streams::iterator erase(Streams::iterator at);

  const std::size_t history_bytes_;
  const bool backed_;
  std::size_t bytes_ = 0;
  Streams streams_;
  std::list<std::string> ages_;  // the longest quiet first
};

}  // namespace parley::broker
