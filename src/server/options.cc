#include "server/options.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "server/config_file.h"
#include "server/demo.h"

namespace parley::server {
namespace {

constexpr std::size_t kReservedDescriptors = 64;  // listeners, logs, event loops

// Every connection is a descriptor: ask for as many as the system lets us have.
std::size_t connection_limit(const Config& config) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t possible = limit.rlim_cur > 2 * kReservedDescriptors
                                   ? limit.rlim_cur - kReservedDescriptors
                                   : limit.rlim_cur / 2;
  const std::size_t wanted = config.limits.connections;
  if (wanted > possible) {
    log::warning("limits.connections is {}, but the descriptor limit allows only {}", wanted,
                 possible);
  }
  return wanted == 0 ? possible : std::min(wanted, possible);
}

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

// The place of a word among the choices of its key, which are in the order of the enum.
template <class Enum>
Enum choice(std::string_view word, std::initializer_list<std::string_view> words) {
  const auto* found = std::ranges::find(words, word);
  CHECK(found != words.end());  // the configuration was checked
  return static_cast<Enum>(found - words.begin());
}

hub::ChannelRules channel_rules(const std::string& name_space, const Config::Channel& config) {
  const auto access = [](std::string_view word) {
    return choice<hub::Access>(word, {"backend", "token", "subscriber", "anyone"});
  };
  hub::ChannelRules rules;
  rules.name_space = name_space;
  rules.subscribe = access(config.subscribe);
  rules.publish = access(config.publish);
  rules.see_presence = access(config.see_presence);
  rules.read_history = access(config.read_history);
  rules.presence = config.presence;
  rules.join_leave = choice<hub::JoinLeave>(config.join_leave, {"off", "on_request", "everyone"});
  rules.history_size = config.history_size;
  rules.history_ttl = config.history_ttl;
  rules.recovery = choice<hub::Recovery>(config.recovery, {"off", "stream", "cache"});
  rules.durable = config.durable;
  rules.slow_consumer = choice<hub::SlowConsumer>(config.slow_consumer,
                                                  {"disconnect", "drop_oldest", "newest_per_key"});
  rules.message_bytes = config.message_bytes;
  rules.message_rate = config.message_rate;
  return rules;
}

}  // namespace

transport::Options transport_options(const Config& config) {
  const auto& limits = config.limits;
  transport::Options options;
  options.http = {limits.request_line_bytes, limits.header_bytes, limits.header_count,
                  limits.body_bytes};
  options.request_timeout = limits.request_timeout;
  options.keep_alive_timeout = limits.keep_alive_timeout;
  options.answer_rate = limits.answer_rate;
  options.ws = {limits.message_bytes, static_cast<std::uint32_t>(limits.message_fragments)};
  options.message_timeout = limits.message_timeout;
  options.ping_interval = limits.ping_interval;
  options.pong_timeout = limits.pong_timeout;
  options.compression = config.websocket.compression;
  options.compression_threshold = config.websocket.compression_threshold;
  options.compression_level = static_cast<int>(config.websocket.compression_level);
  options.outbox_bytes = limits.outbox_bytes;
  options.close_timeout = limits.close_timeout;
  options.connections = connection_limit(config);
  options.connections_per_address = limits.connections_per_address;
  return options;
}

hub::HubLimits hub_limits(const Config& config) {
  const auto& limits = config.limits;
  hub::HubLimits hub;
  hub.presence_list = limits.presence_list;
  hub.presence_clients = limits.presence_clients;
  hub.presence_batch = limits.presence_batch;
  hub.recovery_publications = limits.recovery_publications;
  hub.history_page = limits.history_page;
  hub.channels_per_connection = limits.channels_per_connection;
  hub.channel_name_bytes = limits.room_name_bytes;
  hub.idempotency_keys = limits.idempotency_keys;
  hub.mailbox_messages = limits.mailbox_messages;
  return hub;
}

hub::RuleBook rule_book(const Config& config) {
  std::vector<hub::ChannelRules> rules{channel_rules("", config.channel)};
  for (const Config::Namespace& each : config.namespaces) {
    rules.push_back(channel_rules(each.name, each.rules));
  }
  return hub::RuleBook(std::move(rules));
}

