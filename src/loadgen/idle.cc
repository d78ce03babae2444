// idle: clients that are in a room and say nothing; what counts is the server's memory.
#include "loadgen/squad.h"

namespace parley::loadgen {
namespace {

class Idler final : public Guest {
 public:
  using Guest::Guest;

 private:
  Login login() const override {
    return {.user = "u" + std::to_string(number()),
            .rooms = {{.channel = squad_.options().channel}}};
  }
};

class IdleSquad final : public Squad {
 public:
  using Squad::Squad;

 private:
  std::unique_ptr<Guest> make_guest(std::uint64_t number) override {
    return std::make_unique<Idler>(*this, options_.endpoint, number);
  }
};

}  // namespace

std::unique_ptr<Squad> make_idle(const SquadPlace& place, const LoadOptions& options) {
  return std::make_unique<IdleSquad>(place, options);
}

}  // namespace parley::loadgen
