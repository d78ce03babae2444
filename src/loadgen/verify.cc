#include "loadgen/verify.h"

#include <algorithm>
#include <memory>

#include "base/ids.h"
#include "loadgen/figures.h"
#include "loadgen/verify_client.h"
#include "loadgen/verify_server.h"
#include "runtime/shard.h"

namespace parley::loadgen {
namespace {

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

constexpr Duration kTick{50};
constexpr Duration kGatherWithin{30'000};  // until all clients are in their channels
constexpr Duration kFirstWithin{5'000};    // until the first is known to the server
// From the last who came or went until all is the truth. A sanitized server is several times
// slower.
constexpr Duration kTruthWithin{kSanitized ? 15'000 : 5'000};
constexpr Duration kQuietWithin{120'000};  // however often somebody is cut meanwhile
constexpr Duration kAskAgain{500};
constexpr Duration kEndWithin{20'000};      // of the server, after SIGTERM
constexpr Duration kForeignPing{45'000};    // until a server unknown to us notices a dead client
constexpr std::uint32_t kChannelsEach = 4;  // of a client whose dialect can be in many
constexpr std::uint32_t kInsiderEvery = 6;  // of the plain clients, one is in the private channel
constexpr std::uint32_t kIntruders = 2;
// What a publication in the history costs at most, and what a process may grow besides.
constexpr std::uint64_t kBytesStored = 1024;
constexpr std::uint64_t kHistorySize = 20'000;
constexpr std::uint64_t kBytesBesides = 32 << 20;

class VerifyRun final : private runtime::Timer {
 public:
  explicit VerifyRun(const VerifyOptions& options);
  VerifyReport run();

 private:
  enum class Phase : std::uint8_t { gathering, loading, settling, judging, ending };
  using Clients = std::vector<std::unique_ptr<VerifyClient>>;

  void on_timer() override;
  void step(Duration elapsed);
  void watch_server();
  void finish(std::string failure = {});

  void make_channels();
  void make_clients();
  VerifyRole role(std::uint32_t number, std::uint32_t of_kind) const;
  void add_client(std::uint32_t number, VerifyRole role);

  void load(Duration elapsed);
  void publish(Duration elapsed);
  void cause(const FaultStep& step);
  bool suffer(VerifyClient& client, const FaultStep& step);
  void end_server(const FaultStep& step);

  void begin_quiet();
  void settle();
  void judge();
  std::optional<Violation> not_yet();
  std::optional<Violation> unsettled() const;
  void end_quiet();
  void end_run();
  void check_memory();

  const VerifyOptions& options_;
  VerifyReport report_;
  runtime::Shard shard_{0};
  ClientContext client_context_{.shard = shard_};
  Checker checker_;
  Attendance attendance_;
  VerifyContext context_;
  std::unique_ptr<VerifyServer> server_;  // null: the server is the target
  std::optional<std::uint32_t> private_channel_;
  FaultSchedule schedule_;
  std::optional<FaultStep> next_step_;
  Clients clients_;

  Phase phase_ = Phase::gathering;
  TimePoint began_ = Clock::now();
  Duration plan_time_{0};  // stands still in quiet
  double due_ = 0;         // messages to publish
  std::size_t next_publisher_ = 0;
  bool server_ending_ = false;
  std::optional<Duration> server_starts_;
  Duration server_down_{0};
  std::optional<Duration> half_opened_;  // last
  Duration phase_began_{0};
  Duration quiet_began_{0};
  std::optional<Duration> asked_;
  bool is_last_quiet_ = false;
  bool is_over_ = false;
};

VerifyRun::VerifyRun(const VerifyOptions& options)
    : options_(options),
      context_{.client = client_context_,
               .checker = checker_,
               .attendance = attendance_,
               .seed = options.seed,
               .random = Random(options.seed)},
      schedule_(options.plan, options.seed, options.clients) {
  report_.plan = options.plan.name;
  report_.seed = options.seed;
  report_.clients = options.clients;
  report_.channels = options.channels;
  next_step_ = schedule_.next();
}

VerifyReport VerifyRun::run() {
  raise_descriptor_limit(2 * options_.clients + 256);
  std::string why;
  if (options_.target) {
    context_.endpoint = *options_.target;
    report_.target = context_.endpoint.url();
    if (context_.endpoint.tls) client_context_.tls = runtime::TlsContext::any_server();
  } else {
    server_ = std::make_unique<VerifyServer>(options_.binary, options_.token_secret);
    if (!server_->start(why)) {
      report_.failure = "the server does not start: " + why;
      return report_;
    }
    context_.endpoint = *resolve_endpoint(server_->url(), why);
    context_.make_token = options_.make_token;
  }
  make_channels();
  make_clients();
  began_ = Clock::now();
  shard_.schedule(*this, kTick);
  shard_.run();
  clients_.clear();
  return report_;
}

// A server of one's own has namespaces made for this. On another one the names are new each time,
// so that nothing of an earlier run is met.
void VerifyRun::make_channels() {
  const bool own = server_ != nullptr;
  const std::string tag = own ? "" : random_id(4);
  context_.user_prefix = own ? "c" : "verify-" + tag + "-c";
  for (std::uint32_t i = 0; i < options_.channels; ++i) {
    const bool durable = own && i % 2 == 1;
    const std::string space = !own      ? "verify-" + tag + "-"
                              : durable ? std::string(VerifyServer::kDurable) + ":"
                                        : std::string(VerifyServer::kMemory) + ":";
    context_.channels.push_back(space + std::to_string(i));
    checker_.add_channel({context_.channels.back(), durable, own});
  }
  const bool plain =
      std::ranges::find(options_.kinds, WireKind::plain_json) != options_.kinds.end();
  if (own && plain) {
    context_.channels.push_back(std::string(VerifyServer::kPrivate) + ":0");
    private_channel_ = checker_.add_channel({context_.channels.back(), false, true});
    return;
  }
  report_.notes.emplace_back(own ? "without the plain dialect no private channel was tried"
                                 : "the rights, the durability and the memory of a server that is "
                                   "not the run's own are not checked");
}

void VerifyRun::make_clients() {
  std::vector<std::uint32_t> of_kind(options_.kinds.size());
  for (std::uint32_t i = 0; i < options_.clients; ++i) {
    const std::size_t kind = i % options_.kinds.size();
    add_client(i, role(i, of_kind[kind]++));
  }
  if (!private_channel_) return;
  for (std::uint32_t i = 0; i < kIntruders; ++i) {
    add_client(options_.clients + i, {.channels = {*private_channel_}, .has_right = false});
  }
}

VerifyRole VerifyRun::role(std::uint32_t number, std::uint32_t of_kind) const {
  VerifyRole role{.kind = options_.kinds[number % options_.kinds.size()],
                  .publishes = number < options_.publishers};
  if (role.kind != WireKind::centrifuge) {
    const bool insider = private_channel_ && of_kind % kInsiderEvery == 1;
    role.channels = {insider ? *private_channel_ : of_kind % options_.channels};
    return role;
  }
  const std::uint32_t count = std::min(kChannelsEach, options_.channels);
  for (std::uint32_t i = 0; i < count; ++i) {
    role.channels.push_back((of_kind + i) % options_.channels);
  }
  role.forbidden = private_channel_;
  return role;
}

void VerifyRun::add_client(std::uint32_t number, VerifyRole role) {
  checker_.add_client("client " + std::to_string(number) + " (" +
                      std::string(wire_name(role.kind)) + ")");
  clients_.push_back(std::make_unique<VerifyClient>(context_, number, std::move(role)));
}

void VerifyRun::on_timer() {
  const Duration before = context_.now;
  context_.now = std::chrono::duration_cast<Duration>(Clock::now() - began_);
  checker_.set_time(context_.now);
  step(context_.now - before);
  if (is_over_) {
    shard_.stop();
  } else {
    shard_.schedule(*this, kTick);
  }
}

void VerifyRun::step(Duration elapsed) {
  watch_server();
  checker_.tick();
  if (checker_.violation()) finish();
  if (is_over_ || phase_ == Phase::ending) return;
  const bool quiet = phase_ == Phase::settling || phase_ == Phase::judging;
  for (const auto& client : clients_) client->tick(quiet);
  switch (phase_) {
    case Phase::gathering: return settle();
    case Phase::loading: return load(elapsed);
    case Phase::settling: return settle();
    case Phase::judging: return judge();
    case Phase::ending: return;
  }
}

void VerifyRun::watch_server() {
  if (!server_) return;
  if (const auto words = server_->poll()) {
    checker_.server_ended();
    if (!words->empty()) return checker_.fail({Invariant::alive, *words, {}});
    if (phase_ == Phase::ending) return finish();
    server_ending_ = false;
    server_starts_ = context_.now + server_down_;
  }
  if (phase_ == Phase::ending && context_.now - phase_began_ > kEndWithin) {
    return checker_.fail({Invariant::alive, "the server does not end on SIGTERM", {}});
  }
  if (!server_starts_ || context_.now < *server_starts_) return;
  server_starts_.reset();
  std::string why;
  if (!server_->start(why)) {
    checker_.fail(
        {Invariant::alive, "the server does not start again: " + why + server_->log(), {}});
  }
}

void VerifyRun::finish(std::string failure) {
  if (std::exchange(is_over_, true)) return;
  report_.violation = checker_.violation();
  report_.failure = std::move(failure);
  report_.checked = checker_.counts();
  report_.elapsed_seconds = static_cast<double>(context_.now.count()) / 1000;
  report_.connections = context_.connections;
  report_.refusals = context_.refusals;
  report_.directs = context_.directs;
  report_.resubscribed = context_.resubscribed;
  if (report_.violation || !report_.failure.empty()) return;
  report_.failure = nothing_checked(report_, options_.plan, options_.duration);
  if (!report_.failure.empty()) report_.failure.insert(0, "nothing was checked: ");
}

// ---- Under load

void VerifyRun::load(Duration elapsed) {
  plan_time_ += elapsed;
  publish(elapsed);
  while (next_step_ && next_step_->at <= plan_time_ && phase_ == Phase::loading) {
    const FaultStep step = *std::exchange(next_step_, schedule_.next());
    cause(step);
  }
  if (phase_ == Phase::loading && plan_time_ >= options_.duration) {
    is_last_quiet_ = true;
    begin_quiet();
  }
}

// At a fixed rate, whoever answers and however fast; what nobody can publish is left out.
void VerifyRun::publish(Duration elapsed) {
  due_ += options_.rate * static_cast<double>(elapsed.count()) / 1000;
  due_ = std::min(due_, std::max(1.0, options_.rate));  // at most a second late
  for (; due_ >= 1; due_ -= 1) {
    for (std::uint32_t tried = 0; tried < options_.publishers; ++tried) {
      VerifyClient& client = *clients_[next_publisher_++ % options_.publishers];
      if (!client.can_publish()) continue;
      client.publish();
      break;
    }
  }
}

void VerifyRun::cause(const FaultStep& step) {
  if (step.kind == FaultKind::quiet) return begin_quiet();
  if (needs_own_server(step.kind)) return end_server(step);
  for (const std::uint32_t number : step.clients) {
    if (suffer(*clients_[number], step)) ++report_.faults[static_cast<std::size_t>(step.kind)];
  }
}

bool VerifyRun::suffer(VerifyClient& client, const FaultStep& step) {
  switch (step.kind) {
    case FaultKind::drop: return client.drop();
    case FaultKind::leave: return client.leave(step.lasts);
    case FaultKind::freeze: return client.freeze(step.lasts);
    case FaultKind::half_open: half_opened_ = context_.now; return client.half_open();
    case FaultKind::kill:
    case FaultKind::restart:
    case FaultKind::quiet: break;
  }
  return false;
}

void VerifyRun::end_server(const FaultStep& step) {
  if (!server_->is_running() || server_ending_) return;
  ++report_.faults[static_cast<std::size_t>(step.kind)];
  if (step.kind == FaultKind::kill) {
    server_->kill9();
    checker_.server_ended();
    server_starts_ = context_.now + step.lasts;
  } else {
    server_->terminate();
    server_ending_ = true;
    server_down_ = step.lasts;
  }
}

// ---- In quiet

void VerifyRun::begin_quiet() {
  phase_ = Phase::settling;
  quiet_began_ = phase_began_ = context_.now;
}

// Until everybody is where it is to be.
void VerifyRun::settle() {
  const auto late = unsettled();
  if (late) {
    const bool nobody = context_.connections == 0 && context_.now >= kFirstWithin;
    if (phase_ == Phase::gathering && nobody) return finish(late->sentence);
    if (context_.now - phase_began_ < kGatherWithin) return;
    if (phase_ == Phase::gathering) return finish(late->sentence);
    checker_.fail(*late);
    return finish();
  }
  if (phase_ == Phase::gathering) {
    if (server_) report_.resident_before = server_->resident_bytes();
    phase_ = Phase::loading;
    return;
  }
  phase_ = Phase::judging;
  phase_began_ = context_.now;
  asked_.reset();
  for (const auto& client : clients_) client->trespass();
  const auto plain = [](const auto& client) {
    return client->role().kind == WireKind::plain_json && client->role().has_right;
  };
  const auto from = std::ranges::find_if(clients_, plain);
  if (from == clients_.end()) return;
  const auto to = std::ranges::find_if(clients_.rbegin(), clients_.rend(), plain);
  (*from)->greet((*to)->user());
}

std::optional<Violation> VerifyRun::unsettled() const {
  if (server_ && (!server_->is_running() || server_ending_)) {
    return Violation{Invariant::alive, "the server is not back", {}};
  }
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (clients_[i]->is_settled()) continue;
    return Violation{Invariant::alive,
                     checker_.label(static_cast<std::uint32_t>(i)) +
                         " does not come into its channels; the last connection that ended: " +
                         (context_.last_words.empty() ? "none" : context_.last_words),
                     {}};
  }
  return std::nullopt;
}

// Until all is the truth, which it must be soon.
void VerifyRun::judge() {
  const auto late = not_yet();
  if (!late) return end_quiet();
  if (context_.now > quiet_began_ + kQuietWithin) {
    checker_.fail(*late);
    return finish();
  }
  Duration within = std::max(phase_began_, attendance_.last_change()) + kTruthWithin;
  if (half_opened_) {
    const Duration noticed =
        server_ ? VerifyServer::kPing + VerifyServer::kPong + kTruthWithin : kForeignPing;
    within = std::max(within, *half_opened_ + noticed);
  }
  if (context_.now < within) return;
  checker_.fail(*late);
  finish();
}

// What is not yet as it must be, as the violation that it becomes.
std::optional<Violation> VerifyRun::not_yet() {
  if (auto late = unsettled()) return late;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (clients_[i]->unanswered() == 0) continue;
    return Violation{Invariant::answer,
                     checker_.label(static_cast<std::uint32_t>(i)) + " has no answer to " +
                         std::to_string(clients_[i]->unanswered()) + " of what it published",
                     {}};
  }
  if (auto late = checker_.lagging()) return late;
  for (const auto& client : clients_) {
    if (auto late = client->judge_views()) return late;
  }
  if (!asked_) {
    for (const auto& client : clients_) client->ask();
    asked_ = context_.now;
    return Violation{Invariant::answer, "nobody was told who is there", {}};
  }
  std::optional<Violation> late;
  for (std::size_t i = 0; i < clients_.size() && !late; ++i) {
    if (!clients_[i]->has_answers()) {
      late = Violation{
          Invariant::answer,
          checker_.label(static_cast<std::uint32_t>(i)) + " has no answer to who is there",
          {}};
    } else {
      late = clients_[i]->judge_answers();
    }
  }
  if (late && context_.now - *asked_ >= kAskAgain) asked_.reset();
  return late;
}

void VerifyRun::end_quiet() {
  ++report_.quiet_points;
  for (const auto& client : clients_) {
    report_.lists_checked += client->answers();
    report_.views_checked += client->views();
    client->bury();
  }
  half_opened_.reset();
  checker_.forget();
  attendance_.forget_gone();
  const CheckerCounts& checked = checker_.counts();
  options_.say(seconds_text(context_.now) + "  all is the truth: " + grouped(checked.published) +
               " published, " + grouped(checked.deliveries) + " delivered, " +
               grouped(context_.connections) + " connections, " + grouped(checked.recoveries) +
               " recoveries");
  if (is_last_quiet_) return end_run();
  phase_ = Phase::loading;
}

void VerifyRun::end_run() {
  if (!server_) return finish();
  check_memory();
  if (checker_.violation()) return finish();
  phase_ = Phase::ending;
  phase_began_ = context_.now;
  server_->terminate();
}

void VerifyRun::check_memory() {
  if (kSanitized) {
    report_.resident_before.reset();
    report_.notes.emplace_back("this build's memory is a sanitizer's, and was not checked");
    return;
  }
  report_.resident_after = server_->resident_bytes();
  const std::uint64_t stored =
      std::min(checker_.counts().published, kHistorySize * context_.channels.size());
  const std::uint64_t allowed =
      *report_.resident_before * 12 / 10 + stored * kBytesStored + kBytesBesides;
  if (*report_.resident_after <= allowed) return;
  const auto text = [](std::uint64_t bytes) {
    return bytes_figure(static_cast<double>(bytes)).text();
  };
  checker_.fail({Invariant::memory,
                 "with the same connections the server has " + text(*report_.resident_after) +
                     ", and had " + text(*report_.resident_before) + "; " + grouped(stored) +
                     " stored messages allow " + text(allowed),
                 {}});
}

}  // namespace

VerifyReport verify(const VerifyOptions& options) { return VerifyRun(options).run(); }

}  // namespace parley::loadgen
