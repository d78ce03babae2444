// Commands of one connection that are not answered yet. Owned by its dialect, on its shard.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/unique_function.h"
#include "dialect/centrifuge_codec.h"

namespace parley::dialect::centrifuge {

// A command that is not answered yet.
struct Exchange {
  Command command = {};
  std::string reply = {};
  bool answered = false;
  UniqueFunction<void()> settled =
      {};  // set: no command, but told when those before it are answered
};

// Runs alone: what comes behind it waits for its reply.
inline bool is_exclusive(const Exchange& exchange) {
  return exchange.settled ||
         std::visit(
             []<class T>(const T&) {
               return !(std::is_same_v<T, Publish> || std::is_same_v<T, Presence> ||
                        std::is_same_v<T, PresenceStats> || std::is_same_v<T, History> ||
                        std::is_same_v<T, Rpc>);
             },
             exchange.command.request);
}

// A connect command whose token subscribes to channels: the reply tells of all of them, so what
// they publish in the meantime is kept back.
class Opening final : public hub::Transport {
 public:
  Opening(Connection& connection, Exchange& exchange)
      : exchange(exchange), connection_(connection) {}

  void send(const LocalPtr<Frame>& frame) override {
    if (held_.size() == kMostHeld) return close({Errc::slow_consumer});
    held_.emplace_back(frame);
  }
  void close(const hub::Disconnect& disconnect) override { connection_.close(disconnect); }
  void hold(std::string text) { held_.emplace_back(std::move(text)); }
  void release() {
    for (const auto& each : held_) {
      if (const auto* frame = std::get_if<LocalPtr<Frame>>(&each)) {
        connection_.send(*frame);
      } else {
        connection_.reply({false, std::get<std::string>(each)});
      }
    }
  }

  Exchange& exchange;
  std::vector<std::pair<std::string, SubscribeResult>> subs;
  std::size_t awaited = 0;

 private:
  static constexpr std::size_t kMostHeld = 4096;

  Connection& connection_;
  std::vector<std::variant<LocalPtr<Frame>, std::string>> held_;
};

}  // namespace parley::dialect::centrifuge
