// The Centrifuge dialect on one shard: whatever two clients say, nothing breaks, nothing is left
// behind, and every line that the server says is JSON. Input: one frame a line, in which U+001E
// stands for a line break; a line that begins with '@' is said by the second client, one that
// begins with '!' lets time pass for the first. The second came by an insecure listener.
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "broker/brokers.h"
#include "dialect/dialect.h"
#include "hub/hub.h"
#include "payload_encoder.h"

namespace {

using namespace parley;

class JsonCheckingConnection final : public dialect::Connection {
 public:
  void send(const LocalPtr<Frame>& frame) override { check(frame->view()); }
  void close(const hub::Disconnect& disconnect) override {
    const dialect::CloseWords words = dialect->close_words(disconnect);
    if (words.text.size() > 123 || !is_valid_utf8(words.text)) std::abort();
  }
  void wake_in(Duration delay) override {
    if (delay < Duration(0)) std::abort();
  }
  void use_own_heartbeat() override {}
  std::size_t shard() const override { return 0; }
  hub::Encoder& encoder(const dialect::PayloadWriter& writer) override {
    encoders_.push_back(std::make_unique<PayloadEncoder>(writer, check));
    return *encoders_.back();
  }
  void reply(const dialect::WireMessage& message) override { check(message.data); }

  std::unique_ptr<dialect::Dialect> dialect;

 private:
  static void check(ByteView text) {
    static simdjson::dom::parser parser;
    while (!text.empty()) {
      const ByteView line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (parser.parse(line.data(), line.size()).error() != simdjson::SUCCESS) std::abort();
    }
  }

  std::vector<std::unique_ptr<hub::Encoder>> encoders_;
};

std::optional<std::string> parameter(ByteView name) {
  if (name == "username") return "ann";
  return std::nullopt;
}

void say(JsonCheckingConnection& client, ByteView line) {
  std::string frame(line);
  std::replace(frame.begin(), frame.end(), '\x1e', '\n');
  // Text that is not UTF-8 never leaves the WebSocket layer.
  if (is_valid_utf8(frame)) client.dialect->on_message({false, frame});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kind = dialect::make_centrifuge(
      {.ping_interval = Duration(0), .pong_timeout = Duration(60'000), .pending_commands = 8});
  // One hub for all inputs: each leaves it as it found it, or the checks of the next one speak up.
  static runtime::ShardSet shards(1);
  static hub::Hub hub(shards, {.channels_per_connection = 4}, hub::RuleBook(),
                      [](auto&) { return broker::make_memory_broker({}); });
  JsonCheckingConnection first;
  JsonCheckingConnection second;
  std::string detail;
  first.dialect = *kind->connect({"", parameter, {}, false}, hub, detail);
  second.dialect = *kind->connect({"", parameter, {}, true}, hub, detail);
  first.dialect->on_open(first);
  second.dialect->on_open(second);
  say(second, R"({"id":1,"connect":{}})");
  ByteView input(reinterpret_cast<const char*>(data), size);
  while (!input.empty()) {
    const ByteView line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (line.starts_with('!')) {
      first.dialect->on_tick();
    } else if (line.starts_with('@')) {
      say(second, line.substr(1));
    } else {
      say(first, line);
    }
    if (line.ends_with(' ')) shards.run_until_idle();  // else what follows finds it unanswered
  }
  shards.run_until_idle();
  first.dialect.reset();
  second.dialect.reset();
  shards.run_until_idle();
  if (hub.local(0).session_count() != 0) std::abort();
  return 0;
}
