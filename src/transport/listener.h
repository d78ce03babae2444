// Listener: one shard's front. It accepts sockets, owns every connection of the shard, and keeps
// what they share: router, origin rules, inflater, the encoders. Built before its shard runs; after
// that used on the shard's thread only.
#pragma once

#include <boost/intrusive/list.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "http/origin.h"
#include "http/router.h"
#include "runtime/acceptor.h"
#include "runtime/shard.h"
#include "runtime/tls_context.h"
#include "transport/connection.h"
#include "transport/connection_counts.h"
#include "transport/options.h"
#include "ws/deflate.h"

namespace parley::transport {

// What all shards share, all of it outliving the listeners.
struct Front {
  const Options& options;
  const http::OriginRules& origins;
  std::vector<const dialect::DialectKind*> dialects;
  hub::Hub& hub;
  ConnectionCounts& counts;
  const runtime::TlsContext* tls = nullptr;  // set when there is a TLS listener
};

class Listener {
 public:
  Listener(runtime::Shard& shard, const Front& front, http::Router router);
  ~Listener();

  // Takes over a listening socket. `hand_on` (for a socket that all shards share) chooses who gets
  // each connection; without it they stay here.
  using HandOn = std::function<void(int fd, const runtime::PeerAddress& peer)>;
  void listen(int listening_fd, Door door, HandOn hand_on = nullptr);
  void adopt(int fd, const runtime::PeerAddress& peer, Door door);

  // Stops accepting and ends all connections, spread over at most `spread`; those that are left
  // after `deadline` are cut. `done` is called once, when none is left.
  void drain(Duration spread, Duration deadline, std::function<void()> done);

  // For the connections
  runtime::Shard& shard() { return shard_; }
  const Options& options() const { return front_.options; }
  const Front& front() const { return front_; }
  http::Router& router() { return router_; }
  ws::Inflater& inflater() { return inflater_; }
  // The shard's one encoder for this format and window (0: uncompressed).
  hub::Encoder& encoder(const dialect::PayloadWriter& writer, int window_bits);
  LocalPtr<Frame> frame_of(const dialect::WireMessage& message, int window_bits);
  bool draining() const { return draining_; }
  void add(std::unique_ptr<Connection> connection);
  void destroy(Connection& connection);
  void count_closed(ConnectionCounts::Cell cell);

 private:
  class DrainTimer;
  using ConnectionList = boost::intrusive::list<Connection, boost::intrusive::base_hook<OwnedHook>,
                                                boost::intrusive::constant_time_size<false>>;

  void refuse(int fd, bool tls);
  void drain_some();

  runtime::Shard& shard_;
  const Front front_;
  http::Router router_;
  ws::Inflater inflater_;
  std::map<int, std::unique_ptr<ws::Deflater>> deflaters_;  // by window bits
  std::map<std::pair<const dialect::PayloadWriter*, int>, std::unique_ptr<hub::Encoder>> encoders_;
  std::vector<std::unique_ptr<runtime::Acceptor>> acceptors_;
  ConnectionList connections_;
  std::size_t connection_count_ = 0;

  bool draining_ = false;
  std::unique_ptr<DrainTimer> drain_timer_;
  std::size_t drain_step_ = 0;  // connections asked to end at each step
  TimePoint drain_deadline_;
  std::function<void()> drained_;
};

}  // namespace parley::transport
