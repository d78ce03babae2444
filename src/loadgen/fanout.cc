// fanout: one publisher, everyone receives. Closed loop: so many messages are under way, and when
// one has reached every receiver the next is sent. Each receiver must get every message once and
// in order.
#include "loadgen/squad.h"

namespace parley::loadgen {
namespace {

// Messages under way at once, at most: an open loop that is further behind has failed.
constexpr std::size_t kMaxUnderWay = 1U << 16;

class FanoutSquad final : public Squad {
 public:
  FanoutSquad(const SquadPlace& place, const LoadOptions& options)
      : Squad(place, options), arrivals_(kMaxUnderWay), squads_done_(leads() ? kMaxUnderWay : 0) {}

  void connect(std::uint64_t wanted) override;
  void start() override {
    if (!leads()) return;
    running_ = true;
    if (options_.rate > 0) {
      pace(options_.rate, [this](std::uint64_t at_us) { send(at_us); });
    } else {
      for (std::uint64_t i = 0; i < options_.in_flight; ++i) send(now_us());
    }
  }
  void stop() override {
    running_ = false;
    Squad::stop();
  }

  // One more guest of this squad has got the message.
  void arrived(std::uint64_t number) {
    std::uint64_t& count = arrivals_[number % kMaxUnderWay];
    if (++count < guests_.size()) return;
    count = 0;
    if (leads()) return squad_done(number);
    auto* lead = static_cast<FanoutSquad*>(place_.lead);
    place_.shards.post(0, [lead, number] { lead->squad_done(number); });
  }

 private:
  std::unique_ptr<Guest> make_guest(std::uint64_t number) override;

  void squad_done(std::uint64_t number) {
    std::uint64_t& done = squads_done_[number % kMaxUnderWay];
    if (++done < place_.shards.size()) return;
    done = 0;
    --outstanding_;
    if (running_ && options_.rate == 0) send(now_us());
  }

  void send(std::uint64_t at_us) {
    if (outstanding_ == kMaxUnderWay) {
      fault("65,536 messages were under way at once: the server is slower than the rate");
      return stop();
    }
    ++outstanding_;
    Client& client = publisher_ ? publisher_->client() : guests_.front()->client();
    publish(client, next_id(), options_.channel, {++sent_, at_us});
  }

  std::vector<std::uint64_t> arrivals_;     // by number: guests of this squad that have it
  std::vector<std::uint64_t> squads_done_;  // by number: squads all of whose guests have it
  std::unique_ptr<Guest> publisher_;        // unless the first receiver publishes
  std::uint64_t sent_ = 0;
  bool running_ = false;
};

class Receiver final : public Guest {
 public:
  Receiver(FanoutSquad& squad, const LoadOptions& options, std::uint64_t number)
      : Guest(squad, options.endpoint, number), fanout_(squad) {}

 private:
  Login login() const override {
    return {.user = "u" + std::to_string(number()),
            .rooms = {{.channel = squad_.options().channel}}};
  }
  bool take(ByteView message) override {
    bool any = false;
    while (const auto mark = Mark::take(message)) {
      any = true;
      if (mark->number != last_ + 1) {
        squad_.fault("after message " + std::to_string(last_) + " came " +
                     std::to_string(mark->number));
      }
      last_ = mark->number;
      squad_.received(*mark, now_us());
      fanout_.arrived(mark->number);
    }
    return any;
  }

  FanoutSquad& fanout_;
  std::uint64_t last_ = 0;
};

// Where a server has another address for publishing.
class Publisher final : public Guest {
 public:
  using Guest::Guest;

 private:
  Login login() const override { return {.user = "publisher"}; }
  bool take(ByteView) override { return true; }  // answers of whatever kind
};

void FanoutSquad::connect(std::uint64_t wanted) {
  Squad::connect(wanted);
  if (!leads() || !options_.publish_endpoint || publisher_) return;
  publisher_ = std::make_unique<Publisher>(*this, *options_.publish_endpoint, wanted);
  reopen(*publisher_);
}

std::unique_ptr<Guest> FanoutSquad::make_guest(std::uint64_t number) {
  return std::make_unique<Receiver>(*this, options_, number);
}

}  // namespace

std::unique_ptr<Squad> make_fanout(const SquadPlace& place, const LoadOptions& options) {
  return std::make_unique<FanoutSquad>(place, options);
}

}  // namespace parley::loadgen
