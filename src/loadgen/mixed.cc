// mixed: an ordinary day: people in rooms who speak (four of five actions), write to each other,
// ask who is there, and now and then leave and come back. Open loop, at a rate of actions. Messages
// carry whom they are for, so that one in the wrong place is noticed.
#include "loadgen/figures.h"
#include "loadgen/random.h"
#include "loadgen/squad.h"

namespace parley::loadgen {
namespace {

// What a hundred actions are.
constexpr int kPublish = 80;
constexpr int kDirect = 10;
constexpr int kWho = 8;  // the rest leaves

constexpr std::uint64_t kToUser = 1ULL << 47;  // in a mark's number: the number of a guest follows

constexpr std::uint32_t kNotConnected = 103;  // docs/errors.md

class MixedSquad;

class Inhabitant final : public Guest {
 public:
  Inhabitant(MixedSquad& squad, const LoadOptions& options, std::uint64_t number);
  void say(std::uint64_t at_us);
  bool write_to(std::uint64_t guest, std::uint64_t at_us);
  void ask_who(std::uint64_t at_us);
  void leave();

 private:
  Login login() const override;
  bool take(ByteView message) override;
  void on_members(ByteView channel, const std::vector<Member>& members) override;
  void on_reply(const Reply& reply) override;
  void on_ended(const Ending& ending) override;

  MixedSquad& mixed_;
  const std::uint64_t room_;
  std::uint64_t asked_us_ = 0;  // 0: nothing was asked
  bool leaving_ = false;
};

class MixedSquad final : public Squad {
 public:
  MixedSquad(const SquadPlace& place, const LoadOptions& options)
      : Squad(place, options), random_(options.seed + place.index) {}

  void start() override {
    if (guests_.empty()) return;
    const double share =
        static_cast<double>(guests_.size()) / static_cast<double>(options_.connections);
    pace(options_.rate * share, [this](std::uint64_t at_us) { act(at_us); });
  }

  void add_to(Result& result) const override {
    Squad::add_to(result);
    const std::string where =
        place_.shards.size() > 1 ? " (thread " + std::to_string(place_.index + 1) + ")" : "";
    result.notes.push_back("Of all actions" + where + ": " + std::to_string(direct_) +
                           " direct messages, " + std::to_string(who_.count()) +
                           " presence lists (p50 " + time_figure(who_.percentile(50)).text() +
                           ", p99 " + time_figure(who_.percentile(99)).text() + "), " +
                           std::to_string(left_) + " left and came back.");
  }

  std::string room_name(std::uint64_t room) const {
    return options_.channel + "-" + std::to_string(room);
  }
  void answered_who(std::uint64_t asked_us) { who_.record(now_us() - asked_us); }
  void wrote() { ++direct_; }

 private:
  std::unique_ptr<Guest> make_guest(std::uint64_t number) override {
    return std::make_unique<Inhabitant>(*this, options_, number);
  }
  std::uint64_t below(std::uint64_t limit) { return random_.below(limit); }

  void act(std::uint64_t at_us) {
    auto& guest = static_cast<Inhabitant&>(*guests_[below(guests_.size())]);
    if (!guest.is_in()) return;  // on its way back
    const auto action = static_cast<int>(below(100));
    if (action >= kPublish + kDirect + kWho) {
      ++left_;
      return guest.leave();
    }
    if (action >= kPublish + kDirect) return guest.ask_who(at_us);
    if (action >= kPublish && guest.write_to(below(options_.connections), at_us)) return;
    guest.say(at_us);
  }

  Random random_;
  std::uint64_t direct_ = 0;
  std::uint64_t left_ = 0;
  Histogram who_;
};

Inhabitant::Inhabitant(MixedSquad& squad, const LoadOptions& options, std::uint64_t number)
    : Guest(squad, options.endpoint, number), mixed_(squad), room_(number % options.rooms) {}

void Inhabitant::say(std::uint64_t at_us) {
  mixed_.publish(client_, mixed_.next_id(), mixed_.room_name(room_), {room_, at_us});
}

bool Inhabitant::write_to(std::uint64_t guest, std::uint64_t at_us) {
  const std::string data = '"' + Mark{guest | kToUser, at_us}.text(mixed_.options().size) + '"';
  if (!client_.direct(mixed_.next_id(), "u" + std::to_string(guest), data)) return false;
  ++mixed_.tally().published;
  mixed_.wrote();
  return true;
}

void Inhabitant::ask_who(std::uint64_t at_us) {
  if (asked_us_ != 0) return;  // one question at a time
  if (client_.members(mixed_.next_id(), mixed_.room_name(room_))) asked_us_ = at_us;
}

void Inhabitant::leave() {
  leaving_ = true;
  client_.close(1000);
}

Login Inhabitant::login() const {
  return {.user = "u" + std::to_string(number()), .rooms = {{.channel = mixed_.room_name(room_)}}};
}

bool Inhabitant::take(ByteView message) {
  bool any = false;
  while (const auto mark = Mark::take(message)) {
    any = true;
    const std::uint64_t right = (mark->number & kToUser) != 0 ? number() | kToUser : room_;
    if (mark->number != right) mixed_.fault("a message reached somebody whom it was not for");
    mixed_.received(*mark, now_us());
  }
  return any;
}

void Inhabitant::on_members(ByteView, const std::vector<Member>&) {
  if (asked_us_ != 0) mixed_.answered_who(std::exchange(asked_us_, 0));
}

void Inhabitant::on_reply(const Reply& reply) {
  if (reply.error == kNotConnected) return;  // whom it was for has just left
  Guest::on_reply(reply);
}

void Inhabitant::on_ended(const Ending& ending) {
  asked_us_ = 0;
  if (!std::exchange(leaving_, false)) return Guest::on_ended(ending);
  mixed_.went_out(std::exchange(in_, false));
  mixed_.reopen(*this);
}

}  // namespace

std::unique_ptr<Squad> make_mixed(const SquadPlace& place, const LoadOptions& options) {
  return std::make_unique<MixedSquad>(place, options);
}

}  // namespace parley::loadgen
