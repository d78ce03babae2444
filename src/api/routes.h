// The HTTP routes of the server, each group added to a shard's router at start-up. Handlers answer
// on the shard that received the request.
#pragma once

#include <functional>
#include <string>

#include "http/router.h"
#include "http/static_files.h"
#include "metrics/metrics.h"

namespace parley::api {

enum class MetricsAccess { off, loopback, any };

// GET /health: 200 {"status":"ok"}, or 503 {"status":"draining"} once the server is going down.
// GET /metrics: Prometheus text, to those whom `access` allows (others get 404).
void add_probes(http::Router& router, const metrics::Metrics& metrics, MetricsAccess access,
                std::function<bool()> is_draining);

// GET echo_path?message=TEXT answers TEXT as text/plain (400 above kMaxEchoBytes); without a
// message, and at every room, the page of the web app. Everything else is looked up among its
// files.
inline constexpr std::size_t kMaxEchoBytes = 4096;
void add_pages(http::Router& router, const http::StaticFiles& files, const std::string& echo_path,
               const std::string& room_path);

}  // namespace parley::api
