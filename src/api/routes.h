// The HTTP routes of the server, each group added to a shard's router at start-up. Handlers answer
// on the shard that received the request.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/unique_function.h"
#include "http/router.h"
#include "http/static_files.h"
#include "metrics/gauges.h"
#include "metrics/metrics.h"

namespace parley::auth {
class Verifier;
}
namespace parley::dialect {
class PlainPolls;
}
namespace parley::files {
class FileStore;
}
namespace parley::hub {
class Hub;
}

namespace parley::api {

enum class MetricsAccess { off, loopback, any };

struct HealthSources {
  std::function<bool()> is_draining;
  std::function<ByteView()> storage;  // "none", "good", "full", "failing", "damaged"
  std::function<ByteView()> files;    // "none", "good", "full", "failing"
};

// GET /health: 200 {"status":"ok"}, or 503 {"status":"draining"} once the server is going down.
// "storage" says how durable channels are doing; when it is not good their publications are refused
// and all else goes on, so the status stays "ok". "files" says the same of uploads.
// GET /metrics: Prometheus text, to those whom `access` allows (others get 404).
void add_probes(http::Router& router, const metrics::Metrics& metrics,
                const metrics::Gauges& gauges, MetricsAccess access, HealthSources health);

// What the server takes as files of messages.
struct AppFiles {
  std::string path;
  std::uint64_t max_bytes = 0;
  std::uint64_t chunk_bytes = 0;  // that fit into a request
  std::vector<std::string> types = {};
};

// What the web app must know of its server; docs/web-app.md.
struct AppOptions {
  std::string version = {};
  bool development = false;  // any name is believed, and no token needed
  bool demo = false;
  bool apps = true;
  std::string demo_key = {};  // of the HTTP API; everybody sees it, so never a secret one
  std::string centrifuge_path = {};
  std::string echo_path = {};
  std::string room_path = {};
  std::uint64_t message_bytes = 0;
  std::optional<AppFiles> files = {};  // none: it takes no files
};

// GET /app.json
void add_app_json(http::Router& router, const AppOptions& options);

// GET room_path/NAME/messages; docs/dialects/plain.md, "Polling".
http::Handler room_messages(const dialect::PlainPolls& polls, hub::Hub& hub, std::size_t shard,
                            metrics::ShardCounters& counters);
bool is_room_messages(ByteView path, ByteView room_path);

// GET echo_path?message=TEXT answers TEXT as text/plain (400 above kMaxEchoBytes); without a
// message, at every room and at every app, the page of the web app. `messages` has those of the
// rooms. Everything else is looked up among the app's files.
inline constexpr std::size_t kMaxEchoBytes = 4096;
void add_pages(http::Router& router, const http::StaticFiles& files, const AppOptions& options,
               http::Handler messages);

// Made once for all shards.
struct ServerApiOptions {
  std::vector<std::string> keys = {};     // none: every request is refused
  std::size_t payload_bytes = 64 * 1024;  // of one publication
  std::string node_name = {};
  std::string version = {};
  std::string node_id = ConnectionId::random().text();
  TimePoint started = Clock::now();
};

// POST /api/METHOD (and POST /api with {"method","params"}): what back ends may do;
// docs/http-api.md. GET /api/openapi.json describes it. `shard` is the one whose router this is,
// `counters` are its.
void add_server_api(http::Router& router, hub::Hub& hub, std::size_t shard,
                    metrics::ShardCounters& counters, const ServerApiOptions& options);

struct FilesOptions {
  files::FileStore* store = nullptr;         // null: uploads are off, and the refusal says how to
  const auth::Verifier* verifier = nullptr;  // null: development mode, ?username= is believed
  std::size_t user_name_bytes = 128;
};

// Uploads, at /files, and what was uploaded, at /files/ID/NAME; docs/files.md. `home` posts to the
// shard whose router this is, from any thread; `counters` are its.
void add_files(http::Router& router, std::function<void(UniqueFunction<void()>)> home,
               metrics::ShardCounters& counters, const FilesOptions& options);

}  // namespace parley::api
