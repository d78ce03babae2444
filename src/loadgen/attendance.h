// Attendance: who is in which channel by right, and what the server tells of it. Each client's view
// of a channel is what it was told: a list now and then, joins and leaves between. difference()
// compares a view or an answer with the truth. Pure logic; times are since the run began.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "loadgen/violation.h"
#include "loadgen/wire.h"

namespace parley::loadgen {

class Attendance {
 public:
  // The truth. Every connection has a user name of its own while it lasts.
  void came(std::uint32_t channel, const std::string& user, Duration now);
  void went(std::uint32_t channel, const std::string& user, const std::string& how, Duration now);
  void forget_gone() { gone_.clear(); }
  Duration last_change() const { return last_change_; }

  // What a client was told.
  void begin(std::uint32_t client, std::uint32_t channel);
  void listed(std::uint32_t client, std::uint32_t channel, const std::vector<Member>& members,
              Duration now);
  void told(std::uint32_t client, std::uint32_t channel, const Member& member, bool joined,
            Duration now);
  void end(std::uint32_t client, std::uint32_t channel);

  // What is wrong with a list, or with what was told; nothing: it is the truth. A view without a
  // list yet is not looked at.
  std::optional<Violation> difference(std::uint32_t channel, const std::vector<Member>& members,
                                      const std::string& who_says) const;
  std::optional<Violation> difference(std::uint32_t client, std::uint32_t channel,
                                      const std::string& who_says) const;
  bool has_view(std::uint32_t client, std::uint32_t channel) const;

 private:
  struct Gone {
    Duration at{0};
    std::string how;
  };
  using Name = std::pair<std::string, std::string>;  // user, connection
  struct Entry {
    int count = 0;
    Sighting how;  // it came to be known
  };
  struct View {
    std::optional<std::map<Name, Entry>> list;
    std::map<Name, bool> early;  // who joined or left before it came
  };
  static std::uint64_t key(std::uint32_t client, std::uint32_t channel) {
    return std::uint64_t{client} << 32 | channel;
  }
  Violation describe(std::uint32_t channel, const std::string& user, const std::string& words,
                     const std::string& who_says) const;

  std::unordered_map<std::uint32_t, std::map<std::string, Duration>> present_;  // by channel
  std::map<std::pair<std::uint32_t, std::string>, Gone> gone_;
  std::unordered_map<std::uint64_t, View> views_;
  Duration last_change_{0};
};

}  // namespace parley::loadgen
