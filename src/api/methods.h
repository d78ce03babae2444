// Methods: the one table of what the HTTP API can do. Each row knows how to read its request into a
// command, and its schemas; the router, the batch and the OpenAPI document walk over it. A command
// runs on the shard of its request and answers there, now or later.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/outcome.h"
#include "api/requests.h"
#include "api/routes.h"
#include "hub/hub.h"

namespace parley::api {

struct Context {
  hub::Hub& hub;
  std::size_t shard;
  std::shared_ptr<const ServerApiOptions> options;
};

using Command = UniqueFunction<void(const Context&, Answer)>;

struct Method {
  std::string_view name;
  std::string_view summary;
  std::string_view result_schema;
  bool wrapped;  // the reply is {"result":…}; otherwise the result itself
  void (*write_request_schema)(JsonWriter& json);
  // Null: the parameters are wrong, and `why` says how.
  Command (*read)(const dom::object& parameters, std::string& why);
};

std::span<const Method> methods();
const Method* find_method(std::string_view name);
std::string unknown_method(std::string_view name);

inline constexpr std::size_t kMaxBatchCommands = 1000;

// One command of a batch, or why it is none: the others are run all the same.
struct BatchEntry {
  std::string_view method;
  Command command;
  Outcome refusal;
};

struct BatchEntries : std::vector<BatchEntry> {};

template <>
struct JsonType<BatchEntries> {
  static bool read(BatchEntries& to, const dom::element& from, const std::string& path,
                   std::string& why);
  static void write_schema(JsonWriter& json);
};

struct BatchRequest {
  BatchEntries commands;
  bool parallel = false;
};

template <>
std::span<const Field<BatchRequest>> fields();

void run(const Context& context, PublishRequest request, Answer answer);
void run(const Context& context, BroadcastRequest request, Answer answer);
void run(const Context& context, SubscribeRequest request, Answer answer);
void run(const Context& context, UnsubscribeRequest request, Answer answer);
void run(const Context& context, DisconnectRequest request, Answer answer);
void run(const Context& context, RefreshRequest request, Answer answer);
void run(const Context& context, PresenceRequest request, Answer answer);
void run(const Context& context, PresenceStatsRequest request, Answer answer);
void run(const Context& context, HistoryRequest request, Answer answer);
void run(const Context& context, HistoryRemoveRequest request, Answer answer);
void run(const Context& context, ChannelsRequest request, Answer answer);
void run(const Context& context, InfoRequest request, Answer answer);
void run(const Context& context, BatchRequest request, Answer answer);

// What is wrong with the name of a channel, if anything.
std::optional<Outcome> fault_of_channel(const Context& context, const std::string& channel);

}  // namespace parley::api
