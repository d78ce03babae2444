// Each wire in conversation with the messages of docs/dialects, written out here by hand.
#include "loadgen/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/recording_events.h"

namespace parley::loadgen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

struct Conversation {
  Conversation(WireKind kind, Login login) : wire(make_wire(kind, std::move(login))) {}

  // What the wire says to this.
  Wire::Out hear(ByteView message) {
    Wire::Out out;
    wire->on_message(message, out, events);
    return out;
  }
  Wire::Out open() {
    Wire::Out out;
    wire->open(out, events);
    return out;
  }
  std::vector<std::string> heard() { return std::exchange(events.heard, {}); }

  std::unique_ptr<Wire> wire;
  RecordingEvents events;
};

TEST(PlainWire, RawMessagesAreThePublications) {
  Conversation ann(WireKind::plain, {.user = "ann", .rooms = {{.channel = "tea"}}});
  EXPECT_EQ(ann.wire->target(), "/room/tea?username=ann");
  EXPECT_THAT(ann.open(), IsEmpty());
  EXPECT_THAT(ann.heard(), ElementsAre("ready", "subscribed tea"));
  ann.hear("{not json");
  EXPECT_THAT(ann.heard(), ElementsAre("tea 0 {not json by "));
  Wire::Out out;
  ann.wire->publish(1, "tea", "hello", out);
  EXPECT_THAT(out, ElementsAre("hello"));
  EXPECT_FALSE(ann.wire->direct(2, "bob", "psst", out));
  EXPECT_FALSE(ann.wire->members(3, "tea", out));
}

TEST(PlainWire, EnvelopesTellPositionsAndPeople) {
  Conversation ann(WireKind::plain_json, {.user = "ann", .rooms = {{.channel = "tea"}}});
  ann.hear(R"({"type":"welcome","room":"tea","user":"ann","users":["ann","bob"],"count":2,)"
           R"("position":"6f1e-3"})");
  EXPECT_THAT(ann.heard(),
              ElementsAre("ready", "subscribed tea at 6f1e:3", "members of tea ann bob"));
  ann.hear(R"({"type":"message","id":"6f1e-4","room":"tea","from":"bob","data":{"a":[1]}})");
  EXPECT_THAT(ann.heard(), ElementsAre(R"(tea 4 {"a":[1]} by bob)"));
  ann.hear(R"({"type":"message","id":"x","from":"bob","to":"ann","data":"psst"})");
  EXPECT_THAT(ann.heard(), ElementsAre(R"(direct "psst" by bob)"));
  ann.hear(R"({"type":"left","room":"tea","user":"bob","count":1})");
  EXPECT_THAT(ann.heard(), ElementsAre("bob left tea"));
}

TEST(PlainWire, ComesBackBehindWhatItHas) {
  const Login login{.user = "ann", .rooms = {{.channel = "a b", .since = Position{3, "6f1e"}}}};
  Conversation ann(WireKind::plain_json, login);
  EXPECT_EQ(ann.wire->target(), "/room/a%20b?username=ann&format=json&history=0&since=6f1e-3");
  ann.hear(R"({"type":"welcome","room":"a b","position":"6f1e-5","recovered":true})");
  EXPECT_THAT(ann.heard(),
              ElementsAre("ready", "subscribed a b at 6f1e:5 recovered", "members of a b"));
}

TEST(PlainWire, RepliesCarryTheIdOfTheMessage) {
  Conversation ann(WireKind::plain_json, {.user = "ann"});
  Wire::Out out;
  ann.wire->publish(7, "lobby", "[1]", out);
  EXPECT_THAT(out, ElementsAre(R"({"data":[1],"ref":"7"})"));
  ann.hear(R"({"type":"ack","ref":"7","id":"6f1e-4"})");
  ann.hear(R"({"type":"error","code":111,"name":"permission_denied","message":"no","ref":"8"})");
  EXPECT_THAT(ann.heard(), ElementsAre("reply 7 0", "reply 8 111"));
}

TEST(PlainWire, WhatBreaksTheDialectIsTold) {
  Conversation ann(WireKind::plain_json, {.user = "ann"});
  ann.hear("hello");
  ann.hear(R"({"type":"surprise"})");
  EXPECT_THAT(ann.heard(), ElementsAre(StartsWith("nonsense"), StartsWith("nonsense")));
}

