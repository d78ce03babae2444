#include "server/demo_cast.h"

#include <algorithm>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "hub/encoder.h"
#include "hub/session.h"
#include "loadgen/random.h"
#include "server/demo_script.h"

namespace parley::server {
namespace {

constexpr std::size_t kShard = 0;
const std::string kLobby = "lobby";
const std::string kLiveLobby = "live:lobby";  // typing
const std::string kShow = "show";

hub::Payload json_payload(ByteView json) { return {hub::PayloadKind::json, Bytes::copy_of(json)}; }

// A line of a script as it is said, and what later lines refer to.
class Dialogue {
 public:
  // The JSON of the line.
  std::string perform(const Line& line) {
    const Said* to = line.back == 0 ? nullptr : &said_[said_.size() - line.back];
    const std::string id = ConnectionId::random().text();
    std::string json = line_json(line, id, to);
    if (line.act == Line::Act::say || line.act == Line::Act::reply) {
      said_.push_back({id, kCast[line.who], line.text});
    }
    return json;
  }
  void start_again() { said_.clear(); }

 private:
  std::vector<Said> said_;
};

// One of the cast: a client without a wire.
class Member final : private hub::Transport, private hub::SessionEvents {
 public:
  Member(hub::Hub& hub, hub::Encoder& audience, std::string_view name)
      : session_(hub, kShard, *this, {&audience, &audience}, *this,
                 {.user = Bytes::copy_of(name), .unrestricted = true}) {
    for (const std::string& channel : {kLobby, kShow}) {
      join(channel);
    }
  }
  SessionRef ref() const { return session_.ref(); }

  void publish(const std::string& channel, ByteView json) {
    session_.publish(channel, json_payload(json), {}, nullptr);
  }
  void type() {
    publish(kLiveLobby, kTypingJson);
    session_.typing(kLobby);  // for the plain dialect
  }

 private:
  void join(const std::string& channel) {
    session_.subscribe(channel, {.join_leave = true}, [](const Result<hub::SubscribeReply>&) {});
  }

  void send(const LocalPtr<Frame>&) override {}
  void close(const hub::Disconnect&) override {}
  void on_subscribed(const std::string&, hub::SubscribeReply) override {}
  void on_unsubscribed(const std::string& channel, Errc) override { join(channel); }
  void on_refreshed(const hub::Refresh&) override {}

  hub::Session session_;
};

using Members = std::vector<std::unique_ptr<Member>>;

// What goes on while somebody watches.
class Act : private runtime::Timer {
 public:
  Act(runtime::Shard& shard, Members& members) : shard_(shard), members_(members) {}

  void set_watched(bool watched) {
    if (watched && !is_scheduled()) shard_.schedule(*this, kFirst);
    if (!watched) cancel();
  }

 protected:
  // Does one thing and answers when the next is due.
  virtual Duration go_on() = 0;
  Member& member(std::size_t index) { return *members_[index]; }
  Duration between(Duration least, Duration most) {
    const auto range = static_cast<std::uint64_t>((most - least).count());
    return least + Duration(random_.below(range));
  }
  std::uint64_t draw() { return random_.next(); }

 private:
  static constexpr Duration kFirst{100};
  void on_timer() final { shard_.schedule(*this, go_on()); }

  runtime::Shard& shard_;
  Members& members_;
  loadgen::Random random_{static_cast<std::uint64_t>(wall_time_ms())};
};

// The talk in the lobby, from the top when it is through: somebody types, says it, and there is a
// pause.
class Talk final : public Act {
 public:
  using Act::Act;

 private:
  Duration go_on() override {
    if (next_ == lobby_script().size()) {
      next_ = 0;
      dialogue_.start_again();
    }
    const Line& line = lobby_script()[next_];
    const bool is_typed = line.act != Line::Act::react;
    if (is_typed && !std::exchange(typing_, true)) {
      member(line.who).type();
      const auto bytes = static_cast<Duration::rep>(line.text.size());
      return std::min(kTyping + bytes * kPerByte, kLongestTyping);
    }
    typing_ = false;
    ++next_;
    member(line.who).publish(kLobby, dialogue_.perform(line));
    return between(kShortestPause, kLongestPause);
  }

  static constexpr Duration kTyping{500};
  static constexpr Duration kPerByte{10};
  static constexpr Duration kLongestTyping{1200};
  static constexpr Duration kShortestPause{1500};
  static constexpr Duration kLongestPause{3500};

  Dialogue dialogue_;
  std::size_t next_ = 0;
  bool typing_ = false;  // the next line
};

// The comments of the show.
class Comments final : public Act {
 public:
  using Act::Act;

