#include "dialect/plain_poll.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/json_writer.h"
#include "dialect/plain_door.h"
#include "dialect/plain_json.h"
#include "hub/hub.h"

namespace parley::dialect {
namespace {

// Of one answer; where messages are larger it has fewer of them than were asked for.
constexpr std::size_t kMaxPayloadBytes = 1024 * 1024;

// Leaves away what comes behind so many bytes, but never all of it.
void bound(std::vector<hub::Publication>& publications) {
  std::size_t bytes = 0;
  const auto beyond = std::ranges::find_if(publications, [&bytes](const auto& publication) {
    bytes += publication.payload.data.size();
    return bytes > kMaxPayloadBytes;
  });
  if (beyond == publications.end()) return;
  publications.erase(std::max(beyond, publications.begin() + 1), publications.end());
}

// Where the next look begins: behind the last of these messages, which may not be the newest.
const hub::StreamPosition& position_of(const hub::HistoryPage& page) {
  return page.publications.empty() ? page.top : page.publications.back().position;
}

std::string messages_json(const std::string& room, const hub::HistoryPage& page,
                          std::optional<bool> recovered) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("room", room).key("messages").begin_array();
  std::string scratch;
  for (const hub::Publication& publication : page.publications) {
    envelope_writer().write(publication, scratch,
                            [&json](const WireMessage& message) { json.raw(message.data); });
  }
  const hub::StreamPosition& position = position_of(page);
  json.end_array().member("position", position.epoch + "-" + std::to_string(position.offset));
  if (recovered) json.member("recovered", *recovered);
  json.member("time", wall_time_ms()).end_object();
  return out;
}

}  // namespace

PlainPolls::PlainPolls(const PlainOptions& options)
    : door_(std::make_unique<const PlainDoor>(options)) {}

PlainPolls::~PlainPolls() = default;

void PlainPolls::messages(const ConnectRequest& request, hub::Hub& hub, std::size_t shard,
                          Done done) const {
  std::string detail;
  const auto poll = door_->poll(request, hub, detail);
  if (!poll.has_value()) return done(poll.error(), std::move(detail));
  const bool coming_back = poll->since.has_value();
  hub.history(shard, poll->room, {poll->since, poll->limit, !coming_back},
              [room = poll->room, coming_back,
               done = std::move(done)](Result<hub::HistoryPage> page) mutable {
                if (!page.has_value()) return done(page.error(), {});
                bound(page->publications);
                if (!coming_back) {
                  std::ranges::reverse(page->publications);
                  return done(messages_json(room, *page, std::nullopt), {});
                }
                // What is not all is none of it: the client begins anew.
                if (!page->complete) page->publications.clear();
                done(messages_json(room, *page, page->complete), {});
              });
}

}  // namespace parley::dialect
