// echo: every client alone in a room of its own hears what it says. Closed loop: so many messages
// of each client are under way; open loop: the clients take turns at the rate.
#include "loadgen/squad.h"

namespace parley::loadgen {
namespace {

class EchoSquad final : public Squad {
 public:
  using Squad::Squad;

  void start() override;
  void stop() override {
    running_ = false;
    Squad::stop();
  }

  void sent() { ++outstanding_; }
  // Shall the guest say the next?
  bool answered() {
    --outstanding_;
    return running_ && options_.rate == 0;
  }

 private:
  std::unique_ptr<Guest> make_guest(std::uint64_t number) override;

  std::size_t next_ = 0;  // open loop: whose turn it is
  bool running_ = false;
};

class Echoer final : public Guest {
 public:
  Echoer(EchoSquad& squad, const LoadOptions& options, std::uint64_t number)
      : Guest(squad, options.endpoint, number),
        echo_(squad),
        channel_(options.channel + "-" + std::to_string(number)) {}

  void say(std::uint64_t at_us) {
    echo_.sent();
    echo_.publish(client_, echo_.next_id(), channel_, {++sent_, at_us});
  }

 private:
  Login login() const override {
    return {.user = "u" + std::to_string(number()), .rooms = {{.channel = channel_}}};
  }
  bool take(ByteView message) override {
    bool any = false;
    while (const auto mark = Mark::take(message)) {
      any = true;
      if (mark->number != ++heard_) {
        echo_.fault("an echo was lost, doubled or out of order");
        heard_ = mark->number;
      }
      echo_.received(*mark, now_us());
      if (echo_.answered()) say(now_us());
    }
    return any;
  }

  EchoSquad& echo_;
  const std::string channel_;
  std::uint64_t sent_ = 0;
  std::uint64_t heard_ = 0;
};

void EchoSquad::start() {
  running_ = true;
  if (guests_.empty()) return;
  if (options_.rate > 0) {
    const auto share =
        static_cast<double>(guests_.size()) / static_cast<double>(options_.connections);
    return pace(options_.rate * share, [this](std::uint64_t at_us) {
      static_cast<Echoer&>(*guests_[next_++ % guests_.size()]).say(at_us);
    });
  }
  for (const auto& guest : guests_) {
    for (std::uint64_t i = 0; i < options_.in_flight; ++i) {
      static_cast<Echoer&>(*guest).say(now_us());
    }
  }
}

std::unique_ptr<Guest> EchoSquad::make_guest(std::uint64_t number) {
  return std::make_unique<Echoer>(*this, options_, number);
}

}  // namespace

std::unique_ptr<Squad> make_echo(const SquadPlace& place, const LoadOptions& options) {
  return std::make_unique<EchoSquad>(place, options);
}

}  // namespace parley::loadgen
