// Squad: the clients of one load shard, and what they saw. A workload derives from it and says what
// the clients do; the base connects them, a bounded number at a time, and counts. Made, used and
// destroyed on its shard's thread; the run (load_run.h) talks to it by posting.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/client.h"
#include "loadgen/load.h"
#include "loadgen/mark.h"
#include "loadgen/pacer.h"
#include "runtime/shard_set.h"

namespace parley::loadgen {

class Squad;

// One client of a squad. What a workload does not care about, nobody hears; what must not happen
// counts as an error.
class Guest : public ClientEvents {
 public:
  Guest(Squad& squad, const Endpoint& endpoint, std::uint64_t number);
  virtual ~Guest() = default;

  virtual Login login() const = 0;
  virtual WireKind kind() const;
  void open();
  Client& client() { return client_; }
  std::uint64_t number() const { return number_; }
  bool is_in() const { return in_; }  // connected and in its rooms

 protected:
  // WireEvents
  void on_ready() override;
  void on_subscribed(const Subscribed& subscribed) override;
  void on_subscribe_refused(ByteView channel, const Reply& reply) override;
  void on_unsubscribed(ByteView channel, std::uint32_t code) override;
  void on_publication(const Publication&) override {}
  void on_direct(ByteView, ByteView) override {}
  void on_member(ByteView, const Member&, bool) override {}
  void on_members(ByteView, const std::vector<Member>&) override {}
  void on_reply(const Reply& reply) override;
  void on_nonsense(std::string words) override;
  // ClientEvents
  void on_ended(const Ending& ending) override;

  virtual void on_in() {}  // is_in() from now on

  Squad& squad_;
  Client client_;
  const std::uint64_t number_;  // over all squads
  std::size_t rooms_due_ = 0;
  bool in_ = false;
};

// What a squad saw since it was asked last.
struct Tally {
  std::uint64_t published = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t errors = 0;
  std::uint64_t failed_connections = 0;
  std::uint64_t connected = 0;    // now
  std::uint64_t outstanding = 0;  // now: sent and not wholly delivered
  Histogram latency;
  std::string fault;  // the first thing that went wrong, in words
  void add(const Tally& other);
};

// Where a squad stands among those of the run.
struct SquadPlace {
  runtime::ShardSet& shards;
  std::size_t index;
  Squad* lead;  // the first one, to be used on its own shard; null: this is it
};

class Squad {
 public:
  Squad(const SquadPlace& place, const LoadOptions& options);
  virtual ~Squad();

  // Opens clients until this many of the whole load's are connected or have failed.
  virtual void connect(std::uint64_t wanted);
  bool has_settled() const { return opening_ == 0 && waiting_.empty(); }
  virtual void start() {}  // everybody is connected
  virtual void stop();     // nothing new is sent
  // storm: drops all who do not stay; whether they are back
  virtual void strike() {}
  virtual bool has_recovered() const { return true; }
  virtual void add_to(Result& result) const;  // at the end: what no tally holds
  Tally take();

  // For the guests
  ClientContext& context() { return context_; }
  const LoadOptions& options() const { return options_; }
  Tally& tally() { return tally_; }
  void came_in();
  void went_out(bool was_in);
  void reopen(Guest& guest);  // when its turn comes
  void fault(std::string words);
  void failed_to_connect(const Ending& ending);
  void received(const Mark& mark, std::uint64_t now);
  // A message as the dialect carries it.
  void publish(Client& client, std::uint32_t id, ByteView channel, const Mark& mark);
  std::uint32_t next_id() { return ++last_id_; }

 protected:
  virtual std::unique_ptr<Guest> make_guest(std::uint64_t number) = 0;
  bool leads() const { return place_.lead == nullptr; }
  void pace(double per_second, Pacer::Due due);

  const SquadPlace place_;
  const LoadOptions& options_;
  ClientContext context_;
  std::vector<std::unique_ptr<Guest>> guests_;
  std::uint64_t outstanding_ = 0;  // messages sent and not wholly delivered
  std::size_t handshakes_ = 128;   // at once; more would only wait in the server's queue

 private:
  void open_some();

  std::unique_ptr<Pacer> pacer_;
  std::deque<Guest*> waiting_;  // to be opened
  std::size_t opening_ = 0;
  std::uint64_t connected_ = 0;
  std::uint32_t last_id_ = 0;
  Tally tally_;
};

std::unique_ptr<Squad> make_fanout(const SquadPlace& place, const LoadOptions& options);
std::unique_ptr<Squad> make_echo(const SquadPlace& place, const LoadOptions& options);
std::unique_ptr<Squad> make_idle(const SquadPlace& place, const LoadOptions& options);
std::unique_ptr<Squad> make_storm(const SquadPlace& place, const LoadOptions& options);
std::unique_ptr<Squad> make_mixed(const SquadPlace& place, const LoadOptions& options);

}  // namespace parley::loadgen
