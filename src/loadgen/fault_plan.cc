#include "loadgen/fault_plan.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "loadgen/figures.h"

namespace parley::loadgen {
namespace {

enum class Lasting : std::uint8_t { never, maybe, always };

struct Kind {
  FaultKind kind;
  ByteView name;
  bool takes_clients;
  Lasting lasting;
  bool needs_own_server;
};
constexpr Kind kKinds[kFaultKinds] = {
    {FaultKind::drop, "drop", true, Lasting::never, false},
    {FaultKind::leave, "leave", true, Lasting::maybe, false},
    {FaultKind::freeze, "freeze", true, Lasting::always, false},
    {FaultKind::half_open, "half-open", true, Lasting::never, false},
    {FaultKind::kill, "kill", false, Lasting::maybe, true},
    {FaultKind::restart, "restart", false, Lasting::maybe, true},
    {FaultKind::quiet, "quiet", false, Lasting::never, false},
};

constexpr Duration kShortestInterval{50};  // a tick of the timers

struct Builtin {
  ByteView name;
  ByteView text;
};
constexpr Builtin kBuiltins[] = {
    {"short", R"(# Every kind of fault, for a test run of 12 s
every 300ms       drop 5%
every 700ms       leave 3 for 300ms
at    1s          freeze 3 for 1s
at    2s          half-open 2
at    5s          kill for 300ms
at    8s          restart
at    9s          freeze 3 for 5s
every 4s          quiet
)"},
    {"cuts", R"(# What clients suffer; the server is left alone
every 100ms..500ms  drop 4%
every 1s..3s        leave 3 for 1s
every 5s            freeze 2 for 2s
every 20s           freeze 2 for 7s
every 15s           half-open 2
every 30s           drop 100%
every 10s           quiet
)"},
    {"kills", R"(# The server dies under load
every 2s..6s        kill for 200ms
every 15s           restart
every 500ms         drop 2%
every 10s           quiet
)"},
    {"long", R"(# For hours
every 50ms..500ms   drop 4%
every 1s..3s        leave 3 for 1s
every 5s            freeze 2 for 2s
every 30s           freeze 2 for 7s
every 25s           half-open 2
every 60s           drop 100%
every 20s..90s      kill for 500ms
every 120s          restart
every 10s           quiet
)"},
};

const Kind& kind_of(FaultKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

// One line of a plan, word by word.
class Line {
 public:
  Line(ByteView text, std::size_t number) : text_(text.substr(0, text.find('#'))), number_(number) {
    skip_space();
  }

  bool empty() const { return at_ == text_.size(); }
  ByteView word() {
    begun_ = at_;
    const std::size_t end = std::min(text_.find_first_of(" \t\r", at_), text_.size());
    const ByteView word = text_.substr(at_, end - at_);
    at_ = end;
    skip_space();
    return word;
  }
  // About the word that was taken last.
  std::string fault(const std::string& words) const {
    return "line " + std::to_string(number_) + ", column " + std::to_string(begun_ + 1) + ": " +
           words;
  }

 private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r", at_), text_.size()); }

  ByteView text_;
  std::size_t number_;
  std::size_t at_ = 0;
  std::size_t begun_ = 0;
};

bool parse_when(Line& line, Fault& fault, std::string& why) {
  const ByteView word = line.word();
  if (word != "at" && word != "every") {
    why = line.fault("a line begins with at or every, not \"" + std::string(word) + '"');
    return false;
  }
  const ByteView time = line.word();
  const std::size_t dots = time.find("..");
  const auto least = parse_duration(time.substr(0, dots));
  const auto most = dots == ByteView::npos ? least : parse_duration(time.substr(dots + 2));
  if (!least || !most || (word == "at" && dots != ByteView::npos)) {
    why = line.fault("a time is written as 300ms, 5s or 2m" +
                     std::string(word == "at" ? "" : ", or 2s..6s") + "; got \"" +
                     std::string(time) + '"');
    return false;
  }
  if (word == "at") {
    fault.at = *least;
    return true;
  }
  if (*least < kShortestInterval || *most < *least) {
    why = line.fault(*most < *least ? "the second time is less than the first"
                                    : "at most every 50ms");
    return false;
  }
  fault.every_least = *least;
  fault.every_most = *most;
  return true;
}

bool parse_clients(Line& line, Fault& fault, std::string& why) {
  ByteView word = line.word();
  const ByteView written = word;
  fault.is_percent = word.ends_with('%');
  if (fault.is_percent) word.remove_suffix(1);
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, fault.clients);
  if (error == std::errc() && stop == end && fault.clients > 0 &&
      (!fault.is_percent || fault.clients <= 100)) {
    return true;
  }
  why = line.fault(std::string(kind_of(fault.kind).name) +
                   " wants a number of clients, as 3 or 10%; got \"" + std::string(written) + '"');
  return false;
}

bool parse_lasting(Line& line, Lasting lasting, Fault& fault, std::string& why) {
  const std::string name(kind_of(fault.kind).name);
  if (line.empty()) {
    if (lasting != Lasting::always) return true;
    line.word();
    why = line.fault(name + " wants to know how long, as in: " + name + " 2 for 1s");
    return false;
  }
  const ByteView word = line.word();
  if (lasting == Lasting::never || word != "for") {
    why = line.fault("unknown word \"" + std::string(word) + "\" behind " + name);
    return false;
  }
  const auto lasts = parse_duration(line.word());
  if (!lasts) {
    why = line.fault("a time is written as 300ms, 5s or 2m");
    return false;
  }
  fault.lasts = *lasts;
  if (line.empty()) return true;
  line.word();
  why = line.fault("nothing may follow here");
  return false;
}

std::optional<Fault> parse_line(Line& line, std::string& why) {
  Fault fault;
  if (!parse_when(line, fault, why)) return std::nullopt;
  const ByteView name = line.word();
  const auto* const kind = std::ranges::find(kKinds, name, &Kind::name);
  if (kind == std::end(kKinds)) {
    why = line.fault("unknown fault \"" + std::string(name) + "\"; known are");
    for (const Kind& each : kKinds) why += " " + std::string(each.name);
    return std::nullopt;
  }
  fault.kind = kind->kind;
  if (kind->takes_clients && !parse_clients(line, fault, why)) return std::nullopt;
  if (!parse_lasting(line, kind->lasting, fault, why)) return std::nullopt;
  return fault;
}

}  // namespace

ByteView fault_name(FaultKind kind) { return kind_of(kind).name; }
bool needs_own_server(FaultKind kind) { return kind_of(kind).needs_own_server; }

std::optional<FaultPlan> parse_fault_plan(ByteView text, std::string& why) {
  FaultPlan plan;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::optional<Fault> fault = parse_line(line, why);
    if (!fault) return std::nullopt;
    plan.faults.push_back(*fault);
  }
  return plan;
}

