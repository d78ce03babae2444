// For tests: plays a conversation of tests/transcripts (see the README there) against a dialect in
// memory, one shard, no sockets. The same files are played against the real server in
// tests/integration.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "base/text.h"
#include "dialect/dialect.h"
#include "hub/hub.h"
#include "hub/test_broker.h"

namespace parley::dialect {

inline std::string spoken(const WireMessage& message) {
  return (message.binary ? "bytes " : "") + std::string(message.data);
}

// Joins a writer with the simplest framing: a word for binary, the payload itself, a line between
// the messages.
class TextEncoder final : public hub::Encoder {
 public:
  static constexpr char kSeparator = '\x1e';

  explicit TextEncoder(const PayloadWriter& writer) : writer_(writer) {}
  LocalPtr<Frame> encode(const hub::Push& push) override {
    std::string text;
    writer_.write(push, scratch_, [&](const WireMessage& message) {
      if (!text.empty()) text += kSeparator;
      text += spoken(message);
    });
    return text.empty() ? nullptr : Frame::join(text, {});
  }

 private:
  const PayloadWriter& writer_;
  std::string scratch_;
};

// A client of one dialect, which remembers what it heard: messages, and "close CODE".
class TestConnection final : public Connection {
 public:
  void send(const LocalPtr<Frame>& frame) override {
    ByteView text = frame->view();
    for (;;) {
      const std::size_t end = text.find(TextEncoder::kSeparator);
      hear(std::string(text.substr(0, end)));
      if (end == ByteView::npos) return;
      text.remove_prefix(end + 1);
    }
  }
  void close(const hub::Disconnect& disconnect) override {
    if (closed) return;
    const CloseWords words = dialect->close_words(disconnect);
    hear("close " + std::to_string(words.code));
    closed = words;
  }
  std::size_t shard() const override { return 0; }
  hub::Encoder& encoder(const PayloadWriter& writer) override {
    static std::map<const PayloadWriter*, std::unique_ptr<TextEncoder>> encoders;
    auto& made = encoders[&writer];
    if (made == nullptr) made = std::make_unique<TextEncoder>(writer);
    return *made;
  }
  void reply(const WireMessage& message) override { hear(spoken(message)); }
  void wake_in(Duration delay) override { wakes_in = delay; }
  void use_own_heartbeat() override { own_heartbeat = true; }

  std::unique_ptr<Dialect> dialect;
  std::vector<std::string> heard;
  std::size_t read = 0;  // of `heard`, by the test
  std::optional<CloseWords> closed;
  std::optional<Duration> wakes_in;
  bool own_heartbeat = false;

 private:
  void hear(std::string text) {
    if (!closed) heard.push_back(std::move(text));
  }
};

// "…" in an expected line stands for whatever the server chose: an id, a time.
inline bool matches(const std::string& line, const std::string& expected) {
  static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
  std::string pattern = std::regex_replace(expected, special, R"(\$&)");
  pattern = std::regex_replace(pattern, std::regex("…"), R"((?:"[^"]*"|[^,}]*))");
  return std::regex_match(line, std::regex(pattern));
}

class TranscriptPlayer {
 public:
  // `insecure`: the clients come by a listener that lets everybody do everything.
  explicit TranscriptPlayer(std::unique_ptr<DialectKind> kind,
                            hub::RuleBook rules = hub::RuleBook(), bool insecure = false)
      : hub_(shards_, {.presence_batch = Duration(0)}, std::move(rules), hub::TestBroker::make),
        kind_(std::move(kind)),
        insecure_(insecure) {}
  ~TranscriptPlayer() {
    clients_.clear();
    shards_.run_until_idle();
  }

