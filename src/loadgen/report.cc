#include "loadgen/report.h"

#include <array>

#include "base/check.h"

// report_parts.S
extern "C" const char parley_report_html[], parley_report_html_end[];
extern "C" const char parley_report_css[], parley_report_css_end[];
extern "C" const char parley_plot_css[], parley_plot_css_end[];
extern "C" const char parley_plot_js[], parley_plot_js_end[];
extern "C" const char parley_plots_js[], parley_plots_js_end[];
extern "C" const char parley_report_js[], parley_report_js_end[];

namespace parley::loadgen {
namespace {

ByteView bytes(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// Only inside a JSON string can a '<' stand, and there it may be written so. Without it no
// "</script>" and no "<!--" can end or change the element that holds the JSON.
std::string without_markup(ByteView json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      safe.append("\\u003c");
    } else {
      safe.push_back(c);
    }
  }
  return safe;
}

}  // namespace

std::string html_report(ByteView json) {
  const std::string result = without_markup(json);
  const std::array<std::pair<ByteView, ByteView>, 6> parts = {{
      {"{{report.css}}", bytes(parley_report_css, parley_report_css_end)},
      {"{{plot.css}}", bytes(parley_plot_css, parley_plot_css_end)},
      {"{{result.json}}", result},
      {"{{plot.js}}", bytes(parley_plot_js, parley_plot_js_end)},
      {"{{plots.js}}", bytes(parley_plots_js, parley_plots_js_end)},
      {"{{report.js}}", bytes(parley_report_js, parley_report_js_end)},
  }};
  ByteView page = bytes(parley_report_html, parley_report_html_end);
  std::string report;
  for (const auto& [place, part] : parts) {  // in their order on the page
    const std::size_t at = page.find(place);
    CHECK(at != ByteView::npos);
    report.append(page.substr(0, at)).append(part);
    page.remove_prefix(at + place.size());
  }
  return report.append(page);
}

}  // namespace parley::loadgen
