#include "api/routes.h"
#include "base/json_writer.h"
#include "http/response.h"

namespace parley::api {

void add_probes(http::Router& router, const metrics::Metrics& metrics,
                const metrics::Gauges& gauges, MetricsAccess access, HealthSources health) {
  router.add("GET", "/health",
             [health = std::move(health)](const http::Request&, const http::Peer&,
                                          http::Responder respond) {
               const bool draining = health.is_draining();
               std::string body;
               JsonWriter json(body);
               json.begin_object().member("status", draining ? "draining" : "ok");
               json.member("storage", health.storage());
               json.member("files", health.files()).end_object();
               auto response = http::json(draining ? 503 : 200, std::move(body));
               response.add("Cache-Control", "no-store");
               respond(std::move(response));
             });
  router.add("GET", "/metrics",
             [&metrics, &gauges, access](const http::Request&, const http::Peer& peer,
                                         http::Responder respond) {
               const bool allowed = access == MetricsAccess::any ||
                                    (access == MetricsAccess::loopback && peer.loopback);
               if (!allowed) return respond(http::problem(Errc::http_not_found));
               http::Response response;
               response.body = metrics.prometheus_text() + gauges.prometheus_text();
               response.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
               response.add("Cache-Control", "no-store");
               respond(std::move(response));
             });
}

}  // namespace parley::api
