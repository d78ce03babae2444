#include "loadgen/screen.h"

#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "loadgen/figures.h"

namespace parley::loadgen {
namespace {

constexpr std::size_t kDefaultColumns = 80;
constexpr std::size_t kMostColumns = 100;  // wider is not easier to read
constexpr std::size_t kLabelColumn = 2;
constexpr std::size_t kValueColumn = 15;        // behind "connections"
constexpr std::size_t kNumberColumns = 10;      // 99,999,999
constexpr std::size_t kSmallNumberColumns = 4;  // 12.3
constexpr std::size_t kLeastBar = 4;
constexpr std::size_t kLeastSparkline = 6;
constexpr std::size_t kMostSparkline = 48;
constexpr auto kPlainLineEvery = std::chrono::seconds(5);

constexpr ByteView kBold = "\x1b[1m";
constexpr ByteView kFaint = "\x1b[2m";
constexpr ByteView kAccent = "\x1b[36m";
constexpr ByteView kBad = "\x1b[1;31m";
constexpr ByteView kPlain = "\x1b[0m";
constexpr ByteView kClearRest = "\x1b[K";
constexpr ByteView kClearBelow = "\x1b[J";

// Lines of text that know how wide they are, whatever colours are in them.
class Picture {
 public:
  Picture(std::size_t columns, bool colour) : columns_(columns), colour_(colour) {}

  Picture& add(ByteView text, ByteView style = {}) {
    width_ += width_of(text);
    const bool styled = colour_ && !style.empty();
    if (styled) text_.append(style);
    text_.append(text);
    if (styled) text_.append(kPlain);
    return *this;
  }
  Picture& fill_to(std::size_t column) {
    return add(std::string(column > width_ ? column - width_ : 0, ' '));
  }
  void end_line() {
    text_.append(kClearRest).push_back('\n');
    width_ = 0;
    ++lines_;
  }

  std::size_t room() const { return columns_ > width_ ? columns_ - width_ : 0; }
  std::size_t lines() const { return lines_; }
  const std::string& text() const { return text_; }

 private:
  const std::size_t columns_;
  const bool colour_;
  std::string text_;
  std::size_t width_ = 0;
  std::size_t lines_ = 0;
};

std::string repeated(ByteView text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out.append(text);
  return out;
}

std::uint64_t whole(double number) {
  return static_cast<std::uint64_t>(std::max(0.0, std::round(number)));
}

std::string percent(double fraction) {
  return std::to_string(static_cast<int>(100 * std::clamp(fraction, 0.0, 1.0))) + " %";
}

void add_bar(Picture& picture, double fraction, std::size_t width) {
  const auto halves = static_cast<std::size_t>(fraction * 2 * static_cast<double>(width));
  const bool half = halves % 2 == 1;
  picture.add(repeated("━", halves / 2) + (half ? "╸" : ""), kAccent);
  picture.add(repeated("─", width - halves / 2 - (half ? 1 : 0)), kFaint);
}

void add_phase(Picture& picture, const Progress& progress) {
  const double fraction = std::clamp(progress.fraction, 0.0, 1.0);
  std::string behind = right_aligned(percent(fraction), 7);
  if (progress.seconds_left > 0) behind += "  " + duration(progress.seconds_left) + " left";
  picture.fill_to(kLabelColumn)
      .add(fitted(progress.phase, kValueColumn - kLabelColumn - 1), kBold)
      .fill_to(kValueColumn);
  if (picture.room() >= width_of(behind) + kLeastBar) {
    add_bar(picture, fraction, picture.room() - width_of(behind));
  }
  picture.add(fitted(behind, picture.room()));
  picture.end_line();
}

// From zero, so that a small tremble looks small.
std::string sparkline(const std::vector<double>& rates, std::size_t width) {
  static constexpr std::array<ByteView, 8> kLevels = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t first = rates.size() > width ? rates.size() - width : 0;
  const double highest =
      *std::max_element(rates.begin() + static_cast<std::ptrdiff_t>(first), rates.end());
  std::string line;
  for (std::size_t i = first; i < rates.size(); ++i) {
    const double share = highest > 0 ? rates[i] / highest : 0;
    line.append(kLevels[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))]);
  }
  return line;
}

// A label and figures behind it; what does not fit goes on below.
void add_row(Picture& picture, ByteView label, const std::vector<Figure>& figures,
             ByteView style = {}) {
  picture.fill_to(kLabelColumn).add(label, kFaint).fill_to(kValueColumn);
  bool first = true;
  for (const Figure& figure : figures) {
    const std::size_t columns = 3 + kSmallNumberColumns + 1 + width_of(figure.unit);
    if (!first && picture.room() < columns) {
      picture.end_line();
      picture.fill_to(kValueColumn);
      first = true;
    }
    picture.add(first ? "" : "   ")
        .add(right_aligned(figure.number, first ? kNumberColumns : kSmallNumberColumns), style)
        .add(figure.unit.empty() ? "" : " " + figure.unit);
    first = false;
  }
}

