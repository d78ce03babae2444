#include "metrics/gauges.h"

namespace parley::metrics {

std::string Gauges::prometheus_text() const {
  std::string text;
  for (const Gauge& gauge : gauges_) {
    text += "# HELP " + gauge.name + " " + gauge.help + "\n# TYPE " + gauge.name + " gauge\n";
    text += gauge.name + " " + std::to_string(gauge.value()) + "\n";
  }
  return text;
}

}  // namespace parley::metrics
