#include "dialect/centrifuge_json.h"

#include <gmock/gmock.h>

namespace parley::dialect::centrifuge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Command taken(ByteView line) {
  std::string detail;
  const auto command = take_command(line, detail);
  EXPECT_TRUE(command.has_value()) << detail;
  return command.has_value() ? *command : Command{};
}

std::string fault(ByteView line) {
  std::string detail;
  const auto command = take_command(line, detail);
  EXPECT_FALSE(command.has_value());
  EXPECT_EQ(command.error(), Errc::bad_command);
  return detail;
}

std::vector<std::string> told(const PayloadWriter& writer, const hub::Push& push) {
  std::vector<std::string> messages;
  std::string scratch = "left from the last push";
  writer.write(push, scratch, [&](const WireMessage& message) {
    EXPECT_FALSE(message.binary);
    messages.emplace_back(message.data);
  });
  return messages;
}

hub::ClientInfo client(const std::string& user) {
  return {.user = Bytes::copy_of(user),
          .client = *ConnectionId::parse("00112233-4455-6677-8899-aabbccddeeff"),
          .connection_info = Bytes::copy_of(R"({"a":1})"),
          .channel_info = {}};
}

TEST(CentrifugeJson, TakesOneCommandAfterTheOther) {
  ByteView frame = "{\"id\":1,\"rpc\":{}}\n{\"id\":2,\"presence\":{\"channel\":\"tea\"}}";
  std::string detail;
  EXPECT_EQ(take_command(frame, detail)->id, 1U);
  const auto second = take_command(frame, detail);
  EXPECT_EQ(second->id, 2U);
  EXPECT_EQ(std::get<Presence>(second->request).channel, "tea");
  EXPECT_THAT(frame, IsEmpty());
}

TEST(CentrifugeJson, ReadsEveryMember) {
  const auto subscribe = std::get<Subscribe>(
      taken(R"({"id":7,"subscribe":{"channel":"tea","token":"t","recover":true,"offset":5,)"
            R"("epoch":"e","join_leave":true,"flag":3,"delta":"fossil","later":[]}})")
          .request);
  EXPECT_EQ(subscribe.channel, "tea");
  EXPECT_EQ(subscribe.token, "t");
  EXPECT_EQ(subscribe.since, (hub::StreamPosition{5, "e"}));
  EXPECT_TRUE(subscribe.join_leave);
  EXPECT_TRUE(subscribe.recovered_or_error);
  EXPECT_EQ(subscribe.declined, Errc{});

  const auto connect =
      std::get<Connect>(taken(R"({"id":1,"connect":{"token":"t","subs":{"a":{"recover":true,)"
                              R"("offset":3,"epoch":"x"},"b":{"offset":3}}}})")
                            .request);
  EXPECT_EQ(connect.token, "t");
  EXPECT_THAT(connect.since,
              ElementsAre(std::pair<std::string, hub::StreamPosition>("a", {3, "x"})));

  const auto history =
      std::get<History>(taken(R"({"id":1,"history":{"channel":"tea","limit":-1,"reverse":true,)"
                              R"("since":{"offset":18446744073709551615,"epoch":"e"}}})")
                            .request);
  EXPECT_EQ(history.query.limit, std::size_t(-1));
  EXPECT_TRUE(history.query.reverse);
  EXPECT_EQ(history.query.since, (hub::StreamPosition{18446744073709551615ULL, "e"}));
}

TEST(CentrifugeJson, NullIsAbsent) {
  const auto subscribe = std::get<Subscribe>(
      taken(R"({"id":7,"connect":null,"subscribe":{"channel":"tea","token":null,"tf":null}})")
          .request);
  EXPECT_EQ(subscribe.token, "");
  EXPECT_EQ(subscribe.declined, Errc{});
  EXPECT_EQ(std::get<Publish>(taken(R"({"id":7,"publish":{"channel":"c","data":null}})").request)
                .payload.data.view(),
            "null");
}

TEST(CentrifugeJson, PayloadsAreOneLineOfJsonOrText) {
  const auto payload = [](const std::string& data) {
    return std::get<Publish>(
               taken(R"({"id":7,"publish":{"channel":"c","data":)" + data + "}}").request)
        .payload;
  };
  EXPECT_EQ(payload("{ \"a\" :\t[1, 2.5] }").data.view(), R"({"a":[1,2.5]})");
  EXPECT_EQ(payload("{}").kind, hub::PayloadKind::json);
  EXPECT_EQ(payload(R"("two\nlines")").data.view(), "two\nlines");
  EXPECT_EQ(payload(R"("")").kind, hub::PayloadKind::text);
}

TEST(CentrifugeJson, AnEmptyObjectIsAPong) {
  EXPECT_TRUE(std::holds_alternative<Pong>(taken("{}").request));
  EXPECT_TRUE(std::holds_alternative<Pong>(taken(R"({"id":0})").request));
  EXPECT_TRUE(std::holds_alternative<Send>(taken(R"({"send":{"data":1}})").request));
}