TEST(CentrifugeWire, ConnectsThenSubscribes) {
  Conversation ann(WireKind::centrifuge,
                   {.user = "ann",
                    .rooms = {{.channel = "a"}, {.channel = "b", .since = Position{3, "e"}}},
                    .join_leave = true});
  EXPECT_EQ(ann.wire->target(), "/connection/websocket?username=ann");
  EXPECT_THAT(ann.open(), ElementsAre(R"({"id":2147483648,"connect":{}})"));
  EXPECT_THAT(ann.hear(R"({"id":2147483648,"connect":{"client":"c","ping":25,"pong":true}})"),
              ElementsAre(R"({"id":2147483649,"subscribe":{"channel":"a","join_leave":true}})",
                          R"({"id":2147483650,"subscribe":{"channel":"b","join_leave":true,)"
                          R"("recover":true,"offset":3,"epoch":"e"}})"));
  EXPECT_THAT(ann.heard(), ElementsAre("ready"));
}

TEST(CentrifugeWire, RecoveredPublicationsFollowTheSubscription) {
  Conversation ann(WireKind::centrifuge, {.rooms = {{.channel = "a"}}});
  ann.hear(R"({"id":2147483648,"connect":{}})");
  // Replies and pushes may share a message, a line each.
  ann.hear(R"({"id":2147483649,"subscribe":{"epoch":"e","offset":2,"recovered":true,)"
           R"("publications":[{"data":1,"offset":1},{"data":2,"offset":2}]}})"
           "\n"
           R"({"push":{"channel":"a","pub":{"data":{"x":3},"offset":3,"info":{"user":"bob"}}}})");
  EXPECT_THAT(ann.heard(), ElementsAre("ready", "subscribed a at e:2 recovered", "a 1 1 by ",
                                       "a 2 2 by ", R"(a 3 {"x":3} by bob)"));
}

TEST(CentrifugeWire, AnswersPings) {
  Conversation ann(WireKind::centrifuge, {});
  EXPECT_THAT(ann.hear("{}"), ElementsAre("{}"));
  EXPECT_THAT(ann.heard(), IsEmpty());
}

TEST(CentrifugeWire, TellsRefusalsAndPeople) {
  Conversation ann(WireKind::centrifuge, {.rooms = {{.channel = "$a"}}});
  ann.hear(R"({"id":2147483648,"connect":{}})");
  ann.hear(R"({"id":2147483649,"error":{"code":103,"message":"permission denied"}})");
  ann.hear(R"({"id":5,"error":{"code":111,"message":"too many"}})");
  ann.hear(R"({"push":{"channel":"b","join":{"info":{"client":"c","user":"bob"}}}})");
  ann.hear(R"({"push":{"channel":"b","leave":{"info":{"client":"c","user":"bob"}}}})");
  ann.hear(R"({"push":{"channel":"b","unsubscribe":{"code":2500,"reason":"x"}}})");
  Wire::Out out;
  ASSERT_TRUE(ann.wire->members(6, "b", out));
  EXPECT_THAT(out, ElementsAre(R"({"id":6,"presence":{"channel":"b"}})"));
  ann.hear(R"({"id":6,"presence":{"presence":{"c":{"client":"c","user":"bob"}}}})");
  EXPECT_THAT(ann.heard(), ElementsAre("ready", "refused $a 103", "reply 5 111", "bob joined b",
                                       "bob left b", "unsubscribed b 2500", "members of b bob"));
}

TEST(SocketioWire, ConnectsAndCarriesEvents) {
  Conversation ann(WireKind::socketio, {.rooms = {{.channel = "tea"}}});
  EXPECT_EQ(ann.wire->target(), "/socket.io/?EIO=4&transport=websocket");
  EXPECT_THAT(ann.hear(R"(0{"sid":"x","upgrades":[]})"), ElementsAre("40"));
  EXPECT_THAT(ann.hear(R"(40{"sid":"y"})"), IsEmpty());
  EXPECT_THAT(ann.hear("2"), ElementsAre("3"));
  ann.hear(R"(42["message","hello"])");
  EXPECT_THAT(ann.heard(), ElementsAre("ready", "subscribed tea", R"(tea 0 "hello" by )"));
  Wire::Out out;
  ann.wire->publish(1, "tea", R"("hi")", out);
  EXPECT_THAT(out, ElementsAre(R"(42["message","hi"])"));
  ann.hear("7?");
  EXPECT_THAT(ann.heard(), ElementsAre(StartsWith("nonsense")));
}

}  // namespace
}  // namespace parley::loadgen
