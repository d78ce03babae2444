// The HTTP API: whatever a caller with the key sends, each request is answered once, in JSON that
// fits the OpenAPI document, and nothing is left behind. Input: a line with the method (none: it
// stands in the bodies), then one body a line; a line that begins with '!' wants errors as
// statuses.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "api/openapi.h"
#include "api/routes.h"
#include "api/test_schema.h"
#include "base/check.h"
#include "base/text.h"
#include "broker/brokers.h"
#include "hub/encoder.h"
#include "hub/hub.h"
#include "runtime/shard_set.h"

namespace {

using namespace parley;

struct SilentEncoder final : hub::Encoder {
  LocalPtr<Frame> encode(const hub::Push&) override { return nullptr; }
};

class Client final : public hub::SessionEvents, public hub::Transport {
 public:
  Client(hub::Hub& hub, std::size_t shard, std::string user)
      : session_(hub, shard, *this, {&encoder_, &encoder_}, *this,
                 hub::Identity{.user = Bytes::copy_of(user)}) {}
  void send(const LocalPtr<Frame>&) override {}
  void close(const hub::Disconnect& disconnect) override {
    CHECK(disconnect.code == 0 || (disconnect.code >= 3000 && disconnect.code <= 4999));
    CHECK(disconnect.text.size() <= 123);
  }
  void on_subscribed(const std::string& channel, hub::SubscribeReply) override {
    CHECK(is_valid_utf8(channel));
  }
  void on_unsubscribed(const std::string&, Errc) override {}
  void on_refreshed(const hub::Refresh&) override {}

 private:
  SilentEncoder encoder_;
  hub::Session session_;
};

std::vector<hub::ChannelRules> rules() {
  std::vector<hub::ChannelRules> rules(2);
  rules[1].name_space = "bare";
  rules[1].presence = false;
  rules[1].history_size = 0;
  return rules;
}

http::Response post(http::Router& router, runtime::ShardSet& shards, const std::string& path,
                    const std::string& body, bool by_status) {
  http::Request request;
  request.method = "POST";
  request.target = request.path = path;
  request.headers.push_back({"X-API-Key", "k"});
  if (by_status) request.headers.push_back({"X-Centrifugo-Error-Mode", "transport"});
  request.body = body;
  int answers = 0;
  http::Response response;
  router.dispatch(request, {}, [&](http::Response answer) {
    ++answers;
    response = std::move(answer);
  });
  shards.run_until_idle();
  CHECK(answers == 1);
  return response;
}

void check(const http::Response& response, const std::string& method, bool by_status) {
  static api::SchemaCheck schemas(api::openapi_document("0"));
  CHECK(is_valid_utf8(response.body));
  if (response.status == 404 && !by_status) {
    CHECK(schemas.misfit(response.body, "Failure").empty());
  } else if (response.status == 200) {
    if (!method.empty()) CHECK(schemas.misfit(response.body, method + "_reply").empty());
  } else {
    CHECK(by_status && response.status >= 400 && response.status < 500);
    if (response.status != 404) CHECK(schemas.misfit(response.body, "Error").empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView input(reinterpret_cast<const char*>(data), size);
  const std::string method(input.substr(0, input.find('\n')));
  input.remove_prefix(std::min(input.size(), method.size() + 1));
  const auto in_names = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (!std::ranges::all_of(method, in_names)) return 0;
  const std::string path = method.empty() ? "/api" : "/api/" + method;

  runtime::ShardSet shards(2);
  hub::Hub hub(shards, {}, hub::RuleBook(rules()),
               [](runtime::Shard&) { return broker::make_memory_broker(); });
  http::Router router;
  api::add_server_api(router, hub, 0, shards[0].counters(), {.keys = {"k"}});
  auto phone = std::make_unique<Client>(hub, 0, "ann");
  auto desk = std::make_unique<Client>(hub, 1, "ann");
  while (!input.empty()) {
    ByteView line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    const bool by_status = line.starts_with('!');
    if (by_status) line.remove_prefix(1);
    check(post(router, shards, path, std::string(line), by_status), method, by_status);
  }
  phone.reset();
  desk.reset();
  shards.run_until_idle();
  for (std::size_t i = 0; i < shards.size(); ++i) CHECK(hub.local(i).session_count() == 0);
  return 0;
}
