#include "loadgen/verify_server.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace parley::loadgen {
namespace {

constexpr std::streamoff kLogShown = 4000;

std::string milliseconds(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + "ms";
}

}  // namespace

VerifyServer::VerifyServer(std::string binary, std::string token_secret)
    : binary_(std::move(binary)), token_secret_(std::move(token_secret)) {
  std::string name = std::filesystem::temp_directory_path() / "parley-verify-XXXXXX";
  if (::mkdtemp(name.data()) != nullptr) folder_ = name;
}

VerifyServer::~VerifyServer() {
  kill9();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

bool VerifyServer::start(std::string& why) {
  if (folder_.empty()) {
    why = "cannot make a folder in " + std::filesystem::temp_directory_path().string();
    return false;
  }
  const std::string listen =
      url_.empty() ? "127.0.0.1:0" : url_.substr(std::string_view("http://").size());
  asked_ = false;
  server_ = LocalServer::start({.command = {binary_, "serve", "--listen", listen},
                                .environment = settings(),
                                .log = folder_ + "/server.log"},
                               why);
  if (!server_) return false;
  url_ = server_->url();
  return true;
}

void VerifyServer::kill9() {
  if (server_) server_->kill9();
  server_.reset();
}

void VerifyServer::terminate() {
  asked_ = true;
  if (server_) ::kill(server_->pid(), SIGTERM);
}

std::optional<std::string> VerifyServer::poll() {
  if (!server_) return std::nullopt;
  const std::optional<std::string> ended = server_->ended();
  if (!ended) return std::nullopt;
  server_.reset();
  if (asked_ && ended->empty()) return "";
  std::string words = asked_ ? "the server did not end well" : "the server ended by itself";
  if (!ended->empty()) words += ": " + *ended;
  return words + "\n" + log();
}

std::uint64_t VerifyServer::resident_bytes() const {
  if (!server_) return 0;
  const auto sample = sample_processes({server_->pid()});
  return sample ? sample->resident_bytes : 0;
}

std::string VerifyServer::log() const {
  std::ifstream file(folder_ + "/server.log", std::ios::ate);
  if (!file) return "";
  file.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(file.tellg()) - kLogShown));
  return {std::istreambuf_iterator<char>(file), {}};
}

// Nothing that a client of the run may miss falls out of the window, and a dead connection is
// noticed soon.
std::vector<std::pair<std::string, std::string>> VerifyServer::settings() const {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"PARLEY_SERVER__TOKEN_SECRET", token_secret_},
      {"PARLEY_SERVER__DRAIN_TIMEOUT", "500ms"},
      {"PARLEY_STORAGE__PATH", folder_ + "/verify.db"},
      {"PARLEY_LOG__LEVEL", "warning"},
      {"PARLEY_LIMITS__PING_INTERVAL", milliseconds(kPing)},
      {"PARLEY_LIMITS__PONG_TIMEOUT", milliseconds(kPong)},
      {"PARLEY_LIMITS__CLOSE_TIMEOUT", "500ms"},
      {"PARLEY_CENTRIFUGE__PING_INTERVAL", milliseconds(kPing)},
      {"PARLEY_CENTRIFUGE__PONG_TIMEOUT", milliseconds(kPong)},
      {"PARLEY_LIMITS__RECOVERY_PUBLICATIONS", "100000"},
      {"PARLEY_LIMITS__HISTORY_BYTES", "4GiB"},
      {"PARLEY_LIMITS__PRESENCE_LIST", "100000"},
      {"PARLEY_LIMITS__PRESENCE_CLIENTS", "1000000"},
      {"PARLEY_LIMITS__CHANNELS_PER_CONNECTION", "1000000"},
      {"PARLEY_NAMESPACE__DISK__DURABLE", "true"},
      {"PARLEY_NAMESPACE__PRIVATE__SUBSCRIBE", "token"},
  };
  for (const char* name : {"MEM", "DISK", "PRIVATE"}) {
    const std::string prefix = std::string("PARLEY_NAMESPACE__") + name;
    settings.emplace_back(prefix + "__HISTORY_SIZE", "20000");
    settings.emplace_back(prefix + "__HISTORY_TTL", "1h");
  }
  return settings;
}

}  // namespace parley::loadgen
