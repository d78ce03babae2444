// A connect command whose token subscribes to channels. Its reply tells of all of them, so whatever
// they publish before it is written is kept back: the client would not know what to do with it.
// Owned by the dialect while that lasts, on its shard.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dialect/centrifuge_codec.h"

namespace parley::dialect::centrifuge {

struct Exchange;

class Opening final : public hub::Transport {
 public:
  Opening(Connection& connection, Exchange& connect) : exchange(connect), connection_(connection) {}

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
