// Checker: holds what the clients see against the truth. Told of every publish and its outcome, of
// every subscription and publication that a client gets, it finds the first invariant that does not
// hold. Knows no socket, no clock and nothing of the server: the same calls give the same verdict.
//
// A lineage is one client's view of one channel for as long as nothing may be missing from it: it
// goes on through reconnects that recovered, and begins anew where the server told of a gap.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "loadgen/truth.h"
#include "loadgen/violation.h"
#include "loadgen/wire.h"

namespace parley::loadgen {

struct CheckedChannel {
  std::string name;
  bool durable = false;
  // The server keeps more than any client of this run can miss, and nothing but its end loses it.
  bool window_known = false;
};

struct SubscribedSeen {
  std::optional<Position> since = {};     // what the client asked for
  std::optional<Position> position = {};  // nothing: the channel has no history
  bool recovered = false;
};

// What proves that something was checked.
struct CheckerCounts {
  std::uint64_t published = 0;
  std::uint64_t acked = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t subscriptions = 0;
  std::uint64_t recoveries = 0;          // told that nothing is missing
  std::uint64_t recovered_messages = 0;  // that were missed, and came then
  std::uint64_t gaps_told = 0;           // told that something may be missing
  std::uint64_t new_epochs = 0;          // streams that took the place of a lost one
  std::uint64_t durable_kept =
      0;  // deliveries of what a durable channel took before its server ended
};

class Checker {
 public:
  std::uint32_t add_channel(CheckedChannel channel);
  std::uint32_t add_client(std::string label);  // "client 7 (centrifuge)"

  void set_time(Duration since_begin) { now_ = since_begin; }

  // The truth
  void published(std::uint32_t channel, MessageName name);
  void acked(std::uint32_t channel, MessageName name, const std::optional<Position>& position);
  void refused(std::uint32_t channel, MessageName name);
  void unknown(std::uint32_t channel, MessageName name);
  void server_ended();  // from now on connections are to another life of the server
  ServerLife life() const { return life_; }

  // What the clients see. `life`: of the server that the connection was made to.
  void subscribed(std::uint32_t client, std::uint32_t channel, const SubscribedSeen& seen,
                  ServerLife life);
  // `offset` 0: the server does not say; an empty epoch: that of the subscription.
  void received(std::uint32_t client, std::uint32_t channel, std::uint64_t offset, ByteView epoch,
                MessageName name);
  void received_phantom(std::uint32_t client, std::uint32_t channel, ByteView data);
  void ended(std::uint32_t client, std::uint32_t channel);  // not subscribed any more

  // Now and then: what was due by now.
  void tick();
  // When nothing is published for a while: what somebody still has not got, as the violation that
  // it becomes if it never comes. Nothing: all have everything.
  std::optional<Violation> lagging() const;
  // After lagging() had nothing: keeps memory bounded.
  void forget();
  std::size_t remembered() const;

  // The first one; what comes after it is not looked at.
  const std::optional<Violation>& violation() const { return violation_; }
  void fail(Violation violation);
  const CheckerCounts& counts() const { return counts_; }
  const std::string& label(std::uint32_t client) const { return clients_[client]; }

 private:
  struct Receipt {
    std::uint64_t offset = 0;
    MessageName name;
    Duration at{0};
  };
  struct Gap {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    Duration seen{0};
  };
  struct Lineage {
    bool on = false;
    ServerLife life = 0;      // of the server that it is subscribed to
    bool positioned = false;  // `last` is known
    Stream* stream = nullptr;
    std::uint64_t start = 0;  // offset behind which it begins
    std::uint64_t last = 0;   // offset of the last message
    Sighting begun = {};
    Sighting resumed = {};              // when it came back last; without words: never
    std::deque<Receipt> receipts = {};  // the newest
    std::vector<Gap> gaps = {};
    std::unordered_map<std::uint32_t, std::uint32_t> counters = {};  // the last of each publisher
  };
  struct Channel {
    CheckedChannel terms;
    ChannelTruth truth;
  };
  using Key = std::uint64_t;
  static Key key(std::uint32_t client, std::uint32_t channel) {
    return std::uint64_t{client} << 32 | channel;
  }
  static std::uint32_t client_of(Key key) { return static_cast<std::uint32_t>(key >> 32); }
  Channel& channel_of(Key key) { return *channels_[static_cast<std::uint32_t>(key)]; }
  const Channel& channel_of(Key key) const { return *channels_[static_cast<std::uint32_t>(key)]; }

  Stream* stream_of(Key key, const SubscribedSeen& seen, ServerLife life);
  void check_recovery(Key key, const SubscribedSeen& seen, const Lineage& lineage);
  bool place(Key key, const Lineage& lineage, std::uint64_t offset, MessageName name);
  void follow(Key key, Lineage& lineage, std::uint64_t offset, MessageName name);
  void follow_counter(Key key, Lineage& lineage, MessageName name);
  void backward(Key key, const Lineage& lineage, std::uint64_t offset, MessageName name);
  void lose(Key key, const Lineage& lineage, const Gap& gap);
  std::optional<Violation> lagging(Key key, const Lineage& lineage) const;
  std::optional<Violation> missing(const Channel& channel, std::uint32_t index) const;

  std::string subject(Key key) const;  // "client 7 (centrifuge) in mem:0"
  Sighting got(std::uint64_t offset, MessageName name, Duration at) const;
  // How the lineage came to where it is, and of the message what is known.
  std::vector<Sighting> history(const Lineage& lineage, std::uint64_t before) const;
  std::vector<Sighting> history(Key key, const Lineage& lineage, std::uint64_t before,
                                MessageName name) const;

  Duration now_{0};
  ServerLife life_ = 0;
  std::vector<std::string> clients_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::unordered_map<Key, Lineage> lineages_;
  std::vector<Key> with_gaps_;
  std::optional<Violation> violation_;
  CheckerCounts counts_;
};

}  // namespace parley::loadgen
