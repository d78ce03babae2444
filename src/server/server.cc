#include "server/server.h"

#include <sys/resource.h>
#include <unistd.h>

#include <thread>

#include "api/routes.h"
#include "base/log.h"
#include "broker/brokers.h"
#include "hub/hub.h"
#include "runtime/shard_set.h"
#include "transport/listener.h"

namespace parley::server {
namespace {

constexpr std::size_t kReservedDescriptors = 64;  // listeners, logs, event loops

std::size_t thread_count(const Config& config) {
  if (config.server.threads != 0) return config.server.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

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

transport::Options transport_options(const Config& config) {
  const auto& limits = config.limits;
  transport::Options options;
  options.http = {limits.request_line_bytes, limits.header_bytes, limits.header_count,
                  limits.body_bytes};
  options.request_timeout = limits.request_timeout;
  options.keep_alive_timeout = limits.keep_alive_timeout;
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

dialect::PlainOptions plain_options(const Config& config) {
  dialect::PlainOptions options;
  options.echo_path = config.plain.echo_path;
  options.room_path = config.plain.room_path;
  options.ping = config.plain.ping;
  options.pong = config.plain.pong;
  options.user_name_bytes = config.limits.user_name_bytes;
  options.room_name_bytes = config.limits.room_name_bytes;
  options.publish_rate = config.limits.publish_rate;
  options.token_secret = config.server.token_secret;
  return options;
}

api::MetricsAccess metrics_access(const Config& config) {
  if (config.http.metrics == "any") return api::MetricsAccess::any;
  return config.http.metrics == "off" ? api::MetricsAccess::off : api::MetricsAccess::loopback;
}

std::vector<const metrics::ShardCounters*> counters_of(runtime::ShardSet& shards) {
  std::vector<const metrics::ShardCounters*> counters;
  for (std::size_t i = 0; i < shards.size(); ++i) counters.push_back(&shards[i].counters());
  return counters;
}

}  // namespace

// In the order in which they are built; destroyed in the reverse order.
struct Server::Parts {
  explicit Parts(const Config& config)
      : options(transport_options(config)),
        origins(config.http.allowed_origins, development_mode(config)
                                                 ? http::OwnPages::on_loopback
                                                 : http::OwnPages::on_any_host),
        files(http::embedded_assets()),
        shards(thread_count(config)),
        metrics(counters_of(shards)),
        hub(shards, {config.limits.presence_list, config.limits.mailbox_messages},
            broker::make_memory_broker),
        plain(dialect::make_plain(plain_options(config))) {}

  const transport::Options options;
  const http::OriginRules origins;
  const http::StaticFiles files;
  runtime::ShardSet shards;
  metrics::Metrics metrics;
  hub::Hub hub;
  std::unique_ptr<dialect::DialectKind> plain;
  transport::ConnectionCounts counts;
  std::shared_ptr<const runtime::TlsContext> tls;
  std::vector<std::unique_ptr<transport::Listener>> listeners;
  std::vector<std::string> unix_paths;  // to be removed at the end
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> listeners_left{0};
  std::size_t next_shard = 0;  // for the connections of Unix sockets; shard 0 only
};

Server::Server(const Config& config) : config_(config), parts_(std::make_unique<Parts>(config_)) {}

Server::~Server() { stop(); }

std::string Server::certificate_fingerprint() const {
  return parts_->tls == nullptr ? "" : parts_->tls->fingerprint();
}

Result<void> Server::start(std::string& why) {
  Parts& parts = *parts_;
  if (config_.server.tls == "self") {
    parts.tls = runtime::TlsContext::self_signed();
  } else if (!config_.server.tls.empty()) {
    const auto comma = config_.server.tls.find(',');
    auto loaded = runtime::TlsContext::load(config_.server.tls.substr(0, comma),
                                            config_.server.tls.substr(comma + 1), why);
    if (!loaded.has_value()) return loaded.error();
    parts.tls = *loaded;
  }
  const transport::Front front{parts.options, parts.origins, {parts.plain.get()},
                               parts.hub,     parts.counts,  parts.tls.get()};
  for (std::size_t i = 0; i < parts.shards.size(); ++i) {
    http::Router router;
    api::add_probes(router, parts.metrics, metrics_access(config_),
                    [&parts] { return parts.draining.load(); });
    api::add_pages(router, parts.files, config_.plain.echo_path, config_.plain.room_path);
    parts.listeners.push_back(
        std::make_unique<transport::Listener>(parts.shards[i], front, std::move(router)));
  }
  for (const ListenAddress& address : listen_addresses(config_)) {
    if (const auto opened = listen(address, why); !opened.has_value()) return opened.error();
  }
  parts.shards.start();
  return {};
}

Result<void> Server::listen(const ListenAddress& address, std::string& why) {
  Parts& parts = *parts_;
  ListenAddress bound = address;
  const auto failed = [&](const std::string& reason) {
    why = "cannot listen on " + to_string(address) + ": " + reason;
    return Errc::io_error;
  };
  std::string reason;
  if (address.kind == ListenAddress::Kind::unix_socket) {
    const auto fd = runtime::listen_unix(address.path, reason);
    if (!fd.has_value()) return failed(reason);
    parts.unix_paths.push_back(address.path);
    parts.listeners[0]->listen(*fd, false, [&parts](int socket, const runtime::PeerAddress& peer) {
      const std::size_t shard = parts.next_shard++ % parts.shards.size();
      parts.shards.post(shard, [&parts, shard, socket, peer] {
        parts.listeners[shard]->adopt(socket, peer, false);
      });
    });
  } else {
    if (runtime::is_taken(address.host, address.port)) {
      return failed("another program uses this port; choose one with --listen");
    }
    for (auto& listener : parts.listeners) {
      const auto fd = runtime::listen_tcp(address.host, bound.port, reason);
      if (!fd.has_value()) return failed(reason);
      bound.port = runtime::local_port(*fd);  // port 0: the first shard's choice is everyone's
      listener->listen(*fd, address.tls);
    }
  }
  addresses_.push_back(to_string(bound));
  return {};
}

void Server::drain() {
  Parts& parts = *parts_;
  parts.draining = true;
  parts.listeners_left = parts.listeners.size();
  for (std::size_t i = 0; i < parts.listeners.size(); ++i) {
    parts.shards.post(i, [&parts, i, limit = config_.server.drain_timeout] {
      parts.listeners[i]->drain(limit / 2, limit, [&parts] { --parts.listeners_left; });
    });
  }
}

bool Server::drained() const { return parts_->draining && parts_->listeners_left == 0; }

void Server::stop() {
  if (parts_ == nullptr) return;
  parts_->shards.stop();
  for (const auto& path : parts_->unix_paths) ::unlink(path.c_str());
  parts_.reset();
}

}  // namespace parley::server
