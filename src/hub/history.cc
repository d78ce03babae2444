#include "hub/history.h"

#include <algorithm>

namespace parley::hub {

void History::append(Publication publication, TimePoint expires, std::size_t size) {
  bytes_ += bytes_of(publication);
  entries_.push_back({std::move(publication), expires});
  while (entries_.size() > size) drop_oldest();
}

void History::drop_expired(TimePoint now) {
  while (!entries_.empty() && entries_.front().expires <= now) drop_oldest();
}

void History::drop_oldest() {
  bytes_ -= bytes_of(entries_.front().publication);
  entries_.pop_front();
}

void History::clear() {
  entries_.clear();
  bytes_ = 0;
}

std::size_t History::bytes_of(const Publication& publication) {
  constexpr std::size_t kAllocation = 32;  // header and count of the payload's block
  return sizeof(Entry) + kAllocation + publication.payload.data.size() +
         publication.channel.size() + publication.ref.size();
}

HistoryPage History::read(const StreamPosition& top, const HistoryQuery& query,
                          TimePoint now) const {
  HistoryPage page{top, {}, true};
  // Offsets of a stream follow each other without gap, so places in it can be computed.
  const auto first = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.expires > now; });
  auto begin = first;
  auto end = entries_.end();
  const auto offset_at = [&](auto at) {
    return at == entries_.end() ? top.offset + 1 : at->publication.position.offset;
  };
  if (query.since) {
    const StreamPosition& since = *query.since;
    const bool same_epoch = since.epoch.empty() || since.epoch == top.epoch;
    if (!same_epoch || since.offset > top.offset) {
      page.complete = false;
      return page;
    }
    if (query.reverse) {  // upwards bounded: what lies below `since`
      end = std::find_if(begin, end, [&](const Entry& entry) {
        return entry.publication.position.offset >= since.offset;
      });
    } else {
      page.complete = offset_at(first) <= since.offset + 1;
      begin = std::find_if(begin, end, [&](const Entry& entry) {
        return entry.publication.position.offset > since.offset;
      });
    }
  }
  const auto count = std::min<std::size_t>(query.limit, static_cast<std::size_t>(end - begin));
  page.publications.reserve(count);
  if (query.reverse) {
    for (std::size_t i = 1; i <= count; ++i) {
      page.publications.push_back((end - static_cast<std::ptrdiff_t>(i))->publication);
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      page.publications.push_back((begin + static_cast<std::ptrdiff_t>(i))->publication);
    }
  }
  return page;
}

}  // namespace parley::hub
