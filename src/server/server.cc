#include "server/server.h"

#include <unistd.h>

#include <thread>

#include "api/routes.h"
#include "base/log.h"
#include "broker/brokers.h"
#include "broker/sqlite_store.h"
#include "dialect/plain_poll.h"
#include "hub/hub.h"
#include "runtime/shard_set.h"
#include "server/demo_cast.h"
#include "server/jwks_fetch.h"
#include "server/options.h"
#include "transport/listener.h"

namespace parley::server {
namespace {

std::size_t thread_count(const Config& config) {
  if (config.server.threads != 0) return config.server.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

std::vector<const metrics::ShardCounters*> counters_of(runtime::ShardSet& shards) {
  std::vector<const metrics::ShardCounters*> counters;
  for (std::size_t i = 0; i < shards.size(); ++i) counters.push_back(&shards[i].counters());
  return counters;
}

ByteView storage_state(const broker::SqliteStore* store) {
  using Health = broker::SqliteStore::Health;
  if (store == nullptr) return "none";
  switch (store->health()) {
    case Health::good: return "good";
    case Health::full: return "full";
    case Health::failing: return "failing";
    case Health::damaged: return "damaged";
  }
  return "failing";
}

ByteView files_state(const files::FileStore* store) {
  using Health = files::FolderHealth;
  if (store == nullptr) return "none";
  switch (store->health()) {
    case Health::good: return "good";
    case Health::full: return "full";
    case Health::failing: return "failing";
  }
  return "failing";
}

void add_gauges(metrics::Gauges& gauges, files::FileStore& store) {
  gauges.add("parley_files_bytes",
             "Bytes of all files and uploads, as they count for files.total_bytes.",
             [&store] { return store.kept_bytes(); });
  gauges.add("parley_files_waiting", "Operations that wait for the disk of the files.",
             [&store] { return store.waiting(); });
  gauges.add("parley_file_downloads", "Downloads of files under way.",
             [&store] { return store.downloads().taken(); });
  gauges.add("parley_file_downloads_waiting", "Downloads of files that wait for a place.",
             [&store] { return store.downloads().waiting(); });
}

}  // namespace

// In the order in which they are built; destroyed in the reverse order.
struct Server::Parts {
  explicit Parts(const Config& config)
      : options(transport_options(config)),
        origins(config.http.allowed_origins, development_mode(config)
                                                 ? http::OwnPages::on_loopback
                                                 : http::OwnPages::on_any_host),
        files(config.http.web_root.empty() ? http::StaticFiles(http::embedded_assets())
                                           : http::StaticFiles(config.http.web_root)),
        shards(thread_count(config)),
        metrics(counters_of(shards)),
        api(server_api_options(config)),
        memory_limits{config.limits.history_bytes / shards.size()} {
    for (std::size_t i = 0; i < shards.size(); ++i) {
      shards[i].set_coalesce_delay(config.server.coalesce_delay);
    }
  }