ByteView builtin_plan(ByteView name) {
  const auto* const found = std::ranges::find(kBuiltins, name, &Builtin::name);
  return found == std::end(kBuiltins) ? ByteView() : found->text;
}

std::string builtin_plan_names() {
  std::string names;
  for (const Builtin& each : kBuiltins) {
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  }
  return names;
}

FaultSchedule::FaultSchedule(FaultPlan plan, std::uint64_t seed, std::uint32_t clients)
    : plan_(std::move(plan)), clients_(clients), random_(seed) {
  for (const Fault& fault : plan_.faults) {
    due_.emplace_back(fault.every_least.count() == 0 ? fault.at : interval(fault));
  }
}

std::optional<FaultStep> FaultSchedule::next() {
  std::size_t first = due_.size();
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (due_[i] && (first == due_.size() || *due_[i] < *due_[first])) first = i;
  }
  if (first == due_.size()) return std::nullopt;
  const Fault& fault = plan_.faults[first];
  FaultStep step{*due_[first], fault.kind, fault.lasts, choose(fault)};
  if (fault.every_least.count() == 0) {
    due_[first].reset();
  } else {
    *due_[first] += interval(fault);
  }
  return step;
}

Duration FaultSchedule::interval(const Fault& fault) {
  const auto spread = static_cast<std::uint64_t>((fault.every_most - fault.every_least).count());
  return fault.every_least + Duration(random_.below(spread + 1));
}

std::vector<std::uint32_t> FaultSchedule::choose(const Fault& fault) {
  std::uint32_t count = fault.clients;
  if (fault.is_percent) count = std::max<std::uint32_t>(1, clients_ * fault.clients / 100);
  if (fault.clients == 0) count = 0;
  std::vector<std::uint32_t> all(clients_);
  std::iota(all.begin(), all.end(), 0U);
  count = std::min(count, clients_);
  for (std::uint32_t i = 0; i < count; ++i) {  // the beginning of a shuffle
    std::swap(all[i], all[i + random_.below(clients_ - i)]);
  }
  all.resize(count);
  std::ranges::sort(all);
  return all;
}

}  // namespace parley::loadgen
