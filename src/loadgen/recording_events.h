// A WireEvents for tests that writes down what it hears, one word or two for each event.
#pragma once

#include <string>
#include <vector>

#include "loadgen/wire.h"

namespace parley::loadgen {

class RecordingEvents final : public WireEvents {
 public:
  void on_ready() override { note("ready"); }
  void on_subscribed(const Subscribed& subscribed) override {
    std::string text = "subscribed " + std::string(subscribed.channel);
    if (subscribed.has_position) {
      text += " at " + subscribed.position.epoch + ":" + std::to_string(subscribed.position.offset);
    }
    note(text + (subscribed.recovered ? " recovered" : ""));
  }
  void on_subscribe_refused(ByteView channel, const Reply& reply) override {
    note("refused " + std::string(channel) + " " + std::to_string(reply.error));
  }
  void on_unsubscribed(ByteView channel, std::uint32_t code) override {
    note("unsubscribed " + std::string(channel) + " " + std::to_string(code));
  }
  void on_publication(const Publication& publication) override {
    note(std::string(publication.channel) + " " + std::to_string(publication.offset) + " " +
         std::string(publication.data) + " by " + std::string(publication.user));
  }
  void on_direct(ByteView from, ByteView data) override {
    note("direct " + std::string(data) + " by " + std::string(from));
  }
  void on_member(ByteView channel, const Member& member, bool joined) override {
    note(member.user + (joined ? " joined " : " left ") + std::string(channel));
  }
  void on_members(ByteView channel, const std::vector<Member>& members) override {
    std::string text = "members of " + std::string(channel);
    for (const Member& member : members) text += " " + member.user;
    note(text);
  }
  void on_reply(const Reply& reply) override {
    note("reply " + std::to_string(reply.id) + " " + std::to_string(reply.error));
  }
  void on_nonsense(std::string words) override { note("nonsense: " + words); }

  std::vector<std::string> heard;

 private:
  void note(std::string text) { heard.push_back(std::move(text)); }
};

}  // namespace parley::loadgen
