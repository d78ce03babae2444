#include "loadgen/checker.h"

#include <algorithm>

namespace parley::loadgen {
namespace {

// A message behind a gap may be overtaken by so much before it counts as lost; either is a fault.
constexpr Duration kGapPatience{2000};
// An unanswered publish appears within this time or never.
constexpr Duration kAppearsWithin{60'000};
constexpr std::size_t kReceipts = 32;  // of each lineage, for histories

std::string stand_text(const std::optional<Position>& position) {
  if (!position) return "at no position";
  return "at " + std::to_string(position->offset) + " of epoch " + position->epoch;
}

}  // namespace

std::uint32_t Checker::add_channel(CheckedChannel channel) {
  channels_.push_back(std::make_unique<Channel>(Channel{std::move(channel), {}}));
  return static_cast<std::uint32_t>(channels_.size() - 1);
}

std::uint32_t Checker::add_client(std::string label) {
  clients_.push_back(std::move(label));
  return static_cast<std::uint32_t>(clients_.size() - 1);
}

void Checker::published(std::uint32_t channel, MessageName name) {
  ++counts_.published;
  channels_[channel]->truth.published(name, life_, now_);
}

void Checker::acked(std::uint32_t channel, MessageName name,
                    const std::optional<Position>& position) {
  ++counts_.acked;
  ChannelTruth& truth = channels_[channel]->truth;
  truth.settled(name, Outcome::acked, now_);
  Stream* stream = position ? truth.find_stream(position->epoch) : nullptr;
  if (stream == nullptr) return;
  const auto [at, first] = stream->names.try_emplace(position->offset, name);
  if (!first && at->second != name) {
    std::vector<Sighting> history = truth.history_of(name);
    for (Sighting& each : truth.history_of(at->second)) history.push_back(std::move(each));
    return fail({Invariant::unique_offset,
                 name.text() + " was acknowledged as " + std::to_string(position->offset) + " in " +
                     channels_[channel]->terms.name + ", where " + at->second.text() + " stands",
                 std::move(history)});
  }
  stream->rise(position->offset, now_, name.text() + " was acknowledged " + stand_text(position));
  const TrackedMessage* message = truth.find(name);
  if (message != nullptr && message->life != life_) {  // its server has ended since
    stream->floor = std::max(stream->floor, position->offset);
  }
}

void Checker::refused(std::uint32_t channel, MessageName name) {
  ++counts_.refused;
  ChannelTruth& truth = channels_[channel]->truth;
  truth.settled(name, Outcome::refused, now_);
  const TrackedMessage* message = truth.find(name);
  if (message == nullptr || message->stream == nullptr) return;
  fail({Invariant::no_phantom,
        name.text() + " was refused in " + channels_[channel]->terms.name +
            ", and came all the same",
        truth.history_of(name)});
}

void Checker::unknown(std::uint32_t channel, MessageName name) {
  ++counts_.unknown;
  channels_[channel]->truth.settled(name, Outcome::unknown, now_);
}

void Checker::server_ended() {
  ++life_;
  for (const auto& channel : channels_) channel->truth.server_ended(life_);
}

void Checker::subscribed(std::uint32_t client, std::uint32_t channel, const SubscribedSeen& seen,
                         ServerLife life) {
  ++counts_.subscriptions;
  const Key id = key(client, channel);
  Lineage& lineage = lineages_[id];
  check_recovery(id, seen, lineage);
  lineage.life = life;
  Stream* stream = stream_of(id, seen, life);
  if (seen.position) {
    stream->rise(seen.position->offset, now_,
                 subject(id) + " was subscribed " + stand_text(seen.position));
  }
  if (seen.since && seen.recovered) {
    ++counts_.recoveries;
    if (seen.position) counts_.recovered_messages += seen.position->offset - seen.since->offset;
    lineage.on = true;
    lineage.resumed = {now_, "it came back from " + std::to_string(seen.since->offset) +
                                 ", and was told that all is recovered " +
                                 stand_text(seen.position)};
    return;
  }
  if (seen.since) ++counts_.gaps_told;
  lineage = Lineage{.on = true,
                    .life = life,
                    .positioned = seen.position.has_value(),
                    .stream = stream,
                    .begun = {now_, subject(id) + " was subscribed " + stand_text(seen.position)}};
  if (seen.position) lineage.start = lineage.last = seen.position->offset;
}

// Finds fault with what a client that comes back is told.
void Checker::check_recovery(Key id, const SubscribedSeen& seen, const Lineage& lineage) {
  if (!seen.since || !seen.position) return;
  const bool same = seen.since->epoch == seen.position->epoch;
  const bool back = seen.position->offset < seen.since->offset;
  const CheckedChannel& terms = channel_of(id).terms;
  const auto blame = [&](Invariant invariant, const std::string& words) {
    std::vector<Sighting> history = this->history(lineage, seen.since->offset + 1);
    history.push_back({now_, "it came back from " + std::to_string(seen.since->offset) +
                                 " of epoch " + seen.since->epoch + ", and was told recovered=" +
                                 (seen.recovered ? "true " : "false ") +
                                 stand_text(seen.position)});
    fail({invariant, subject(id) + " " + words, std::move(history)});
  };
  if (seen.recovered && !same) {
    blame(Invariant::gap_signalled, "was told that nothing is missing, in another epoch");
  } else if (same && back) {
    blame(terms.durable ? Invariant::durable : Invariant::epoch,
          "came back to offsets that went back within one epoch");
  } else if (!seen.recovered && same && terms.window_known) {
    blame(Invariant::no_loss, "was not recovered, though all that it missed is in the window");
  } else if (!same && terms.durable) {
    blame(Invariant::durable, "came back to another epoch of a durable channel");
  }
}

// The stream that a subscription is in, which must be one that may be.
Stream* Checker::stream_of(Key id, const SubscribedSeen& seen, ServerLife life) {
  Channel& channel = channel_of(id);
  bool is_new = false;
  Stream& stream = channel.truth.stream(seen.position ? seen.position->epoch : "", life, is_new);
  const auto blame = [&](Invariant invariant, const std::string& words) {
    fail({invariant,
          channel.terms.name + " " + words,
          {stream.top_told, {now_, subject(id) + " was subscribed " + stand_text(seen.position)}}});
  };
  // An answer of the earlier life may be read behind its end.
  const bool later = life >= stream.floor_life;
  if (seen.position && later && seen.position->offset < stream.floor) {
    blame(Invariant::durable,
          "stood at " + std::to_string(stream.floor) + " before the server ended, and went back");
  }
  if (!is_new || channel.truth.streams().size() == 1) return &stream;
  ++counts_.new_epochs;
  for (const auto& [epoch, other] : channel.truth.streams()) {
    if (&other == &stream) continue;
    if (channel.terms.durable && channel.terms.window_known) {
      blame(Invariant::durable, "is durable, and lost the epoch " + epoch);
    } else if (channel.terms.window_known && other.life == life) {
      blame(Invariant::epoch, "had the epoch " + epoch + " in the same life of the server");
    }
  }
  return &stream;
}

void Checker::received(std::uint32_t client, std::uint32_t channel, std::uint64_t offset,
                       ByteView epoch, MessageName name) {
  ++counts_.deliveries;
  const Key id = key(client, channel);
  Lineage& lineage = lineages_[id];
  if (!lineage.on) {
    return fail({Invariant::isolation,
                 subject(id) + " got a message without a subscription",
                 {got(offset, name, now_)}});
  }
  if (!epoch.empty() && epoch != lineage.stream->epoch) {
    std::vector<Sighting> history = this->history(lineage, offset);
    history.push_back(got(offset, name, now_));
    return fail({Invariant::epoch,
                 subject(id) + " got a message of epoch " + std::string(epoch) +
                     " in a subscription to " + lineage.stream->epoch,
                 std::move(history)});
  }
  if (!place(id, lineage, offset, name)) return;
  if (offset != 0 && lineage.positioned && offset <= lineage.last) {
    return backward(id, lineage, offset, name);
  }
  follow(id, lineage, offset, name);
}

void Checker::received_phantom(std::uint32_t client, std::uint32_t channel, ByteView data) {
  const Key id = key(client, channel);
  const std::string shown(data.substr(0, 200));
  fail({Invariant::no_phantom,
        subject(id) + " got what nobody published there",
        {lineages_[id].begun, {now_, "it got " + shown}}});
}

// Puts the message at its place in the stream; false when that is impossible.
bool Checker::place(Key id, const Lineage& lineage, std::uint64_t offset, MessageName name) {
  ChannelTruth& truth = channel_of(id).truth;
  Stream& stream = *lineage.stream;
  TrackedMessage* message = truth.find(name);
  const auto blame = [&](Invariant invariant, const std::string& words) {
    std::vector<Sighting> history = truth.history_of(name);
    history.push_back(got(offset, name, now_));
    fail({invariant, subject(id) + " " + words, std::move(history)});
    return false;
  };
  // Forgotten is what everybody had: then it is behind every lineage, which follow() finds.
  const bool behind = offset != 0 && lineage.positioned && offset <= lineage.last;
  if (message == nullptr)
    return behind ||
           blame(Invariant::no_phantom, "got " + name.text() + ", which was never published there");
  if (message->outcome == Outcome::refused) {
    return blame(Invariant::no_phantom, "got " + name.text() + ", which had been refused");
  }
  if (offset != 0) {
    const auto [at, first] = stream.names.try_emplace(offset, name);
    if (!first && at->second != name) {
      blame(Invariant::unique_offset, "got " + name.text() + " as " + std::to_string(offset) +
                                          ", which is " + at->second.text() + " for others");
      for (Sighting& each : truth.history_of(at->second)) {
        violation_->history.push_back(std::move(each));
      }
      return false;
    }
    if (offset > stream.top) {
      stream.rise(offset, now_,
                  subject(id) + " got " + name.text() + " as " + std::to_string(offset));
    }
  }
  if (message->life < lineage.life && channel_of(id).terms.durable) ++counts_.durable_kept;
  if (message->stream == nullptr) {
    message->stream = &stream;
    message->offset = offset;
    message->seen = now_;
    message->seen_by = label(client_of(id));
    return true;
  }
  if (message->stream == &stream && message->offset == offset) return true;
  return blame(Invariant::no_duplicate, "got " + name.text() + " at a second place");
}

// The message is the next of its lineage, or behind a gap.
void Checker::follow(Key id, Lineage& lineage, std::uint64_t offset, MessageName name) {
  if (offset != 0) {
    if (!lineage.positioned) {
      lineage.positioned = true;
      lineage.start = offset - 1;
    } else if (offset > lineage.last + 1) {
      lineage.gaps.push_back({lineage.last + 1, offset - 1, now_});
      with_gaps_.push_back(id);
    }
  }
  follow_counter(id, lineage, name);
  if (offset != 0) lineage.last = offset;
  lineage.receipts.push_back({offset, name, now_});
  if (lineage.receipts.size() > kReceipts) lineage.receipts.pop_front();
}

// Without offsets the publishers' counters alone tell the order and what is missing.
void Checker::follow_counter(Key id, Lineage& lineage, MessageName name) {
  std::uint32_t& last = lineage.counters[name.publisher];
  if (name.counter <= last) {
    std::vector<Sighting> history;
    for (const Receipt& each : lineage.receipts) {
      if (each.name.publisher == name.publisher && each.name.counter >= name.counter) {
        history.push_back(got(each.offset, each.name, each.at));
      }
    }
    history.push_back(got(0, name, now_));
    const bool twice = std::ranges::any_of(lineage.receipts,
                                           [&](const Receipt& each) { return each.name == name; });
    return fail({twice ? Invariant::no_duplicate : Invariant::order,
                 subject(id) + " got " + name.text() + (twice ? " twice" : " behind a later one"),
                 std::move(history)});
  }
  if (lineage.stream->epoch.empty()) {
    ChannelTruth& truth = channel_of(id).truth;
    for (std::uint32_t counter = last + 1; counter < name.counter; ++counter) {
      const MessageName between{name.publisher, counter};
      const TrackedMessage* message = truth.find(between);
      if (message == nullptr || message->outcome != Outcome::acked ||
          message->sent <= lineage.begun.at) {
        continue;
      }
      std::vector<Sighting> history = this->history(id, lineage, 0, between);
      history.push_back(got(0, name, now_));
      return fail(
          {Invariant::no_loss, subject(id) + " never got " + between.text(), std::move(history)});
    }
  }
  last = name.counter;
}

// An offset that the lineage has passed.
void Checker::backward(Key id, const Lineage& lineage, std::uint64_t offset, MessageName name) {
  const bool late = std::ranges::any_of(
      lineage.gaps, [&](const Gap& gap) { return offset >= gap.first && offset <= gap.last; });
  std::vector<Sighting> history{lineage.begun};
  for (const Receipt& each : lineage.receipts) {
    if (each.offset >= offset) {
      history.push_back(got(each.offset, each.name, each.at));
      if (late) break;  // one that came too early is enough
    }
  }
  history.push_back(got(offset, name, now_));
  const bool twice = !late && offset > lineage.start;
  const std::string what = name.text() + " as " + std::to_string(offset);
  fail({twice ? Invariant::no_duplicate : Invariant::order,
        subject(id) + " got " + what +
            (twice  ? " twice"
             : late ? " behind a later one"
                    : ", which lies behind its position"),
        std::move(history)});
}

void Checker::ended(std::uint32_t client, std::uint32_t channel) {
  const Key id = key(client, channel);
  Lineage& lineage = lineages_[id];
  lineage.on = false;
  if (!lineage.gaps.empty()) lose(id, lineage, lineage.gaps.front());
}

void Checker::lose(Key id, const Lineage& lineage, const Gap& gap) {
  const auto name = lineage.stream->names.find(gap.first);
  const bool known = name != lineage.stream->names.end();
  std::vector<Sighting> history = known ? this->history(id, lineage, gap.first, name->second)
                                        : this->history(lineage, gap.first);
  for (const Receipt& each : lineage.receipts) {
    if (each.offset != gap.last + 1) continue;
    history.push_back(got(each.offset, each.name, each.at));
    break;
  }
  std::string what = std::to_string(gap.first);
  if (known) what = name->second.text() + " as " + what;
  fail({Invariant::no_loss, subject(id) + " never got " + what, std::move(history)});
}

void Checker::tick() {
  std::erase_if(with_gaps_, [this](Key id) {
    const Lineage& lineage = lineages_[id];
    if (lineage.gaps.empty()) return true;
    if (now_ - lineage.gaps.front().seen < kGapPatience) return false;
    lose(id, lineage, lineage.gaps.front());
    return true;
  });
}

std::optional<Violation> Checker::lagging() const {
  for (const auto& [id, lineage] : lineages_) {
    if (auto lag = lagging(id, lineage)) return lag;
  }
  for (std::uint32_t index = 0; index < channels_.size(); ++index) {
    if (auto lag = missing(*channels_[index], index)) return lag;
  }
  return std::nullopt;
}

// What one client has not got and another one has.
std::optional<Violation> Checker::lagging(Key id, const Lineage& lineage) const {
  if (!lineage.on || !lineage.positioned || lineage.last >= lineage.stream->top) {
    return std::nullopt;
  }
  const std::uint64_t offset = lineage.last + 1;
  const auto name = lineage.stream->names.find(offset);
  const bool known = name != lineage.stream->names.end();
  return Violation{Invariant::no_loss,
                   subject(id) + " never got " + std::to_string(offset) +
                       ", though the stream is at " + std::to_string(lineage.stream->top),
                   known ? history(id, lineage, offset, name->second) : history(lineage, offset)};
}

// What was acknowledged while somebody was subscribed who is so still, and has not got it.
std::optional<Violation> Checker::missing(const Channel& channel, std::uint32_t index) const {
  const auto covers = [&](const Lineage& lineage, const TrackedMessage& message) {
    return lineage.on && lineage.begun.at < message.sent;
  };
  for (const auto& [name, message] : channel.truth.missing()) {
    // What a channel in memory had not yet delivered when its server ended, it may lose.
    if (message->life != life_ && !channel.terms.durable) continue;
    for (const auto& [id, lineage] : lineages_) {
      if (static_cast<std::uint32_t>(id) != index || !covers(lineage, *message)) continue;
      return Violation{message->life == life_ ? Invariant::no_loss : Invariant::durable,
                       subject(id) + " never got " + name.text() + ", nor did anybody else",
                       history(id, lineage, 0, name)};
    }
  }
  // Without offsets each client must be held against each message.
  for (const auto& [id, lineage] : lineages_) {
    if (static_cast<std::uint32_t>(id) != index || !lineage.on || !lineage.stream->epoch.empty()) {
      continue;
    }
    if (const auto name = channel.truth.acked_beyond(lineage.counters, lineage.begun.at)) {
      return Violation{Invariant::no_loss, subject(id) + " never got " + name->text(),
                       history(id, lineage, 0, *name)};
    }
  }
  return std::nullopt;
}

void Checker::forget() {
  std::vector<std::unordered_map<const Stream*, std::uint64_t>> floors(channels_.size());
  for (auto& [id, lineage] : lineages_) {
    if (lineage.stream == nullptr) continue;
    const std::uint64_t last = lineage.positioned ? lineage.last : 0;
    auto& of_channel = floors[static_cast<std::uint32_t>(id)];
    const auto [floor, first] = of_channel.try_emplace(lineage.stream, last);
    if (!first) floor->second = std::min(floor->second, last);
  }
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    channels_[i]->truth.forget(floors[i], now_ - kAppearsWithin);
  }
  for (auto& [id, lineage] : lineages_) {
    const ChannelTruth& truth = channel_of(id).truth;
    std::erase_if(lineage.counters, [&](const auto& each) { return !truth.knows(each.first); });
  }
}

std::size_t Checker::remembered() const {
  std::size_t messages = 0;
  for (const auto& channel : channels_) messages += channel->truth.size();
  return messages;
}

void Checker::fail(Violation violation) {
  if (!violation_) violation_ = std::move(violation);
}

std::string Checker::subject(Key id) const {
  return label(client_of(id)) + " in " + channel_of(id).terms.name;
}

Sighting Checker::got(std::uint64_t offset, MessageName name, Duration at) const {
  return {at, "it got " + name.text() + (offset == 0 ? "" : " as " + std::to_string(offset))};
}

std::vector<Sighting> Checker::history(const Lineage& lineage, std::uint64_t before) const {
  std::vector<Sighting> history{lineage.begun};
  if (!lineage.resumed.what.empty()) history.push_back(lineage.resumed);
  const auto receipt = std::ranges::find_if(
      lineage.receipts.rbegin(), lineage.receipts.rend(),
      [before](const Receipt& each) { return before == 0 || each.offset < before; });
  if (receipt != lineage.receipts.rend()) {
    history.push_back(got(receipt->offset, receipt->name, receipt->at));
  }
  return history;
}

std::vector<Sighting> Checker::history(Key id, const Lineage& lineage, std::uint64_t before,
                                       MessageName name) const {
  std::vector<Sighting> history = this->history(lineage, before);
  for (Sighting& each : channel_of(id).truth.history_of(name)) history.push_back(std::move(each));
  return history;
}

}  // namespace parley::loadgen