Figure named(Figure figure, ByteView name) {
  figure.unit.append(" ").append(name);
  return figure;
}

std::vector<Figure> server_figures(const Moment& now) {
  std::vector<Figure> figures;
  if (now.server_cores) figures.push_back({decimals(*now.server_cores, 2), "cores"});
  if (now.resident_bytes) {
    figures.push_back(bytes_figure(static_cast<double>(*now.resident_bytes)));
  }
  return figures;
}

void add_traffic(Picture& picture, const Moment& now, const std::vector<double>& rates) {
  if (!rates.empty()) {
    add_row(picture, "deliveries", {{grouped(whole(now.deliveries_per_second)), "/s"}});
    if (picture.room() >= 3 + kLeastSparkline) {
      const std::size_t width = std::min(picture.room() - 3, kMostSparkline);
      picture.add("   ").add(sparkline(rates, width), kAccent);
    }
    picture.end_line();
  }
  if (now.published_per_second > 0) {
    add_row(picture, "published", {{grouped(whole(now.published_per_second)), "/s"}});
    picture.end_line();
  }
  if (now.max_us > 0) {
    add_row(picture, "latency",
            {named(time_figure(now.p50_us), "p50"), named(time_figure(now.p99_us), "p99"),
             named(time_figure(now.max_us), "max")});
    picture.end_line();
  }
}

void add_standing(Picture& picture, const Progress& progress) {
  const Moment& now = progress.now;
  if (now.connections > 0 || progress.wanted_connections > 0) {
    Figure connections{grouped(now.connections), ""};
    if (progress.wanted_connections > 0) {
      connections.unit = "of " + grouped(progress.wanted_connections);
    }
    add_row(picture, "connections", {connections});
    picture.end_line();
  }
  if (const std::vector<Figure> server = server_figures(now); !server.empty()) {
    add_row(picture, "server", server);
    picture.end_line();
  }
  if (progress.errors > 0) {
    add_row(picture, "errors", {{grouped(progress.errors), ""}}, kBad);
    picture.end_line();
  }
}

bool colour_is_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

}  // namespace

Screen::Screen(std::FILE* out, bool live, unsigned columns)
    : out_(out), live_(live), colour_(colour_is_wanted()), columns_(columns) {}

void Screen::show(const Progress& progress, TimePoint now) {
  if (live_) {
    draw(progress);
  } else {
    print_line(progress, now);
  }
}

void Screen::clear() {
  if (lines_ == 0) return;
  std::fprintf(out_, "\x1b[%zuA\x1b[J", lines_);
  std::fflush(out_);
  lines_ = 0;
}

void Screen::draw(const Progress& progress) {
  if (!rates_.empty() || progress.now.deliveries_per_second > 0) {
    if (rates_.size() == kMostSparkline) rates_.erase(rates_.begin());
    rates_.push_back(progress.now.deliveries_per_second);
  }
  Picture picture(columns(), colour_);
  picture.fill_to(kLabelColumn).add(fitted(progress.title, picture.room()), kBold);
  picture.end_line();
  add_phase(picture, progress);
  add_traffic(picture, progress.now, rates_);
  add_standing(picture, progress);

  std::string out;
  if (lines_ > 0) out = "\x1b[" + std::to_string(lines_) + "A";
  out.append(picture.text()).append(kClearBelow);
  std::fwrite(out.data(), 1, out.size(), out_);
  std::fflush(out_);
  lines_ = picture.lines();
}

void Screen::print_line(const Progress& progress, TimePoint now) {
  if (progress.phase == last_phase_ && now - last_line_ < kPlainLineEvery) return;
  const Moment& moment = progress.now;
  std::string line = last_phase_.empty() ? progress.title + "\n" : "";
  line += progress.phase + ", " + percent(progress.fraction);
  if (moment.deliveries_per_second > 0) {
    line += ", " + grouped(whole(moment.deliveries_per_second)) + " deliveries/s";
  }
  if (moment.published_per_second > 0) {
    line += ", " + grouped(whole(moment.published_per_second)) + " published/s";
  }
  if (moment.max_us > 0) {
    line += ", p50 " + time_figure(moment.p50_us).text();
    line += ", p99 " + time_figure(moment.p99_us).text();
    line += ", max " + time_figure(moment.max_us).text();
  }
  if (moment.connections > 0) line += ", " + count_of(moment.connections, "connection");
  for (const Figure& figure : server_figures(moment)) line += ", server " + figure.text();
  if (progress.errors > 0) line += ", " + count_of(progress.errors, "error");
  std::fprintf(out_, "%s\n", line.c_str());
  std::fflush(out_);
  last_phase_ = progress.phase;
  last_line_ = now;
}

// One less than there are, since a terminal may wrap, or erase, behind a full line.
std::size_t Screen::columns() const {
  std::size_t wide = columns_;
  if (wide == 0) {
    winsize size{};
    const bool told = ::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    wide = told ? size.ws_col : kDefaultColumns;
  }
  return std::min(wide, kMostColumns) - 1;
}

}  // namespace parley::loadgen