dialect::PlainOptions plain_options(const Config& config, const auth::Verifier* verifier) {
  dialect::PlainOptions options;
  options.echo_path = config.plain.echo_path;
  options.room_path = config.plain.room_path;
  options.ping = config.plain.ping;
  options.pong = config.plain.pong;
  options.user_name_bytes = config.limits.user_name_bytes;
  options.history_page = config.limits.history_page;
  options.publish_rate = config.limits.publish_rate;
  options.verifier = verifier;
  return options;
}

api::MetricsAccess metrics_access(const Config& config) {
  if (config.http.metrics == "any") return api::MetricsAccess::any;
  return config.http.metrics == "off" ? api::MetricsAccess::off : api::MetricsAccess::loopback;
}

dialect::CentrifugeOptions centrifuge_options(const Config& config,
                                              const auth::Verifier* verifier) {
  dialect::CentrifugeOptions options;
  options.path = config.centrifuge.path;
  options.server_version = "parley " PARLEY_VERSION;
  options.ping_interval = config.centrifuge.ping_interval;
  options.pong_timeout = config.centrifuge.pong_timeout;
  options.authentication_timeout = config.limits.authentication_timeout;
  options.expiry_grace = config.centrifuge.expiry_grace;
  options.pending_commands = config.limits.pending_commands;
  options.user_name_bytes = config.limits.user_name_bytes;
  options.publish_rate = config.limits.publish_rate;
  options.allow_anonymous = config.centrifuge.allow_anonymous;
  options.verifier = verifier;
  return options;
}

api::ServerApiOptions server_api_options(const Config& config) {
  api::ServerApiOptions options;
  options.keys = config.api.keys;
  options.payload_bytes = config.limits.message_bytes;
  options.node_name = host_name();
  options.version = PARLEY_VERSION;
  return options;
}

api::AppOptions app_options(const Config& config) {
  api::AppOptions options;
  options.version = PARLEY_VERSION;
  options.development = development_mode(config);
  options.demo = config.demo.on;
  options.apps = config.http.apps;
  options.demo_key = demo_key(config);
  options.centrifuge_path = config.centrifuge.path;
  options.echo_path = config.plain.echo_path;
  options.room_path = config.plain.room_path;
  options.message_bytes = config.limits.message_bytes;
  if (file_store_options(config) && config.limits.body_bytes > 0) {
    constexpr std::uint64_t kChunkBytes = 256 << 10;  // arrives in time on a slow line
    options.files =
        api::AppFiles{"/files", config.files.max_bytes,
                      std::min(kChunkBytes, config.limits.body_bytes), config.files.types};
  }
  return options;
}

broker::StoreOptions store_options(const Config& config) {
  broker::StoreOptions options;
  options.path = config.storage.path;
  options.full_sync = config.storage.sync == "full";
  options.max_bytes = config.storage.max_bytes;
  options.queue_limit = config.storage.queue;
  return options;
}

std::optional<files::FileStoreOptions> file_store_options(const Config& config) {
  const bool beside = config.files.path.empty();
  if (config.files.path == "off" || (beside && config.storage.path.empty())) return std::nullopt;
  files::FileStoreOptions options;
  options.path = beside ? config.storage.path + "-files" : config.files.path;
  options.full_sync = config.storage.sync == "full";
  options.limits.file_bytes = config.files.max_bytes;
  options.limits.total_bytes = config.files.total_bytes;
  options.limits.user_bytes = config.files.user_bytes;
  options.limits.uploads = config.files.uploads;
  options.limits.types = config.files.types;
  options.limits.ttl = config.files.ttl;
  options.limits.unfinished_ttl = config.files.unfinished_ttl;
  options.queue_limit = config.files.queue;
  options.downloads = {config.files.downloads, config.files.downloads_per_address,
                       config.files.downloads_waiting};
  return options;
}

Result<auth::VerifierOptions> verifier_options(const Config& config, std::string& why) {
  auth::VerifierOptions options;
  options.secret = config.server.token_secret;
  for (const std::string& path : config.tokens.public_keys) {
    auto pem = read_small_file(path, &why);
    if (!pem) {
      why = path + ": " + why;
      return Errc::config_invalid;
    }
    options.public_keys.push_back(std::move(*pem));
  }
  options.fetched_keys = !config.tokens.jwks_url.empty();
  options.audience = config.tokens.audience;
  options.issuer = config.tokens.issuer;
  options.leeway_seconds = std::chrono::ceil<std::chrono::seconds>(config.tokens.leeway).count();
  return options;
}

}  // namespace parley::server