  void play(const std::filesystem::path& file) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      SCOPED_TRACE(file.filename().string() + ":" + std::to_string(number));
      if (line.empty() || line.starts_with('#')) continue;
      step(line);
      if (testing::Test::HasFatalFailure()) return;
    }
    for (const auto& [name, client] : clients_) expect_all_read(name, *client);
  }

  hub::Hub& hub() { return hub_; }
  void settle() { shards_.run_until_idle(); }

  TestConnection& open(const std::string& name, const std::string& target) {
    auto dialect = connect(target);
    EXPECT_TRUE(dialect.has_value()) << target;
    auto client = std::make_unique<TestConnection>();
    client->dialect = std::move(*dialect);
    client->dialect->on_open(*client);
    TestConnection& opened = *client;
    clients_[name] = std::move(client);
    settle();
    return opened;
  }

  void say(TestConnection& client, const std::string& text) {
    const bool binary = text.starts_with("bytes ");
    client.dialect->on_message({binary, binary ? ByteView(text).substr(6) : ByteView(text)});
    settle();
  }

  void hear(TestConnection& client, const std::string& expected) {
    ASSERT_LT(client.read, client.heard.size()) << "silence instead of: " << expected;
    const std::string& heard = client.heard[client.read++];
    EXPECT_TRUE(matches(heard, expected)) << "heard:    " << heard << "\nexpected: " << expected;
  }

  Result<std::unique_ptr<Dialect>> connect(const std::string& target) {
    const auto question = target.find('?');
    std::map<std::string, std::string, std::less<>> parameters;
    if (question != std::string::npos) {
      static const std::regex parameter("([^=&]+)=([^&]*)");
      const std::string query = target.substr(question + 1);
      for (std::sregex_iterator at(query.begin(), query.end(), parameter), end; at != end; ++at) {
        parameters[(*at)[1]] = percent_decode((*at)[2].str(), true).value();
      }
    }
    const auto path = percent_decode(target.substr(0, question), false).value();
    EXPECT_TRUE(kind_->serves(path));
    std::string detail;
    const auto parameter = [&](ByteView key) -> std::optional<std::string> {
      const auto found = parameters.find(key);
      if (found == parameters.end()) return std::nullopt;
      return found->second;
    };
    return kind_->connect(
        {.path = path, .parameter = parameter, .subprotocols = {}, .insecure = insecure_}, hub_,
        detail);
  }

 private:
  void step(const std::string& line) {
    const auto space = line.find(' ');
    const std::string name = line.substr(0, space);
    const std::string rest = line.substr(space + 1);
    const std::string text = rest.size() > 2 ? rest.substr(2) : "";
    if (rest.starts_with("open ")) {
      open(name, rest.substr(5));
      return;
    }
    if (rest.starts_with("refused ")) return refused(name, rest.substr(8));
    ASSERT_TRUE(clients_.contains(name)) << name << " is not connected";
    if (rest == "gone") return gone(name);
    if (rest.starts_with('>')) return say(*clients_[name], text);
    ASSERT_TRUE(rest.starts_with('<')) << line;
    hear(*clients_[name], text);
  }

  void refused(const std::string& status, const std::string& target) {
    const auto dialect = connect(target);
    ASSERT_FALSE(dialect.has_value()) << target;
    EXPECT_EQ(std::to_string(error_info(dialect.error()).http_status), status);
  }

  void gone(const std::string& name) {
    expect_all_read(name, *clients_.at(name));
    clients_.erase(name);
    settle();
  }

  static void expect_all_read(const std::string& name, const TestConnection& client) {
    EXPECT_EQ(client.heard.size(), client.read) << name << " heard more: " << client.heard.back();
  }

  runtime::ShardSet shards_{1};
  hub::Hub hub_;
  const std::unique_ptr<DialectKind> kind_;
  const bool insecure_;
  std::map<std::string, std::unique_ptr<TestConnection>> clients_;
};

// The conversations of one folder of tests/transcripts, by name.
inline std::vector<std::filesystem::path> transcripts(const std::string& dialect) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts/" + dialect)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// For INSTANTIATE_TEST_SUITE_P.
inline std::string transcript_name(const testing::TestParamInfo<std::filesystem::path>& test) {
  std::string name = test.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace parley::dialect
