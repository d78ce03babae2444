#include "loadgen/verify_client.h"

#include <algorithm>

namespace parley::loadgen {
namespace {

// A client that lost its connection comes back within 50 to 300 ms, so that many do not at once.
constexpr std::uint64_t kBackoffLeast = 50;
constexpr std::uint64_t kBackoffSpread = 250;
constexpr Duration kTryAgain{1000};  // of one who has no right
constexpr std::uint16_t kNormal = 1000;

std::string greeting(const std::string& user) { return "for " + user + " only"; }

}  // namespace

VerifyClient::VerifyClient(VerifyContext& context, std::uint32_t number, VerifyRole role)
    : context_(context), number_(number), role_(std::move(role)) {
  for (const std::uint32_t channel : role_.channels) rooms_.push_back({channel, false, {}});
  client_ = std::make_unique<Client>(context_.client, context_.endpoint, *this);
  rename();
}

// A half-open connection keeps its name in the channel until the server notices, so the client that
// made another one is called otherwise.
void VerifyClient::rename() {
  user_ = context_.user_prefix + std::to_string(number_);
  if (half_opened_ > 0) user_ += "." + std::to_string(half_opened_);
}

void VerifyClient::tick(bool quiet) {
  if (is_frozen_ && (quiet || context_.now >= thaws_)) thaw();
  if (is_up_ || context_.now < next_open_ || (is_away_ && quiet)) return;
  open();
}

void VerifyClient::open() {
  is_up_ = true;
  is_away_ = false;
  life_ = context_.checker.life();
  client_->open(role_.kind, login(), context_.next_serial++);
}

Login VerifyClient::login() const {
  Login login{.user = user_, .join_leave = true};
  std::vector<std::string> granted;
  for (const Room& room : rooms_) {
    login.rooms.push_back({context_.channels[room.channel], room.position});
    if (role_.has_right) granted.push_back(context_.channels[room.channel]);
  }
  if (role_.forbidden) login.rooms.push_back({context_.channels[*role_.forbidden]});
  // A centrifuge client is put into what its token names, and would be in it twice.
  if (role_.kind == WireKind::centrifuge) granted.clear();
  if (context_.make_token) login.token = context_.make_token(user_, granted);
  return login;
}

bool VerifyClient::is_settled() const {
  if (is_away_) return !is_up_;
  if (!role_.has_right) return true;
  if (!is_ready_ || (role_.forbidden && !was_refused_)) return false;
  return std::ranges::all_of(rooms_, [this](const Room& room) {
    return room.is_in && context_.attendance.has_view(number_, room.channel);
  });
}

bool VerifyClient::can_publish() const {
  return role_.publishes && !is_frozen_ && !is_away_ && how_.empty() && is_settled();
}

void VerifyClient::publish() {
  const std::uint32_t channel = rooms_[next_room_++ % rooms_.size()].channel;
  const MessageName name{publisher_, ++counters_[channel]};
  const std::uint32_t id = context_.next_id++;
  pending_[id] = {channel, name};
  context_.checker.published(channel, name);
  client_->publish(id, context_.channels[channel],
                   named_message(context_.seed, context_.channels[channel], name));
}

bool VerifyClient::drop() {
  if (!is_ready_ || is_away_) return false;
  end_as("its connection was reset");
  client_->drop();
  return true;
}

bool VerifyClient::leave(Duration lasts) {
  if (!is_ready_ || is_frozen_ || is_away_) return false;
  end_as("it left");
  is_away_ = true;
  next_open_ = context_.now + lasts;
  client_->close(kNormal);
  return true;
}

bool VerifyClient::freeze(Duration lasts) {
  if (!is_ready_ || is_frozen_ || is_away_) return false;
  is_frozen_ = true;
  thaws_ = context_.now + lasts;
  client_->freeze();
  return true;
}

bool VerifyClient::half_open() {
  if (!is_ready_ || is_frozen_ || is_away_) return false;
  client_->freeze();
  buried_alive_.push_back(std::move(client_));
  client_ = std::make_unique<Client>(context_.client, context_.endpoint, *this);
  on_ended({.was_open = true, .words = "its connection stays open, and nobody is there"});
  ++half_opened_;
  rename();
  return true;
}

void VerifyClient::thaw() {
  if (!std::exchange(is_frozen_, false)) return;
  client_->thaw();
}

void VerifyClient::bury() { buried_alive_.clear(); }

void VerifyClient::end_as(std::string how) { how_ = std::move(how); }

void VerifyClient::ask() {
  answers_.clear();
  if (is_away_ || !role_.has_right) return;
  for (const Room& room : rooms_) {
    client_->members(context_.next_id++, context_.channels[room.channel]);
  }
}

bool VerifyClient::has_answers() const {
  return is_away_ || !role_.has_right || answers_.size() == rooms_.size();
}

std::optional<Violation> VerifyClient::judge_answers() const {
  for (const auto& [channel, members] : answers_) {
    auto fault = context_.attendance.difference(
        channel, members,
        "the answer to " + context_.checker.label(number_) + " in " + context_.channels[channel]);
    if (fault) return fault;
  }
  return std::nullopt;
}

std::optional<Violation> VerifyClient::judge_views() const {
  for (const Room& room : rooms_) {
    auto fault = context_.attendance.difference(number_, room.channel,
                                                "the joins and leaves told to " +
                                                    context_.checker.label(number_) + " in " +
                                                    context_.channels[room.channel]);
    if (fault) return fault;
  }
  return std::nullopt;
}

std::size_t VerifyClient::views() const {
  return static_cast<std::size_t>(std::ranges::count_if(rooms_, [this](const Room& room) {
    return context_.attendance.has_view(number_, room.channel);
  }));
}

void VerifyClient::trespass() {
  if (!role_.forbidden || !is_ready_ || is_away_) return;
  const std::string& channel = context_.channels[*role_.forbidden];
  trespasses_[context_.next_id] = "asked who is there";
  client_->members(context_.next_id++, channel);
  // Known to the checker, so that nobody may get it.
  const MessageName name{publisher_, ++counters_[*role_.forbidden]};
  context_.checker.published(*role_.forbidden, name);
  trespasses_[context_.next_id] = "published";
  pending_[context_.next_id] = {*role_.forbidden, name};
  client_->publish(context_.next_id++, channel, named_message(context_.seed, channel, name));
}

void VerifyClient::greet(const std::string& user) {
  if (!is_ready_ || is_away_) return;
  client_->direct(context_.next_id++, user, "\"" + greeting(user) + "\"");
}

void VerifyClient::on_ready() {
  is_ready_ = true;
  ++context_.connections;
  publisher_ = context_.next_publisher++;
  counters_.clear();
}

void VerifyClient::on_subscribed(const Subscribed& subscribed) {
  Room* const room = this->room(subscribed.channel);
  if (room == nullptr || is_forbidden(subscribed.channel)) {
    return intrusion(subscribed.channel, "was let in");
  }
  SubscribedSeen seen{.since = room->position, .recovered = subscribed.recovered};
  if (subscribed.has_position) seen.position = subscribed.position;
  context_.checker.subscribed(number_, room->channel, seen, life_);
  context_.attendance.came(room->channel, user_, context_.now);
  context_.attendance.begin(number_, room->channel);
  room->is_in = true;
  // What was recovered is still to come, so it is from there that one would come back.
  if (!seen.since || !seen.recovered) room->position = seen.position;
  // The plain dialect tells the list by itself.
  if (role_.kind == WireKind::centrifuge) {
    client_->members(context_.next_id++, subscribed.channel);
  }
}

void VerifyClient::on_subscribe_refused(ByteView channel, const Reply& reply) {
  if (is_forbidden(channel)) {
    was_refused_ = true;
    ++context_.refusals;
    return;
  }
  end_as("its subscription was refused: " + reply.words);
  client_->close(kNormal);
}

void VerifyClient::on_unsubscribed(ByteView channel, std::uint32_t code) {
  Room* const room = this->room(channel);
  if (room == nullptr || !room->is_in) return;
  ++context_.resubscribed;
  end_as("the server ended a subscription with " + std::to_string(code));
  client_->close(kNormal);
}

void VerifyClient::on_publication(const Publication& publication) {
  Room* const room = this->room(publication.channel);
  if (room == nullptr || is_forbidden(publication.channel)) {
    return intrusion(publication.channel, "got " + std::string(publication.data.substr(0, 60)));
  }
  const auto name = recognise(context_.seed, context_.channels[room->channel], publication.data);
  if (!name) return context_.checker.received_phantom(number_, room->channel, publication.data);
  context_.checker.received(number_, room->channel, publication.offset, publication.epoch, *name);
  if (publication.offset == 0) return;
  if (!room->position) room->position = Position{0, std::string(publication.epoch)};
  room->position->offset = publication.offset;
}

void VerifyClient::on_direct(ByteView, ByteView data) {
  ++context_.directs;
  if (data.find(greeting(user_)) != ByteView::npos) return;
  context_.checker.fail({Invariant::isolation,
                         context_.checker.label(number_) + ", who is " + user_ +
                             ", got a direct message to somebody else",
                         {{context_.now, "it got " + std::string(data.substr(0, 200))}}});
}

void VerifyClient::on_member(ByteView channel, const Member& member, bool joined) {
  const Room* const room = this->room(channel);
  if (room == nullptr || is_forbidden(channel)) {
    return intrusion(channel, "was told of " + member.user);
  }
  context_.attendance.told(number_, room->channel, member, joined, context_.now);
}

void VerifyClient::on_members(ByteView channel, const std::vector<Member>& members) {
  const Room* const room = this->room(channel);
  if (room == nullptr || is_forbidden(channel)) return intrusion(channel, "was told who is there");
  context_.attendance.listed(number_, room->channel, members, context_.now);
  answers_[room->channel] = members;
}

void VerifyClient::on_reply(const Reply& reply) {
  const auto trespass = trespasses_.extract(reply.id);
  if (trespass && reply.error != 0) ++context_.refusals;
  if (trespass && reply.error == 0) {
    intrusion(context_.channels[*role_.forbidden], trespass.mapped() + ", and was not refused");
  }
  const auto publish = pending_.extract(reply.id);
  if (!publish) return;
  const auto& [channel, name] = publish.mapped();
  if (reply.error != 0) {
    context_.checker.refused(channel, name);
  } else {
    context_.checker.acked(channel, name, reply.position);
  }
}

void VerifyClient::on_nonsense(std::string words) {
  context_.checker.fail({Invariant::protocol,
                         context_.checker.label(number_) + " does not understand the server",
                         {{context_.now, std::move(words)}}});
}

void VerifyClient::on_ended(const Ending& ending) {
  const std::string how = how_.empty() ? ending.words : std::exchange(how_, {});
  context_.last_words = ending.words;
  leave_rooms(how);
  for (const auto& [id, publish] : pending_) {
    context_.checker.unknown(publish.channel, publish.name);
  }
  pending_.clear();
  trespasses_.clear();
  answers_.clear();
  is_up_ = is_ready_ = is_frozen_ = was_refused_ = false;
  if (!role_.has_right) {
    if (ending.words.find("HTTP 403") != std::string::npos) ++context_.refusals;
    next_open_ = context_.now + kTryAgain;
  } else if (!is_away_) {
    next_open_ = context_.now + Duration(kBackoffLeast + context_.random.below(kBackoffSpread));
  }
}

void VerifyClient::leave_rooms(const std::string& how) {
  for (Room& room : rooms_) {
    if (!std::exchange(room.is_in, false)) continue;
    context_.checker.ended(number_, room.channel);
    context_.attendance.went(room.channel, user_, how, context_.now);
    context_.attendance.end(number_, room.channel);
  }
}

VerifyClient::Room* VerifyClient::room(ByteView channel) {
  const auto found = std::ranges::find_if(
      rooms_, [&](const Room& room) { return context_.channels[room.channel] == channel; });
  return found == rooms_.end() ? nullptr : &*found;
}

bool VerifyClient::is_forbidden(ByteView channel) const {
  if (!role_.has_right) return true;
  return role_.forbidden && context_.channels[*role_.forbidden] == channel;
}

void VerifyClient::intrusion(ByteView channel, const std::string& what) {
  context_.checker.fail({Invariant::isolation,
                         context_.checker.label(number_) + " has no right to be in " +
                             std::string(channel) + ", and " + what,
                         {{context_.now, what}}});
}

}  // namespace parley::loadgen
