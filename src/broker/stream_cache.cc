#include "broker/stream_cache.h"

#include <algorithm>
#include <utility>

namespace parley::broker {
namespace {

constexpr Duration kBackedIdle{60'000};  // then the store alone knows a stream

}  // namespace

Stream* StreamCache::find(const std::string& channel) {
  const auto found = streams_.find(channel);
  return found == streams_.end() ? nullptr : &found->second;
}

Stream& StreamCache::open(const std::string& channel, hub::StreamPosition top) {
  Stream& stream = streams_[channel];
  stream.top = std::move(top);
  stream.age = ages_.insert(ages_.end(), channel);
  return stream;
}

void StreamCache::erase(const std::string& channel) {
  if (const auto found = streams_.find(channel); found != streams_.end()) erase(found);
}

StreamCache::Streams::iterator StreamCache::erase(Streams::iterator at) {
  bytes_ -= at->second.history.bytes();
  ages_.erase(at->second.age);
  return streams_.erase(at);
}

void StreamCache::append(const hub::ChannelRules& rules, Stream& stream,
                         hub::Publication publication, TimePoint expires) {
  stream.top = publication.position;
  ages_.splice(ages_.end(), ages_, stream.age);
  stream.idle_until = backed_ ? std::min(expires, Clock::now() + kBackedIdle) : expires;
  if (!rules.has_history()) return;
  bytes_ -= stream.history.bytes();
  stream.history.append(std::move(publication), expires, rules.history_size);
  bytes_ += stream.history.bytes();
  if (bytes_ > history_bytes_) shrink();
}

void StreamCache::clear(Stream& stream) {
  bytes_ -= stream.history.bytes();
  stream.history.clear();
}

// The longest quiet streams first. Where there is no store they lose their oldest entries; their
// positions stay, so a client that is too late is told that it cannot recover.
void StreamCache::shrink() {
  for (auto age = ages_.begin(); age != ages_.end() && bytes_ > history_bytes_;) {
    const auto at = streams_.find(*age);
    ++age;
    if (!backed_) {
      shrink_history(at->second);
    } else if (!at->second.held && age != ages_.end()) {  // the newest is in use just now
      erase(at);
    }
  }
}

void StreamCache::shrink_history(Stream& stream) {
  bytes_ -= stream.history.bytes();
  while (!stream.history.empty() && bytes_ + stream.history.bytes() > history_bytes_) {
    stream.history.drop_oldest();
  }
  bytes_ += stream.history.bytes();
}

void StreamCache::sweep(TimePoint now) {
  for (auto at = streams_.begin(); at != streams_.end();) {
    Stream& stream = at->second;
    bytes_ -= stream.history.bytes();
    stream.history.drop_expired(now);
    bytes_ += stream.history.bytes();
    const bool goes =
        !stream.held && stream.idle_until <= now && (backed_ || stream.history.empty());
    at = goes ? erase(at) : std::next(at);
  }
}

bool StreamCache::is_stale(Stream& stream, const hub::PublishTerms& terms) {
  if (terms.version == 0) return false;
  if (terms.version_epoch == stream.version_epoch && terms.version <= stream.version) return true;
  stream.version = terms.version;
  stream.version_epoch = terms.version_epoch;
  return false;
}

}  // namespace parley::broker
