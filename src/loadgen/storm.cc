// storm: clients in rooms with steady traffic. All but one of each room are cut at once, come back
// at once and recover; each must then have every message of its room once and in order. The one
// that stays publishes, and shows what the storm does to everybody else.
#include "loadgen/random.h"
#include "loadgen/squad.h"

namespace parley::loadgen {
namespace {

// In the number of a room's last message.
constexpr std::uint64_t kLast = 1ULL << 47;
// Between two attempts of a client that was refused, with jitter; doubled each time.
constexpr Duration kRetryAtLeast{100};
constexpr Duration kRetryAtMost{5'000};

class StormSquad;

class StormGuest final : public Guest, private runtime::Timer {
 public:
  StormGuest(StormSquad& squad, const LoadOptions& options, std::uint64_t number);

  bool stays() const { return number() < squad_.options().rooms; }
  void say(std::uint64_t at_us, bool last);
  bool has_heard_last() const { return heard_last_; }

 private:
  Login login() const override;
  void on_subscribed(const Subscribed& subscribed) override;
  void on_publication(const Publication& publication) override;
  void on_ended(const Ending& ending) override;
  void on_timer() override;
  void heard(const Mark& mark);

  StormSquad& storm_;
  const std::string room_;
  std::optional<Position> position_;
  std::uint64_t said_ = 0;
  std::optional<std::uint64_t> last_;  // number of the message that came last
  bool heard_last_ = false;
  bool away_ = false;
  Duration retry_ = kRetryAtLeast;
};

class StormSquad final : public Squad {
 public:
  StormSquad(const SquadPlace& place, const LoadOptions& options)
      : Squad(place, options), random_(options.seed + place.index) {}

  void start() override {
    for (const auto& guest : guests_) {
      auto& each = static_cast<StormGuest&>(*guest);
      if (each.stays()) publishers_.push_back(&each);
    }
    outstanding_ = guests_.size();  // until each has heard the last message of its room
    if (publishers_.empty()) return;
    const double share =
        static_cast<double>(publishers_.size()) / static_cast<double>(options_.rooms);
    pace(options_.rate * share, [this](std::uint64_t at_us) {
      publishers_[turn_++ % publishers_.size()]->say(at_us, false);
    });
  }

  void stop() override {
    Squad::stop();
    for (StormGuest* publisher : std::exchange(publishers_, {})) publisher->say(now_us(), true);
  }

  void strike() override {
    struck_us_ = now_us();
    handshakes_ = guests_.size();  // all at once: that is the storm
    for (const auto& guest : guests_) {
      if (static_cast<StormGuest&>(*guest).stays()) continue;
      ++away_;
      ++result_.dropped;
      guest->client().drop();
    }
  }

  bool has_recovered() const override { return away_ == 0; }
  bool has_struck() const { return struck_us_ != 0; }

  void add_to(Result& result) const override {
    Squad::add_to(result);
    StormResult& all = result.storm ? *result.storm : result.storm.emplace();
    all.dropped += result_.dropped;
    all.back += result_.back;
    all.recovered += result_.recovered;
    all.lost += result_.lost;
    all.duplicates += result_.duplicates;
    all.refused += result_.refused;
    all.back_us.add(result_.back_us);
    all.quiet_us.add(result_.quiet_us);
    all.during_us.add(result_.during_us);
  }

  // For the guests
  void back(bool recovered) {
    --away_;
    ++result_.back;
    if (recovered) ++result_.recovered;
    result_.back_us.record(now_us() - struck_us_);
  }
  void heard_by_stayer(const Mark& mark, std::uint64_t now) {
    if (has_struck() && away_ == 0) return;  // the storm is over
    Histogram& histogram = has_struck() ? result_.during_us : result_.quiet_us;
    histogram.record(now - std::min(now, mark.sent_us));
  }
  void heard_last() { --outstanding_; }
  void lost(std::uint64_t messages) {
    result_.lost += messages;
    fault("messages were lost");
  }
  void doubled() {
    ++result_.duplicates;
    fault("a message came twice or out of order");
  }
  void refused() { ++result_.refused; }
  Duration jittered(Duration limit) {
    return Duration(1 + random_.below(static_cast<std::uint64_t>(limit.count())));
  }

 private:
  std::unique_ptr<Guest> make_guest(std::uint64_t number) override {
    return std::make_unique<StormGuest>(*this, options_, number);
  }

  StormResult result_;
  Random random_;
  std::vector<StormGuest*> publishers_;
  std::size_t turn_ = 0;
  std::uint64_t struck_us_ = 0;
  std::uint64_t away_ = 0;  // dropped, and not back
};

StormGuest::StormGuest(StormSquad& squad, const LoadOptions& options, std::uint64_t number)
    : Guest(squad, options.endpoint, number),
      storm_(squad),
      room_(options.channel + "-" + std::to_string(number % options.rooms)) {}

void StormGuest::say(std::uint64_t at_us, bool last) {
  ++said_;
  storm_.publish(client_, storm_.next_id(), room_, {last ? said_ | kLast : said_, at_us});
}

Login StormGuest::login() const {
  return {.user = "u" + std::to_string(number()),
          .rooms = {{.channel = room_, .since = away_ ? position_ : std::nullopt}}};
}

void StormGuest::on_subscribed(const Subscribed& subscribed) {
  Guest::on_subscribed(subscribed);
  if (away_) {
    away_ = false;
    if (!subscribed.recovered) last_.reset();  // it was told that something is missing
    storm_.back(subscribed.recovered);
  } else if (subscribed.has_position) {
    position_ = subscribed.position;
  } else {
    storm_.fault("the room " + room_ + " cannot be recovered: its channel keeps no history");
  }
}

void StormGuest::on_publication(const Publication& publication) {
  if (position_) {
    position_->offset = publication.offset;
    if (!publication.epoch.empty()) position_->epoch = publication.epoch;
  }
  ByteView data = publication.data;
  if (const auto mark = Mark::take(data)) heard(*mark);
}

void StormGuest::heard(const Mark& mark) {
  const std::uint64_t now = now_us();
  storm_.received(mark, now);
  if (stays()) storm_.heard_by_stayer(mark, now);
  const std::uint64_t number = mark.number & ~kLast;
  if (last_ && number > *last_ + 1) storm_.lost(number - *last_ - 1);
  if (last_ && number <= *last_) storm_.doubled();
  last_ = number;
  if ((mark.number & kLast) == 0 || heard_last_) return;
  heard_last_ = true;
  storm_.heard_last();
}

void StormGuest::on_ended(const Ending& ending) {
  if (stays() || !storm_.has_struck()) return Guest::on_ended(ending);
  const bool was_in = std::exchange(in_, false);
  storm_.went_out(was_in);
  if (was_in && !away_) {  // by our own hand
    away_ = true;
    return storm_.reopen(*this);
  }
  storm_.refused();
  storm_.context().shard.schedule(*this, storm_.jittered(retry_));
  retry_ = std::min(retry_ * 2, kRetryAtMost);
}

void StormGuest::on_timer() { storm_.reopen(*this); }

}  // namespace

std::unique_ptr<Squad> make_storm(const SquadPlace& place, const LoadOptions& options) {
  return std::make_unique<StormSquad>(place, options);
}

}  // namespace parley::loadgen
