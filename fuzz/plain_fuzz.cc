// The plain dialect on one shard: whatever two clients say, in either format, nothing breaks,
// nothing is left behind, and what the server says in JSON format is JSON. Input: a line of path
// and query, then one message a line; a line that begins with '!' is binary, with '@' is said by
// the second client.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <map>

#include "base/text.h"
#include "broker/brokers.h"
#include "dialect/dialect.h"
#include "hub/hub.h"
#include "payload_encoder.h"

namespace {

using namespace parley;

class JsonCheckingConnection final : public dialect::Connection {
 public:
  JsonCheckingConnection(bool json, std::string pong) : json_(json), pong_(std::move(pong)) {}
  void send(const LocalPtr<Frame>& frame) override { check(frame->view()); }
  void close(const hub::Disconnect&) override {}
  void wake_in(Duration) override {}
  void use_own_heartbeat() override {}
  std::size_t shard() const override { return 0; }
  hub::Encoder& encoder(const dialect::PayloadWriter& writer) override {
    encoder_ = std::make_unique<PayloadEncoder>(writer, [this](ByteView text) { check(text); });
    return *encoder_;
  }
  void reply(const dialect::WireMessage& message) override {
    if (!is_valid_utf8(message.data)) std::abort();
    if (message.data != pong_) check(message.data);
  }

 private:
  void check(ByteView text) {
    if (!json_) return;
    static simdjson::dom::parser parser;
    if (parser.parse(text.data(), text.size()).error() != simdjson::SUCCESS) std::abort();
  }

  const bool json_;
  const std::string pong_;
  std::unique_ptr<hub::Encoder> encoder_;
};

std::optional<std::string> parameter(ByteView query, ByteView name) {
  while (!query.empty()) {
    const ByteView pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    return percent_decode(equals == ByteView::npos ? "" : pair.substr(equals + 1), true);
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kind = dialect::make_plain({});
  ByteView input(reinterpret_cast<const char*>(data), size);
  const ByteView target = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(input.size(), target.size() + 1));
  const ByteView query = target.substr(std::min(target.size(), target.find('?')));
  const auto path = percent_decode(target.substr(0, target.find('?')), false);
  if (!path || !kind->serves(*path)) return 0;

  // One hub for all inputs: each leaves it as it found it, or the checks of the next one speak up.
  static runtime::ShardSet shards(1);
  static hub::Hub hub(shards, {}, hub::RuleBook(),
                      [](runtime::Shard&) { return broker::make_memory_broker(); });
  std::string detail;
  const ByteView parameters = query.empty() ? query : query.substr(1);
  const auto of_query = [&](ByteView name) { return parameter(parameters, name); };
  const auto json_format = [](ByteView name) -> std::optional<std::string> {
    if (name == "format") return "json";
    return std::nullopt;
  };
  const bool json = of_query("format").value_or("") == "json";
  JsonCheckingConnection first_connection(json, of_query("pong").value_or("pong"));
  JsonCheckingConnection second_connection(true, "pong");
  auto first = kind->connect({*path, of_query}, hub, detail);
  auto second = kind->connect({*path, json_format}, hub, detail);
  if (!first.has_value() || !second.has_value()) return 0;
  (*first)->on_open(first_connection);
  (*second)->on_open(second_connection);
  while (!input.empty()) {
    ByteView line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    auto& speaker = line.starts_with('@') ? *second : *first;
    if (line.starts_with('@')) line.remove_prefix(1);
    const bool binary = line.starts_with('!');
    if (binary) line.remove_prefix(1);
    // Text that is not UTF-8 never leaves the WebSocket layer.
    if (binary || is_valid_utf8(line)) speaker->on_message({binary, line});
  }
  shards.run_until_idle();
  first->reset();
  second->reset();
  shards.run_until_idle();
  if (hub.local(0).session_count() != 0) std::abort();
  return 0;
}