TEST(CentrifugeJson, SaysWhatIsWrong) {
  EXPECT_EQ(fault(""), "not a JSON object");
  EXPECT_EQ(fault("[]"), "not a JSON object");
  EXPECT_EQ(fault("{}{}"), "not a JSON object");
  EXPECT_EQ(fault(R"({"id":1})"), "an unknown command");
  EXPECT_EQ(fault(R"({"id":1,"ping":{}})"), "an unknown command");
  EXPECT_EQ(fault(R"({"id":-1,"rpc":{}})"), "\"id\" is of the wrong type");
  EXPECT_EQ(fault(R"({"id":4294967296,"rpc":{}})"), "the id is above 32 bits");
  EXPECT_EQ(fault(R"({"rpc":{}})"), "the id is missing");
  EXPECT_EQ(fault(R"({"id":1,"send":{}})"), "send has no id");
  EXPECT_EQ(fault(R"({"id":1,"rpc":{},"presence":{}})"), "two commands in one object");
  EXPECT_EQ(fault(R"({"id":1,"rpc":[]})"), "\"rpc\" is of the wrong type");
  EXPECT_EQ(fault(R"({"id":1,"unsubscribe":{}})"), "the channel is missing");
  EXPECT_EQ(fault(R"({"id":1,"presence":{"channel":1}})"), "\"channel\" is of the wrong type");
  EXPECT_EQ(fault(R"({"id":1,"publish":{"channel":"c"}})"), "the data is missing");
  EXPECT_EQ(fault(R"({"id":1,"refresh":{}})"), "the token is missing");
  EXPECT_EQ(fault(R"({"id":1,"sub_refresh":{"channel":"c"}})"), "the token is missing");
  EXPECT_EQ(fault(R"({"id":1,"connect":{"subs":{"c":1}}})"), "\"subs\" is of the wrong type");
}

TEST(CentrifugeJson, WritesPublications) {
  hub::Publication publication;
  publication.channel = "t\"ea";
  publication.payload = {hub::PayloadKind::json, Bytes::copy_of("[1]")};
  publication.tags = {{"key", "k"}, {"other", "\""}};
  EXPECT_THAT(told(push_writer(), publication),
              ElementsAre(R"({"push":{"channel":"t\"ea","pub":{"data":[1],)"
                          R"("tags":{"key":"k","other":"\""}}}})"));
  publication.publisher = client("ann");
  publication.position = {7, "e"};
  publication.tags.clear();
  publication.time_ms = 12;
  EXPECT_THAT(told(quiet_push_writer(), publication),
              ElementsAre(R"({"push":{"channel":"t\"ea","pub":{"data":[1],"info":{"user":"ann",)"
                          R"("client":"00112233-4455-6677-8899-aabbccddeeff","conn_info":{"a":1}},)"
                          R"("offset":7,"time":12}}})"));
}

TEST(CentrifugeJson, WritesALineForEachJoinAndLeaveToThoseWhoWantThem) {
  hub::Membership membership;
  membership.channel = "tea";
  membership.changes = {{true, true, client("ann")}, {false, true, client("")}};
  const std::string id = R"("client":"00112233-4455-6677-8899-aabbccddeeff","conn_info":{"a":1})";
  EXPECT_THAT(
      told(push_writer(), membership),
      ElementsAre(R"({"push":{"channel":"tea","join":{"info":{"user":"ann",)" + id + "}}}}\n" +
                  R"({"push":{"channel":"tea","leave":{"info":{)" + id + "}}}}"));
  EXPECT_THAT(told(quiet_push_writer(), membership), IsEmpty());
  EXPECT_THAT(told(push_writer(), hub::Typing{}), IsEmpty());
}

TEST(CentrifugeJson, TheCodeOfAnUnsubscribeSaysWhetherToComeBack) {
  EXPECT_EQ(write_notice(Unsubscribed{"tea", Errc::unsubscribed}),
            R"({"push":{"channel":"tea","unsubscribe":{"code":2000,"reason":"unsubscribed"}}})");
  EXPECT_EQ(unsubscribe_code(Errc::insufficient_state), 2500);
  EXPECT_EQ(unsubscribe_code(Errc::subscription_expired), 2501);
}

TEST(CentrifugeJson, ErrorsHaveTheCodesOfTheProtocol) {
  EXPECT_EQ(write_reply(3, Errc::permission_denied),
            R"({"id":3,"error":{"code":103,"message":"permission denied"}})");
  EXPECT_EQ(write_reply(3, Errc::overloaded),
            R"({"id":3,"error":{"code":100,"message":"internal server error","temporary":true}})");
  for (const ErrorInfo& info : error_catalogue()) {
    const ErrorWords words = error_words(info.code);
    EXPECT_GE(words.code, 100) << info.name;
    EXPECT_LE(words.code, 113) << info.name;
    if (const auto close = close_words(info.code)) {
      EXPECT_GE(close->code, 3000) << info.name;
      EXPECT_LT(close->code, 4000) << info.name;
      // A limit of connections is final here, as the protocol has it; over HTTP it is not.
      const bool comes_back = info.retryable && info.code != Errc::too_many_connections;
      EXPECT_EQ(close->code < 3500, comes_back) << info.name;
    }
  }
}

}  // namespace
}  // namespace parley::dialect::centrifuge
