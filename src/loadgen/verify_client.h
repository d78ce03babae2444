// VerifyClient: one client of `parley verify`: it is in its channels, comes back with its positions
// whenever the connection ends, may publish, suffers the plan's faults, and tells the checker and
// the attendance what it sees. All live on one shard and end with the run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/attendance.h"
#include "loadgen/checker.h"
#include "loadgen/client.h"
#include "loadgen/random.h"

namespace parley::loadgen {

// What all clients of a run share; outlives them.
struct VerifyContext {
  ClientContext& client;
  Checker& checker;
  Attendance& attendance;
  std::uint64_t seed = 1;
  Random random{1};
  // Token of a user who may be in these channels; unset: no tokens.
  std::function<std::string(const std::string& user, const std::vector<std::string>& channels)>
      make_token = {};
  std::string user_prefix = {};
  Endpoint endpoint = {};
  std::vector<std::string> channels = {};  // by number, as in the checker
  Duration now{0};                         // since the run began
  // Unique in the run, as a server may remember them
  std::uint32_t next_id = 1;
  std::uint32_t next_publisher = 1;
  std::uint64_t next_serial = 0;
  // Counted by all
  std::uint64_t connections = 0;
  std::uint64_t refusals = 0;      // of what somebody has no right to
  std::uint64_t directs = 0;       // messages that came to their one receiver
  std::uint64_t resubscribed = 0;  // subscriptions that the server ended
  std::string last_words = {};     // why a connection ended last
};

// What a client is to do.
struct VerifyRole {
  WireKind kind = WireKind::plain_json;
  std::vector<std::uint32_t> channels = {};
  bool publishes = false;
  std::optional<std::uint32_t> forbidden = {};  // tried too, and never to be had
  bool has_right = true;  // false: all of its channels are forbidden, and it tries all the same
};

class VerifyClient final : public ClientEvents {
 public:
  VerifyClient(VerifyContext& context, std::uint32_t number, VerifyRole role);

  void tick(bool quiet);    // comes back and thaws when it is time; in quiet stays away
  bool is_settled() const;  // in all its channels, or away on purpose
  bool can_publish() const;
  void publish();  // to its next channel
  std::size_t unanswered() const { return pending_.size(); }
  const VerifyRole& role() const { return role_; }
  const std::string& user() const { return user_; }

  // Faults; false: it is in no state to suffer this one.
  bool drop();
  bool leave(Duration lasts);
  bool freeze(Duration lasts);
  bool half_open();  // the connection stays frozen for ever; the client makes another
  void thaw();
  void bury();  // ends the half-open connections, once the server must have noticed

  // Asks who is in each of its channels. The answers are held against the truth by judge().
  void ask();
  bool has_answers() const;
  std::optional<Violation> judge_answers() const;
  std::optional<Violation> judge_views() const;  // what joins and leaves told
  std::size_t answers() const { return answers_.size(); }
  std::size_t views() const;  // that judge_views() looks at

  // Asks for what it has no right to, and sends somebody a direct message.
  void trespass();
  void greet(const std::string& user);

 private:
  struct Room {
    std::uint32_t channel = 0;
    bool is_in = false;
    std::optional<Position> position;  // where to come back to
  };
  struct Publish {
    std::uint32_t channel = 0;
    MessageName name;
  };

  // ClientEvents
  void on_ready() override;
  void on_subscribed(const Subscribed& subscribed) override;
  void on_subscribe_refused(ByteView channel, const Reply& reply) override;
  void on_unsubscribed(ByteView channel, std::uint32_t code) override;
  void on_publication(const Publication& publication) override;
  void on_direct(ByteView from, ByteView data) override;
  void on_member(ByteView channel, const Member& member, bool joined) override;
  void on_members(ByteView channel, const std::vector<Member>& members) override;
  void on_reply(const Reply& reply) override;
  void on_nonsense(std::string words) override;
  void on_ended(const Ending& ending) override;

  void open();
  void rename();
  Login login() const;
  Room* room(ByteView channel);
  bool is_forbidden(ByteView channel) const;
  void intrusion(ByteView channel, const std::string& what);
  void leave_rooms(const std::string& how);
  void end_as(std::string how);

  VerifyContext& context_;
  const std::uint32_t number_;
  const VerifyRole role_;
  std::string user_;
  std::unique_ptr<Client> client_;
  std::vector<std::unique_ptr<Client>> buried_alive_;  // half-open: they will never speak again
  std::vector<Room> rooms_;
  bool is_up_ = false;  // between open() and on_ended()
  bool is_ready_ = false;
  bool is_frozen_ = false;
  bool is_away_ = false;      // left, until next_open_
  bool was_refused_ = false;  // what is forbidden, on this connection
  Duration next_open_{0};
  Duration thaws_{0};
  std::string how_;  // it ended, when this client did it
  std::uint32_t half_opened_ = 0;
  ServerLife life_ = 0;  // of the server that it is connected to
  std::uint32_t publisher_ = 0;
  std::size_t next_room_ = 0;
  std::map<std::uint32_t, std::uint32_t> counters_;       // by channel, of this publisher
  std::map<std::uint32_t, Publish> pending_;              // by id
  std::map<std::uint32_t, std::string> trespasses_;       // by id: what must be refused
  std::map<std::uint32_t, std::vector<Member>> answers_;  // by channel
};

}  // namespace parley::loadgen
