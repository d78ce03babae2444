#include "api/methods.h"

#include <algorithm>

#include "base/nearest_name.h"

namespace parley::api {
namespace {

template <class Request>
Command read_command(const dom::object& parameters, std::string& why) {
  Request request;
  if (!read_object(request, parameters, {}, why)) return nullptr;
  return [request = std::move(request)](const Context& context, Answer answer) mutable {
    run(context, std::move(request), std::move(answer));
  };
}

template <class Request>
constexpr Method method(std::string_view name, std::string_view summary, std::string_view result,
                        bool wrapped = true) {
  return {name, summary, result, wrapped, write_object_schema<Request>, read_command<Request>};
}

constexpr std::string_view kNothing = R"({"type":"object","additionalProperties":false})";
constexpr std::string_view kPosition = R"({"$ref":"#/components/schemas/Position"})";
constexpr std::string_view kResponses = R"({"type":"object","additionalProperties":false,
  "required":["responses"],"properties":{"responses":{"type":"array",
  "description":"One for each channel, in their order.","items":{"oneOf":[
    {"type":"object","additionalProperties":false,"required":["result"],
     "properties":{"result":{"$ref":"#/components/schemas/Position"}}},
    {"$ref":"#/components/schemas/Failure"}]}}}})";
constexpr std::string_view kPresence = R"({"type":"object","additionalProperties":false,
  "required":["presence"],"properties":{"presence":{"type":"object",
  "description":"By client id.",
  "additionalProperties":{"$ref":"#/components/schemas/ClientInfo"}}}})";
constexpr std::string_view kPresenceStats = R"({"type":"object","additionalProperties":false,
  "required":["num_clients","num_users"],"properties":{
  "num_clients":{"type":"integer","description":"Connections."},
  "num_users":{"type":"integer","description":"Distinct users."}}})";
constexpr std::string_view kHistory = R"({"type":"object","additionalProperties":false,
  "required":["publications","offset","epoch"],"properties":{
  "publications":{"type":"array","items":{"$ref":"#/components/schemas/Publication"}},
  "offset":{"type":"integer","description":"Of the newest publication of the stream."},
  "epoch":{"type":"string","description":"A new one means that the stream was lost."}}})";
constexpr std::string_view kChannels = R"({"type":"object","additionalProperties":false,
  "required":["channels"],"properties":{"channels":{"type":"object",
  "additionalProperties":{"type":"object","additionalProperties":false,
  "required":["num_clients"],"properties":{"num_clients":{"type":"integer",
  "description":"Subscribed connections."}}}}}})";
constexpr std::string_view kInfo = R"({"type":"object","additionalProperties":false,
  "required":["nodes"],"properties":{"nodes":{"type":"array",
  "items":{"$ref":"#/components/schemas/Node"}}}})";
constexpr std::string_view kReplies = R"({"type":"object","additionalProperties":false,
  "required":["replies"],"properties":{"replies":{"type":"array",
  "description":"One for each command, in their order: {METHOD: result} or {\"error\": …}.",
  "items":{"type":"object","minProperties":1,"maxProperties":1}}}})";

constexpr Method kMethods[] = {
    method<PublishRequest>("publish", "Publish data to a channel.", kPosition),
    method<BroadcastRequest>("broadcast", "Publish the same data to several channels.", kResponses),
    method<SubscribeRequest>("subscribe", "Subscribe a user's connections to a channel.", kNothing),
    method<UnsubscribeRequest>("unsubscribe", "End a user's subscriptions to a channel.", kNothing),
    method<DisconnectRequest>("disconnect", "End a user's connections.", kNothing),
    method<RefreshRequest>("refresh", "Let a user's connections live longer, or expire.", kNothing),
    method<PresenceRequest>("presence", "Who is in a channel.", kPresence),
    method<PresenceStatsRequest>("presence_stats", "How many are in a channel.", kPresenceStats),
    method<HistoryRequest>("history", "Publications that a channel has kept.", kHistory),
    method<HistoryRemoveRequest>("history_remove",
                                 "Remove the publications that a channel has kept.", kNothing),
    method<ChannelsRequest>("channels", "Channels that have subscribers.", kChannels),
    method<InfoRequest>("info", "The server and its numbers.", kInfo),
    method<BatchRequest>("batch", "Several commands in one request.", kReplies, false),
};

}  // namespace

std::span<const Method> methods() { return kMethods; }

const Method* find_method(std::string_view name) {
  const auto* const found = std::ranges::find(kMethods, name, &Method::name);
  return found == std::end(kMethods) ? nullptr : found;
}

std::string unknown_method(std::string_view name) {
  std::vector<std::string> known;
  for (const Method& each : kMethods) known.emplace_back(each.name);
  return unknown_name("method", {}, name, known);
}

std::optional<Outcome> fault_of_channel(const Context& context, const std::string& channel) {
  const std::size_t longest = context.hub.limits().channel_name_bytes;
  if (hub::is_valid_channel_name(channel, longest)) return std::nullopt;
  return bad_request(in_quotes(channel) + " is no channel: a name is 1 to " +
                     std::to_string(longest) + " bytes of UTF-8 without control characters");
}

}  // namespace parley::api
