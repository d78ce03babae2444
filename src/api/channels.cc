// What the back end asks about channels and the server: presence, history, channels, info.
#include "api/glob.h"
#include "api/methods.h"
#include "api/payload_json.h"

namespace parley::api {
namespace {

// More would be megabytes of JSON made at one go, while every client of the shard waits.
constexpr std::size_t kMaxListedChannels = 10'000;

// Answers with what `write` makes of the reply, or with its error.
template <class Write>
auto answered_by(Answer answer, Write write) {
  return [answer = std::move(answer), write = std::move(write)](auto reply) mutable {
    if (!reply.has_value()) return answer(failure(reply.error()));
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    write(json, *reply);
    json.end_object();
    answer(done(std::move(out)));
  };
}

std::string channels_json(const std::vector<hub::ChannelInfo>& channels) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("channels").begin_object();
  for (const hub::ChannelInfo& channel : channels) {
    json.key(channel.channel).begin_object();
    json.member("num_clients", channel.clients).end_object();
  }
  json.end_object().end_object();
  return out;
}

}  // namespace

void run(const Context& context, PresenceRequest request, Answer answer) {
  if (auto fault = fault_of_channel(context, request.channel)) return answer(*fault);
  context.hub.presence(context.shard, request.channel,
                       answered_by(std::move(answer), [](JsonWriter& json, const auto& clients) {
                         json.key("presence").begin_object();
                         for (const hub::ClientInfo& client : clients) {
                           json.key(client.client.text());
                           write_client_info(json, client);
                         }
                         json.end_object();
                       }));
}

void run(const Context& context, PresenceStatsRequest request, Answer answer) {
  if (auto fault = fault_of_channel(context, request.channel)) return answer(*fault);
  context.hub.presence_stats(
      context.shard, request.channel,
      answered_by(std::move(answer), [](JsonWriter& json, const hub::PresenceStats& stats) {
        json.member("num_clients", stats.clients).member("num_users", stats.users);
      }));
}

void run(const Context& context, HistoryRequest request, Answer answer) {
  if (auto fault = fault_of_channel(context, request.channel)) return answer(*fault);
  if (request.limit < -1) return answer(bad_request(R"("limit" is less than -1)"));
  const std::size_t limit = request.limit == -1 ? context.hub.limits().history_page
                                                : static_cast<std::size_t>(request.limit);
  context.hub.history(
      context.shard, request.channel, {std::move(request.since), limit, request.reverse},
      [answer = std::move(answer)](Result<hub::HistoryPage> page) mutable {
        if (!page.has_value()) return answer(failure(page.error()));
        if (!page->complete) return answer(failure(Errc::unrecoverable_position));
        std::string out;
        JsonWriter json(out);
        json.begin_object().key("publications").begin_array();
        for (const hub::Publication& publication : page->publications) {
          write_publication(json, publication);
        }
        json.end_array().member("offset", page->top.offset).member("epoch", page->top.epoch);
        json.end_object();
        answer(done(std::move(out)));
      });
}

void run(const Context& context, HistoryRemoveRequest request, Answer answer) {
  if (auto fault = fault_of_channel(context, request.channel)) return answer(*fault);
  context.hub.clear_history(context.shard, request.channel,
                            answered_by(std::move(answer), [](JsonWriter&, const auto&) {}));
}

void run(const Context& context, ChannelsRequest request, Answer answer) {
  context.hub.channels(
      context.shard, [pattern = std::move(request.pattern), answer = std::move(answer)](
                         Result<std::vector<hub::ChannelInfo>> channels) mutable {
        if (!channels.has_value()) return answer(failure(channels.error()));
        std::erase_if(*channels, [&](const hub::ChannelInfo& channel) {
          return !pattern.empty() && !matches_glob(pattern, channel.channel);
        });
        if (channels->size() <= kMaxListedChannels) return answer(done(channels_json(*channels)));
        answer(failure(Errc::presence_too_long,
                       "these are " + std::to_string(channels->size()) + " channels, more than " +
                           std::to_string(kMaxListedChannels) + "; give a narrower pattern"));
      });
}

void run(const Context& context, InfoRequest, Answer answer) {
  context.hub.info(context.shard,
                   answered_by(std::move(answer), [options = context.options](
                                                      JsonWriter& json, const hub::HubInfo& info) {
                     const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
                         Clock::now() - options->started);
                     json.key("nodes").begin_array().begin_object();
                     json.member("uid", options->node_id).member("name", options->node_name);
                     json.member("version", options->version).member("num_clients", info.clients);
                     json.member("num_users", info.users).member("num_channels", info.channels);
                     json.member("uptime", uptime.count()).end_object().end_array();
                   }));
}

}  // namespace parley::api