  const transport::Options options;
  const http::OriginRules origins;
  const http::StaticFiles files;
  runtime::ShardSet shards;
  metrics::Metrics metrics;
  metrics::Gauges gauges;
  const api::ServerApiOptions api;
  const broker::MemoryLimits memory_limits;
  std::unique_ptr<broker::SqliteStore> store;  // null: nothing is durable
  std::unique_ptr<files::FileStore> uploads;   // null: files are off
  std::unique_ptr<auth::Verifier> verifier;    // null: development mode
  std::unique_ptr<JwksFetch> jwks;             // null: no key set is fetched
  std::optional<hub::Hub> hub;
  std::vector<std::unique_ptr<dialect::DialectKind>> dialects;
  std::unique_ptr<dialect::PlainPolls> polls;
  transport::ConnectionCounts counts;
  std::shared_ptr<const runtime::TlsContext> tls;
  std::vector<std::unique_ptr<transport::Listener>> listeners;
  std::unique_ptr<DemoCast> cast;       // null: there is none
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
  if (const auto opened = open_store(why); !opened.has_value()) return opened.error();
  if (const auto opened = open_files(why); !opened.has_value()) return opened.error();
  if (const auto made = make_verifier(why); !made.has_value()) return made.error();
  parts.hub.emplace(
      parts.shards, hub_limits(config_), rule_book(config_), [&parts](runtime::Shard& shard) {
        return parts.store == nullptr
                   ? broker::make_memory_broker(parts.memory_limits)
                   : broker::make_durable_broker(shard, *parts.store, parts.memory_limits);
      });
  const auth::Verifier* verifier = parts.verifier.get();
  parts.dialects.push_back(dialect::make_plain(plain_options(config_, verifier)));
  parts.polls = std::make_unique<dialect::PlainPolls>(plain_options(config_, verifier));
  parts.dialects.push_back(dialect::make_centrifuge(centrifuge_options(config_, verifier)));
  transport::Front front{parts.options, parts.origins, {},
                         *parts.hub,    parts.counts,  parts.tls.get()};
  for (const auto& kind : parts.dialects) front.dialects.push_back(kind.get());
  const api::AppOptions app = app_options(config_);
  for (std::size_t i = 0; i < parts.shards.size(); ++i) {
    http::Router router;
    api::add_probes(router, parts.metrics, parts.gauges, metrics_access(config_),
                    {.is_draining = [&parts] { return parts.draining.load(); },
                     .storage = [&parts] { return storage_state(parts.store.get()); },
                     .files = [&parts] { return files_state(parts.uploads.get()); }});
    api::add_server_api(router, *parts.hub, i, parts.shards[i].counters(), parts.api);
    api::add_files(router,
                   [&shard = parts.shards[i]](runtime::Task task) { shard.post(std::move(task)); },
                   parts.shards[i].counters(),
                   {parts.uploads.get(), verifier, config_.limits.user_name_bytes});
    api::add_app_json(router, app);
    api::add_pages(router, parts.files, app,
                   api::room_messages(*parts.polls, *parts.hub, i, parts.shards[i].counters()));
    parts.listeners.push_back(
        std::make_unique<transport::Listener>(parts.shards[i], front, std::move(router)));
  }
  for (const ListenAddress& address : listen_addresses(config_)) {
    if (const auto opened = listen(address, why); !opened.has_value()) return opened.error();
  }
  parts.shards.start();
  if (config_.demo.cast) parts.cast = std::make_unique<DemoCast>(parts.shards, *parts.hub);
  return {};
}

Result<void> Server::open_store(std::string& why) {
  if (config_.storage.path.empty()) return {};
  auto opened = broker::SqliteStore::open(store_options(config_), why);
  if (!opened.has_value()) return opened.error();
  parts_->store = std::move(*opened);
  return {};
}

Result<void> Server::open_files(std::string& why) {
  const auto options = file_store_options(config_);
  if (!options) return {};
  auto opened = files::FileStore::open(*options, why);
  if (!opened.has_value()) return opened.error();
  parts_->uploads = std::move(*opened);
  add_gauges(parts_->gauges, *parts_->uploads);
  return {};
}

Result<void> Server::make_verifier(std::string& why) {
  if (development_mode(config_)) return {};
  const auto options = verifier_options(config_, why);
  if (!options.has_value()) return options.error();
  auto made = auth::Verifier::make(*options, why);
  if (!made.has_value()) return made.error();
  parts_->verifier = std::move(*made);
  if (config_.tokens.jwks_url.empty()) return {};
  parts_->jwks = std::make_unique<JwksFetch>(
      JwksOptions{.url = config_.tokens.jwks_url, .refresh = config_.tokens.jwks_refresh},
      *parts_->verifier);
  constexpr Duration kFirstKeys{5000};
  parts_->jwks->wait_for_first(kFirstKeys);
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
    const transport::Door door{.insecure = address.insecure};
    parts.listeners[0]->listen(*fd, door,
                               [&parts, door](int socket, const runtime::PeerAddress& peer) {
                                 const std::size_t shard = parts.next_shard++ % parts.shards.size();
                                 parts.shards.post(shard, [&parts, shard, socket, peer, door] {
                                   parts.listeners[shard]->adopt(socket, peer, door);
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
      listener->listen(*fd, {.tls = address.tls, .insecure = address.insecure});
    }
  }
  addresses_.push_back(to_string(bound));
  return {};
}

void Server::drain() {
  Parts& parts = *parts_;
  parts.draining = true;
  parts.cast.reset();
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
  parts_->cast.reset();
  parts_->shards.stop();
  for (const auto& path : parts_->unix_paths) ::unlink(path.c_str());
  parts_.reset();
}

}  // namespace parley::server
