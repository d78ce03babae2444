#include "dialect/centrifuge_queue.h"

#include <utility>

namespace parley::dialect::centrifuge {
namespace {

// Changes what the client is or hears, so that what is behind it depends on it.
bool is_exclusive(const Command& command) {
  const auto& request = command.request;
  return !(std::holds_alternative<Publish>(request) || std::holds_alternative<History>(request) ||
           std::holds_alternative<Presence>(request) ||
           std::holds_alternative<PresenceStats>(request) || std::holds_alternative<Rpc>(request));
}

}  // namespace

void CommandQueue::push(Command command) {
  const bool exclusive = is_exclusive(command);
  waiting_.push_back({.command = std::move(command), .exclusive = exclusive});
  advance();
}

void CommandQueue::push(UniqueFunction<void()> done) {
  waiting_.push_back({.answered = true, .after = std::move(done)});
  advance();
}

void CommandQueue::answer(Exchange& exchange, std::string reply) {
  exchange.reply = std::move(reply);
  exchange.answered = true;
  advance();
}

void CommandQueue::advance() {
  if (advancing_) return;  // a command that was answered while it was run
  advancing_ = true;
  while (!stopped_) {
    write_answers();
    if (stopped_ || waiting_.empty()) break;
    Exchange& next = waiting_.front();
    if (!running_.empty() && (next.exclusive || running_.back().exclusive)) break;
    running_.splice(running_.end(), waiting_, waiting_.begin());
    if (!next.answered) runner_.run(next);
  }
  advancing_ = false;
}

void CommandQueue::write_answers() {
  while (!stopped_ && !running_.empty() && running_.front().answered) {
    if (!running_.front().reply.empty()) runner_.write(running_.front().reply);
    UniqueFunction<void()> after = std::move(running_.front().after);
    running_.pop_front();
    if (after) after();
  }
}

}  // namespace parley::dialect::centrifuge
