// The plain dialect against its transcripts, in memory: tests/transcripts/plain/*.txt. The same
// files run against the real server in tests/integration.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "base/text.h"
#include "dialect/dialect.h"
#include "hub/hub.h"
#include "hub/test_broker.h"

namespace parley::dialect {
namespace {

std::string spoken(const WireMessage& message) {
  return (message.binary ? "bytes " : "") + std::string(message.data);
}

// Joins a writer with the simplest framing: a word for binary, the payload itself.
class TextEncoder final : public hub::Encoder {
 public:
  explicit TextEncoder(const PayloadWriter& writer) : writer_(writer) {}
  LocalPtr<Frame> encode(const hub::Push& push) override {
    const auto message = writer_.write(push, scratch_);
    return message ? Frame::join(spoken(*message), {}) : nullptr;
  }

 private:
  const PayloadWriter& writer_;
  std::string scratch_;
};

class TestConnection final : public Connection {
 public:
  void send(const LocalPtr<Frame>& frame) override { heard.emplace_back(frame->view()); }
  void close(hub::Disconnect disconnect) override {
    heard.push_back("close " + std::to_string(error_info(disconnect.reason).close_code));
  }
  std::size_t shard() const override { return 0; }
  hub::Encoder& encoder(const PayloadWriter& writer) override {
    static std::map<const PayloadWriter*, std::unique_ptr<TextEncoder>> encoders;
    auto& made = encoders[&writer];
    if (made == nullptr) made = std::make_unique<TextEncoder>(writer);
    return *made;
  }
  void reply(const WireMessage& message) override { heard.push_back(spoken(message)); }

  std::vector<std::string> heard;
};

// "…" in an expected line stands for whatever the server chose: an id, a time.
bool matches(const std::string& line, const std::string& expected) {
  static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
  std::string pattern = std::regex_replace(expected, special, R"(\$&)");
  pattern = std::regex_replace(pattern, std::regex("…"), R"((?:"[^"]*"|[^,}]*))");
  return std::regex_match(line, std::regex(pattern));
}

class Conversation {
 public:
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
    for (const auto& [name, client] : clients_) {
      EXPECT_EQ(client->connection.heard.size(), client->read) << name << " heard more";
    }
  }

 private:
  struct Client {
    TestConnection connection;
    std::unique_ptr<Dialect> dialect;
    std::size_t read = 0;
  };

  void step(const std::string& line) {
    const auto space = line.find(' ');
    const std::string name = line.substr(0, space);
    const std::string rest = line.substr(space + 1);
    const std::string text = rest.size() > 2 ? rest.substr(2) : "";
    if (rest.starts_with("open ")) return open(name, rest.substr(5));
    if (rest.starts_with("refused ")) return refused(name, rest.substr(8));
    if (rest == "gone") return gone(name);
    ASSERT_TRUE(clients_.contains(name)) << name << " is not connected";
    if (rest.starts_with('>')) return say(*clients_[name], text);
    ASSERT_TRUE(rest.starts_with('<')) << line;
    hear(*clients_[name], text);
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
    return kind_->connect({path,
                           [&](ByteView key) -> std::optional<std::string> {
                             const auto found = parameters.find(key);
                             if (found == parameters.end()) return std::nullopt;
                             return found->second;
                           }},
                          hub_, detail);
  }

  void open(const std::string& name, const std::string& target) {
    auto dialect = connect(target);
    ASSERT_TRUE(dialect.has_value()) << target;
    auto client = std::make_unique<Client>();
    client->dialect = std::move(*dialect);
    client->dialect->on_open(client->connection);
    clients_[name] = std::move(client);
    shards_.run_until_idle();
  }

  void refused(const std::string& status, const std::string& target) {
    const auto dialect = connect(target);
    ASSERT_FALSE(dialect.has_value()) << target;
    EXPECT_EQ(std::to_string(error_info(dialect.error()).http_status), status);
  }

  void gone(const std::string& name) {
    Client& client = *clients_.at(name);
    EXPECT_EQ(client.connection.heard.size(), client.read) << name << " heard more";
    client.dialect.reset();
    clients_.erase(name);
    shards_.run_until_idle();
  }

  void say(Client& client, const std::string& text) {
    const bool binary = text.starts_with("bytes ");
    client.dialect->on_message({binary, binary ? ByteView(text).substr(6) : ByteView(text)});
    shards_.run_until_idle();
  }

  void hear(Client& client, const std::string& expected) {
    ASSERT_LT(client.read, client.connection.heard.size()) << "silence instead of: " << expected;
    const std::string& heard = client.connection.heard[client.read++];
    EXPECT_TRUE(matches(heard, expected)) << "heard:    " << heard << "\nexpected: " << expected;
  }

  runtime::ShardSet shards_{1};
  hub::Hub hub_{shards_, {}, hub::TestBroker::make};
  std::unique_ptr<DialectKind> kind_ = make_plain({});
  std::map<std::string, std::unique_ptr<Client>> clients_;
};

class PlainTranscript : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(PlainTranscript, Holds) { Conversation().play(GetParam()); }

std::vector<std::filesystem::path> transcripts() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts/plain")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Plain, PlainTranscript, testing::ValuesIn(transcripts()),
                         [](const auto& test) {
                           std::string name = test.param.stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(PlainRateLimit, AFloodIsRefusedAndTheClientTold) {
  runtime::ShardSet shards(1);
  hub::Hub hub(shards, {}, hub::TestBroker::make);
  PlainOptions options;
  options.publish_rate = 2;
  const auto kind = make_plain(options);
  std::string detail;
  const auto json = [](ByteView name) -> std::optional<std::string> {
    if (name == "format") return "json";
    return std::nullopt;
  };
  TestConnection connection;
  auto dialect = kind->connect({"/echo", json}, hub, detail);
  (*dialect)->on_open(connection);
  shards.run_until_idle();
  connection.heard.clear();
  for (int i = 0; i < 3; ++i) (*dialect)->on_message({false, R"({"data":1,"ref":"x"})"});
  ASSERT_EQ(connection.heard.size(), 1U);
  EXPECT_NE(connection.heard[0].find("too_many_requests"), std::string::npos);
  dialect->reset();
  shards.run_until_idle();
}

TEST(PlainTokens, WithASecretOnlyTheTokensOwnerGetsIn) {
  runtime::ShardSet shards(1);
  hub::Hub hub(shards, {}, hub::TestBroker::make);
  PlainOptions options;
  options.token_secret = "a secret of at least thirty-two bytes";
  const auto kind = make_plain(options);
  std::string detail;
  const auto nothing = [](ByteView) -> std::optional<std::string> { return std::nullopt; };
  const auto refused = kind->connect({"/echo", nothing}, hub, detail);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error(), Errc::unauthorized);
}

}  // namespace
}  // namespace parley::dialect
