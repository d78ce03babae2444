#include "loadgen/squad.h"

namespace parley::loadgen {

Guest::Guest(Squad& squad, const Endpoint& endpoint, std::uint64_t number)
    : squad_(squad), client_(squad.context(), endpoint, *this), number_(number) {}

WireKind Guest::kind() const { return squad_.options().kind; }

void Guest::open() {
  Login who = login();
  rooms_due_ = who.rooms.size();
  in_ = false;
  client_.open(kind(), std::move(who), number_);
}

void Guest::on_ready() {
  if (rooms_due_ > 0) return;
  in_ = true;
  squad_.came_in();
  on_in();
}

void Guest::on_subscribed(const Subscribed&) {
  if (in_ || (rooms_due_ > 0 && --rooms_due_ > 0)) return;
  in_ = true;
  squad_.came_in();
  on_in();
}

void Guest::on_subscribe_refused(ByteView channel, const Reply& reply) {
  squad_.fault("subscribing to " + std::string(channel) + " was refused: " + reply.words);
  client_.drop();
}

void Guest::on_unsubscribed(ByteView channel, std::uint32_t code) {
  squad_.fault("the server ended a subscription to " + std::string(channel) + " with " +
               std::to_string(code));
}

void Guest::on_reply(const Reply& reply) {
  if (reply.error != 0) {
    squad_.fault("the server refused a message: " + std::to_string(reply.error) + " " +
                 reply.words);
  }
}

void Guest::on_nonsense(std::string words) { squad_.fault(std::move(words)); }

void Guest::on_ended(const Ending& ending) {
  const bool was_in = std::exchange(in_, false);
  squad_.went_out(was_in);
  if (was_in) {
    squad_.fault(ending.words);
  } else {
    squad_.failed_to_connect(ending);
  }
}

void Tally::add(const Tally& other) {
  published += other.published;
  deliveries += other.deliveries;
  bytes_received += other.bytes_received;
  errors += other.errors;
  failed_connections += other.failed_connections;
  connected += other.connected;
  outstanding += other.outstanding;
  latency.add(other.latency);
  if (fault.empty()) fault = other.fault;
}

Squad::Squad(const SquadPlace& place, const LoadOptions& options)
    : place_(place), options_(options), context_{place.shards[place.index]} {
  context_.deflate = options.deflate;
  const bool tls =
      options.endpoint.tls || (options.publish_endpoint && options.publish_endpoint->tls);
  if (tls) context_.tls = runtime::TlsContext::any_server();
}

Squad::~Squad() = default;

void Squad::connect(std::uint64_t wanted) {
  const std::size_t squads = place_.shards.size();
  for (std::uint64_t number = guests_.size() * squads + place_.index; number < wanted;
       number += squads) {
    guests_.push_back(make_guest(number));
    waiting_.push_back(guests_.back().get());
  }
  open_some();
}

void Squad::reopen(Guest& guest) {
  waiting_.push_back(&guest);
  open_some();
}

void Squad::open_some() {
  while (opening_ < handshakes_ && !waiting_.empty()) {
    ++opening_;
    Guest* next = waiting_.front();
    waiting_.pop_front();
    next->open();
  }
}

void Squad::came_in() {
  --opening_;
  ++connected_;
  open_some();
}

void Squad::went_out(bool was_in) {
  --(was_in ? connected_ : opening_);
  open_some();
}

void Squad::fault(std::string words) {
  ++tally_.errors;
  if (tally_.fault.empty()) tally_.fault = std::move(words);
}

void Squad::failed_to_connect(const Ending& ending) {
  ++tally_.failed_connections;
  if (tally_.fault.empty()) tally_.fault = ending.words;
}

void Squad::received(const Mark& mark, std::uint64_t now) {
  ++tally_.deliveries;
  tally_.latency.record(now > mark.sent_us ? now - mark.sent_us : 0);
}

void Squad::publish(Client& client, std::uint32_t id, ByteView channel, const Mark& mark) {
  std::string data = mark.text(options_.size);
  if (options_.kind != WireKind::plain) data = '"' + data + '"';
  client.publish(id, channel, data);
  ++tally_.published;
}

void Squad::pace(double per_second, Pacer::Due due) {
  pacer_ = std::make_unique<Pacer>(context_.shard, per_second, std::move(due));
}

void Squad::add_to(Result& result) const {
  for (const auto& guest : guests_) result.compressed |= guest->client().is_compressed();
}

void Squad::stop() { pacer_.reset(); }

Tally Squad::take() {
  Tally taken = std::exchange(tally_, Tally());
  taken.connected = connected_;
  taken.outstanding = outstanding_;
  taken.bytes_received = std::exchange(context_.bytes_received, 0);
  return taken;
}

}  // namespace parley::loadgen
