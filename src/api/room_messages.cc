// GET /room/NAME/messages: what the plain dialect's clients hear, for those that only ask.
#include "api/bearer_token.h"
#include "api/routes.h"
#include "dialect/plain_poll.h"
#include "http/response.h"

namespace parley::api {
namespace {

constexpr ByteView kMessages = "/messages";

}  // namespace

bool is_room_messages(ByteView path, ByteView room_path) {
  if (!path.ends_with(kMessages)) return false;
  path.remove_suffix(kMessages.size());
  return path.starts_with(room_path) && path.substr(room_path.size()).starts_with('/');
}

http::Handler room_messages(const dialect::PlainPolls& polls, hub::Hub& hub, std::size_t shard,
                            metrics::ShardCounters& counters) {
  return [&polls, &hub, &counters, shard](const http::Request& request, const http::Peer& peer,
                                          http::Responder respond) {
    std::string room = *request.decoded_path();  // the router looked at it
    room.resize(room.size() - kMessages.size());
    const dialect::ConnectRequest asked{
        .path = std::move(room),
        .parameter =
            [&request](ByteView name) {
              return name == "token" ? bearer_token(request) : request.query_parameter(name);
            },
        .subprotocols = {},
        .insecure = peer.insecure};
    polls.messages(asked, hub, shard,
                   [&counters, respond = std::move(respond)](const Result<std::string>& json,
                                                             const std::string& detail) mutable {
                     if (!json.has_value()) counters.add(json.error());
                     auto response = json.has_value() ? http::json(200, *json)
                                                      : http::problem(json.error(), detail);
                     response.add("Cache-Control", "no-store");
                     respond(std::move(response));
                   });
  };
}

}  // namespace parley::api