 private:
  Duration go_on() override {
    const auto seed = static_cast<std::uint32_t>(draw());
    member(seed % 2).publish(kShow, comment_json(ConnectionId::random().text(), seed, -1));
    return between(kShortestPause, kLongestPause);
  }

  static constexpr Duration kShortestPause{200};
  static constexpr Duration kLongestPause{450};
};

// What was said before anybody came.

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kBetweenLines = 3 * kMinute;
constexpr std::int64_t kSegments = 3;  // of the track, a minute each
constexpr std::size_t kCommentsOfSegment = 110;

void publish_past(hub::Hub& hub, const std::string& channel, std::string_view user, ByteView json,
                  std::int64_t time_ms) {
  hub::Publication publication{
      .channel = channel, .payload = json_payload(json), .time_ms = time_ms};
  publication.publisher.client = ConnectionId::random();  // without one it would be a back end's
  publication.publisher.user = Bytes::copy_of(user);
  hub.publish(kShard, std::move(publication), {}, {}, nullptr);
}

void write_lobby(hub::Hub& hub) {
  Dialogue dialogue;
  const auto count = static_cast<std::int64_t>(lobby_past().size());
  std::int64_t time = wall_time_ms() - count * kBetweenLines;
  for (const Line& line : lobby_past()) {
    publish_past(hub, kLobby, kCast[line.who], dialogue.perform(line), time);
    time += kBetweenLines;
  }
}

void write_segment(hub::Hub& hub, const std::string& channel, std::int64_t segment) {
  constexpr std::string_view kViewers[] = {kCast[kAda], kCast[kLin], "Mei", "Tom", "阿树", "Noor"};
  loadgen::Random random(static_cast<std::uint64_t>(segment));
  for (std::size_t i = 0; i < kCommentsOfSegment; ++i) {
    const auto seed = static_cast<std::uint32_t>(random.next());
    const auto at = segment * kMinute + static_cast<std::int64_t>(random.below(kMinute));
    publish_past(hub, channel, kViewers[random.below(std::size(kViewers))],
                 comment_json(ConnectionId::random().text(), seed, at), wall_time_ms());
  }
}

template <class Write>
void if_empty(hub::Hub& hub, const std::string& channel, Write write) {
  hub.history(kShard, channel, {}, [write](const Result<hub::HistoryPage>& page) {
    if (page.has_value() && page->top.offset == 0) write();
  });
}

void write_past(hub::Hub& hub) {
  if_empty(hub, kLobby, [&hub] { write_lobby(hub); });
  for (std::int64_t segment = 0; segment < kSegments; ++segment) {
    const std::string channel = "track:" + kShow + "." + std::to_string(segment);
    if_empty(hub, channel, [&hub, channel, segment] { write_segment(hub, channel, segment); });
  }
}

}  // namespace

// All of it, on shard 0. As the encoder of its members it hears who comes and goes.
class DemoCast::Play final : public hub::Encoder {
 public:
  Play(runtime::Shard& shard, hub::Hub& hub)
      : hub_(hub), talk_(shard, members_), comments_(shard, members_) {
    write_past(hub);
    for (const std::string_view name : kCast) {
      members_.push_back(std::make_unique<Member>(hub, *this, name));
    }
  }

  LocalPtr<Frame> encode(const hub::Push& push) override {
    if (const auto* membership = std::get_if<hub::Membership>(&push)) look(membership->channel);
    return nullptr;
  }

 private:
  // Is anybody in the channel besides the cast?
  void look(const std::string& channel) {
    Act& act = channel == kLobby ? static_cast<Act&>(talk_) : comments_;
    const auto judge = [&act](const Result<hub::PresenceStats>& stats) {
      act.set_watched(stats.has_value() && stats->clients > kCast.size());
    };
    hub_.presence_stats(kShard, channel,
                        hub_.while_alive<hub::PresenceStats>(members_.front()->ref(), judge));
  }

  hub::Hub& hub_;
  Members members_;
  Talk talk_;
  Comments comments_;
};

DemoCast::DemoCast(runtime::ShardSet& shards, hub::Hub& hub) : shards_(shards) {
  shards.post(kShard, [this, &hub] { play_ = std::make_unique<Play>(shards_[kShard], hub); });
}

DemoCast::~DemoCast() {
  std::promise<void> left;
  shards_.post(kShard, [this, &left] {
    play_.reset();
    left.set_value();
  });
  left.get_future().wait();
}

}  // namespace parley::server
