// For tests and fuzz targets: a MessageSink that writes down what it hears, one line per event,
// such as `text "Hello"` or `close 1000 "bye"`. It can ask the reader to stop after a number of
// events.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "ws/message_reader.h"

namespace parley::ws {

class RecordingSink final : public MessageSink {
 public:
  explicit RecordingSink(std::size_t stop_after = std::numeric_limits<std::size_t>::max())
      : stop_after_(stop_after) {}

  const std::vector<std::string>& events() const { return events_; }

  bool on_message(Opcode kind, ByteView payload) override {
    return record(kind == Opcode::text ? "text" : "binary", payload);
  }
  bool on_ping(ByteView payload) override { return record("ping", payload); }
  bool on_pong(ByteView payload) override { return record("pong", payload); }
  void on_close(std::optional<std::uint16_t> code, ByteView reason) override {
    record(code ? "close " + std::to_string(*code) : "close", reason);
  }

 private:
  bool record(std::string event, ByteView payload) {
    events_.push_back(event.append(" \"").append(payload).append("\""));
    return events_.size() < stop_after_;
  }

  std::size_t stop_after_;
  std::vector<std::string> events_;
};

}  // namespace parley::ws
