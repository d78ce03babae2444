// For tests: the HTTP API over a hub on several shards, stepped in one thread. Every reply of the
// status 200 is held against its schema in the OpenAPI document, and so is every request that was
// understood.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/openapi.h"
#include "api/routes.h"
#include "api/test_schema.h"
#include "http/router.h"
#include "http/test_requests.h"
#include "hub/encoder.h"
#include "hub/hub.h"
#include "hub/test_broker.h"

namespace parley::api {

// Publications as short words, joins and leaves as "+ann" and "-ann".
struct WordEncoder final : hub::Encoder {
  explicit WordEncoder(bool membership) : tells_membership(membership) {}
  LocalPtr<Frame> encode(const hub::Push& push) override {
    std::string word;
    if (const auto* publication = std::get_if<hub::Publication>(&push)) {
      word = publication->payload.data.view();
      if (publication->payload.kind == hub::PayloadKind::binary) word = "binary " + word;
      if (publication->payload.kind == hub::PayloadKind::text) word = "text " + word;
      for (const auto& [name, value] : publication->tags) word += " " + name + "=" + value;
    } else if (const auto* membership = std::get_if<hub::Membership>(&push)) {
      if (!tells_membership) return nullptr;
      for (const auto& change : membership->changes) {
        word += (change.joined ? '+' : '-') + std::string(change.client.user);
      }
    }
    return Frame::join(word, {});
  }
  const bool tells_membership;
};

class ApiFixture {
 protected:
  using Words = std::vector<std::string>;

  class Client final : public hub::SessionEvents, public hub::Transport {
   public:
    Client(ApiFixture& test, std::size_t shard, std::string user)
        : session(test.hub_, shard, *this, {&test.full_, &test.quiet_}, *this,
                  hub::Identity{.user = Bytes::copy_of(user)}) {}
    void send(const LocalPtr<Frame>& frame) override { words.emplace_back(frame->view()); }
    void close(const hub::Disconnect& disconnect) override {
      EXPECT_FALSE(closed.has_value());
      closed = disconnect;
    }
    void on_subscribed(const std::string& channel, hub::SubscribeReply reply) override {
      words.push_back("subscribed " + channel + " " + std::string(reply.data.view()));
      subscription = std::move(reply);
    }
    void on_unsubscribed(const std::string& channel, Errc reason) override {
      words.push_back(std::string(error_info(reason).name) + " " + channel);
    }
    void on_refreshed(const hub::Refresh& refresh) override { refreshed = refresh; }
    std::string id() const { return session.identity().id.text(); }

    Words words;
    std::optional<hub::SubscribeReply> subscription;
    std::optional<hub::Disconnect> closed;
    std::optional<hub::Refresh> refreshed;
    hub::Session session;
  };

  explicit ApiFixture(std::size_t shards, ServerApiOptions options = default_options())
      : shards_(shards),
        hub_(shards_, {.history_page = 5, .mailbox_messages = 1000}, hub::RuleBook(rules()),
             hub::TestBroker::make),
        routers_(shards) {
    for (std::size_t i = 0; i < shards; ++i) {
      add_server_api(routers_[i], hub_, i, shards_[i].counters(), options);
    }
  }

  static ServerApiOptions default_options() {
    return {.keys = {"other", "secret"}, .payload_bytes = 64, .node_name = "n1", .version = "1.2"};
  }

  static std::vector<hub::ChannelRules> rules() {
    std::vector<hub::ChannelRules> rules(4);
    rules[1].name_space = "bare";
    rules[1].presence = false;
    rules[1].history_size = 0;
    rules[2].name_space = "small";
    rules[2].message_bytes = 4;
    rules[3].name_space = "slow";
    rules[3].message_rate = 1;
    return rules;
  }

  std::unique_ptr<Client> connect(std::size_t i, std::string user) {
    return std::make_unique<Client>(*this, i % shards_.size(), std::move(user));
  }
  std::unique_ptr<Client> join(std::size_t i, std::string user, const std::string& channel) {
    auto client = connect(i, std::move(user));
    client->session.subscribe(
        channel, {.grant = hub::Grant{}},
        [](const Result<hub::SubscribeReply>& reply) { EXPECT_TRUE(reply.has_value()); });
    settle();
    return client;
  }
  void settle() { shards_.run_until_idle(); }

  http::Response send(const std::string& line, const std::string& body,
                      const std::string& headers) {
    const http::ParsedRequest request(
        line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n" + headers + "\r\n" + body);
    std::optional<http::Response> response;
    routers_[asked_++ % routers_.size()].dispatch(*request, {}, [&](http::Response answer) {
      EXPECT_FALSE(response.has_value());
      response = std::move(answer);
    });
    settle();
    if (!response) ADD_FAILURE() << "no answer to " << line << " " << body;
    return response.value_or(http::Response{});
  }

  // With the key; answers with the body.
  std::string call(const std::string& method, const std::string& body) {
    const http::Response response = send("POST /api/" + method, body, "X-API-Key: secret\r\n");
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(check_.misfit(response.body, method + "_reply"), "");
    // (What the schema does not say: null is the same as absent, and nothing as {}.)
    const bool bent = body.empty() || body.find("null") != std::string::npos;
    if (!bent && response.body.find(R"("error":)") == std::string::npos) {
      EXPECT_EQ(check_.misfit(body, method + "_request"), "");
    }
    return response.body;
  }

  runtime::ShardSet shards_;
  hub::Hub hub_;
  std::vector<http::Router> routers_;
  WordEncoder full_{true};
  WordEncoder quiet_{false};
  std::size_t asked_ = 0;  // requests come to all shards in turn
  SchemaCheck check_{openapi_document("1.2")};
};

}  // namespace parley::api
