// What one delivery costs inside the server: publications into a channel of N subscribers, all on
// one shard, through the hub, the Centrifuge push writer and the outbox, up to the system call,
// which is left out. Run under callgrind by bench/delivery.py, which compares the instructions for
// 1,000 and 10,000 subscribers: the cost of one must not depend on their number.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "broker/brokers.h"
#include "dialect/centrifuge_json.h"
#include "hub/encoder.h"
#include "hub/hub.h"
#include "runtime/outbox.h"
#include "ws/frame_writer.h"

namespace {

using namespace parley;

// Joins the writer with WebSocket framing, as the transport does.
class FrameEncoder final : public hub::Encoder {
 public:
  LocalPtr<Frame> encode(const hub::Push& push) override {
    LocalPtr<Frame> frame;
    dialect::centrifuge::quiet_push_writer().write(
        push, scratch_, [&](const dialect::WireMessage& message) {
          frame = ws::make_frame(ws::Opcode::text, message.data);
        });
    return frame;
  }

 private:
  std::string scratch_;
};

// A connection whose socket takes everything at once.
class Subscriber final : public hub::Transport, public hub::SessionEvents {
 public:
  Subscriber(hub::Hub& hub, hub::Encoder& encoder)
      : session_(hub, 0, *this, {&encoder, &encoder}, *this, {}) {
    session_.subscribe("bench", {}, nullptr);
  }
  void send(const LocalPtr<Frame>& frame) override { outbox_.push(frame); }
  void close(const hub::Disconnect&) override { std::abort(); }
  void on_subscribed(const std::string&, hub::SubscribeReply) override {}
  void on_unsubscribed(const std::string&, Errc) override {}
  void on_refreshed(const hub::Refresh&) override {}
  std::size_t flush() {
    const std::size_t frames = outbox_.empty() ? 0 : 1;
    outbox_.clear();
    return frames;
  }

 private:
  runtime::Outbox outbox_;
  hub::Session session_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_delivery SUBSCRIBERS PUBLICATIONS\n");
    return 2;
  }
  const auto subscribers = static_cast<std::size_t>(std::atoi(argv[1]));
  const int publications = std::atoi(argv[2]);
  runtime::ShardSet shards(1);
  hub::Hub hub(shards, {.presence_batch = std::chrono::hours(1)}, hub::RuleBook(),
               [](runtime::Shard&) { return broker::make_memory_broker(); });
  FrameEncoder encoder;
  std::vector<std::unique_ptr<Subscriber>> all;
  for (std::size_t i = 0; i < subscribers; ++i) {
    all.push_back(std::make_unique<Subscriber>(hub, encoder));
  }
  shards.run_until_idle();
  std::size_t delivered = 0;
  for (int i = 0; i < publications; ++i) {
    hub::Publication publication;
    publication.channel = "bench";
    publication.payload = {hub::PayloadKind::json, Bytes::copy_of(R"({"text":"hello"})")};
    hub.publish(0, std::move(publication), {}, {}, nullptr);
    shards.run_until_idle();
    for (auto& subscriber : all) delivered += subscriber->flush();
  }
  std::printf("%zu\n", delivered);
  all.clear();
  shards.run_until_idle();
  return delivered == subscribers * static_cast<std::size_t>(publications) ? 0 : 1;
}
