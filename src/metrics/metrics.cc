#include "metrics/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <fstream>

#include "base/check.h"
#include "base/log.h"

namespace parley::metrics {
namespace {

struct CounterInfo {
  Counter counter;
  const char* name;
  const char* help;
};

constexpr CounterInfo kCounters[] = {
    {Counter::connections_opened, "parley_connections_opened_total",
     "TCP and Unix connections accepted."},
    {Counter::sessions_opened, "parley_sessions_opened_total",
     "Clients that completed a handshake."},
    {Counter::http_requests, "parley_http_requests_total", "HTTP requests answered."},
    {Counter::api_requests, "parley_api_requests_total", "Requests to the HTTP API."},
    {Counter::messages_received, "parley_messages_received_total",
     "Messages received from clients."},
    {Counter::publications, "parley_publications_total", "Messages published to channels."},
    {Counter::direct_messages, "parley_direct_messages_total", "Messages sent to one user."},
    {Counter::messages_delivered, "parley_messages_delivered_total",
     "Frames queued for subscribers."},
    {Counter::messages_dropped, "parley_messages_dropped_total",
     "Messages that slow clients lost by their channel's rules."},
    {Counter::bytes_received, "parley_received_bytes_total",
     "Bytes read from connections, after TLS."},
    {Counter::bytes_sent, "parley_sent_bytes_total", "Bytes written to connections, before TLS."},
    {Counter::frames_compressed, "parley_frames_compressed_total",
     "Frames compressed, once per broadcast."},
    {Counter::accept_failures, "parley_accept_failures_total",
     "accept() calls that failed, as with no free descriptor."},
    {Counter::files_stored, "parley_files_stored_total", "Uploads that were completed."},
};

struct GaugeInfo {
  Counter up;
  Counter down;
  const char* name;
  const char* help;
};

constexpr GaugeInfo kGauges[] = {
    {Counter::connections_opened, Counter::connections_closed, "parley_connections",
     "Open connections of any kind."},
    {Counter::sessions_opened, Counter::sessions_closed, "parley_sessions", "Connected clients."},
    {Counter::channels_opened, Counter::channels_closed, "parley_channels",
     "Channels with at least one subscriber."},
    {Counter::subscriptions_opened, Counter::subscriptions_closed, "parley_subscriptions",
     "Subscriptions of all clients."},
};

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type) {
  prometheus::MetricFamily result;
  result.name = name;
  result.help = help;
  result.type = type;
  return result;
}

void add_counter(prometheus::MetricFamily& to, double value,
                 std::vector<prometheus::ClientMetric::Label> labels = {}) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  metric.label = std::move(labels);
  to.metric.push_back(std::move(metric));
}

prometheus::MetricFamily gauge(const char* name, const char* help, double value) {
  auto result = family(name, help, prometheus::MetricType::Gauge);
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  result.metric.push_back(metric);
  return result;
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::size_t place(Errc reason) {
  const auto catalogue = error_catalogue();
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    if (catalogue[i].code == reason) return i;
  }
  check_failed("reason is in the catalogue", __FILE__, __LINE__);
}

}  // namespace

void ShardCounters::add(Errc reason) {
  CHECK(error_catalogue().size() <= kMaxReasons);
  bump(reasons_[place(reason)], 1);
}

std::uint64_t ShardCounters::get(Errc reason) const {
  return reasons_[place(reason)].load(std::memory_order_relaxed);
}

std::uint64_t Metrics::total(Counter counter) const {
  std::uint64_t sum = 0;
  for (const auto* shard : shards_) sum += shard->get(counter);
  return sum;
}

std::uint64_t Metrics::total(Errc reason) const {
  std::uint64_t sum = 0;
  for (const auto* shard : shards_) sum += shard->get(reason);
  return sum;
}

std::string Metrics::prometheus_text() const {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& info : kGauges) {
    // A scrape may read `down` of a connection whose `up` it has just missed: never below zero.
    const auto down = total(info.down);
    const auto up = total(info.up);
    families.push_back(gauge(info.name, info.help, static_cast<double>(up > down ? up - down : 0)));
  }
  for (const auto& info : kCounters) {
    families.push_back(family(info.name, info.help, prometheus::MetricType::Counter));
    add_counter(families.back(), static_cast<double>(total(info.counter)));
  }
  families.push_back(family("parley_errors_total",
                            "Refusals and disconnects by reason; see docs/errors.md.",
                            prometheus::MetricType::Counter));
  for (const auto& info : error_catalogue()) {
    add_counter(families.back(), static_cast<double>(total(info.code)),
                {{"reason", std::string(info.name)}});
  }
  families.push_back(family("parley_slow_consumers_total",
                            "Clients cut because they did not read fast enough.",
                            prometheus::MetricType::Counter));
  add_counter(families.back(), static_cast<double>(total(Errc::slow_consumer)));
  families.push_back(family("parley_log_dropped_total",
                            "Log lines dropped because the queue was full.",
                            prometheus::MetricType::Counter));
  add_counter(families.back(), static_cast<double>(log::dropped_lines()));
  families.push_back(
      gauge("parley_resident_bytes", "Resident memory of the process.", resident_bytes()));
  families.push_back(
      gauge("parley_shards", "Event loop threads.", static_cast<double>(shards_.size())));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace parley::metrics
