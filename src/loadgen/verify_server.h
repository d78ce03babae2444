// VerifyServer: the server that `parley verify` starts for itself, so that it can end it: Parley on
// a free port that it keeps, with a database and a log in a folder of its own, which go with it.
// Lives on the thread of the run.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "loadgen/local_server.h"

namespace parley::loadgen {

class VerifyServer {
 public:
  // The namespaces of its channels, and how soon it notices a dead connection.
  static constexpr const char* kMemory = "mem";
  static constexpr const char* kDurable = "disk";
  static constexpr const char* kPrivate = "private";  // wants a token that names the channel
  static constexpr std::chrono::milliseconds kPing{1000};
  static constexpr std::chrono::milliseconds kPong{4000};

  VerifyServer(std::string binary, std::string token_secret);
  ~VerifyServer();  // kills it, and removes the folder
  VerifyServer(const VerifyServer&) = delete;
  VerifyServer& operator=(const VerifyServer&) = delete;

  // On false `why` says what it said. It listens where it did before.
  bool start(std::string& why);
  void kill9();      // and waits, which takes no time
  void terminate();  // asks it to end; poll() tells when it has

  bool is_running() const { return server_.has_value(); }
  // Once when it has ended: empty if well and as it was asked to, otherwise what is wrong.
  std::optional<std::string> poll();

  const std::string& url() const { return url_; }  // "http://127.0.0.1:41234"
  std::uint64_t resident_bytes() const;
  std::string log() const;  // its last lines

 private:
  std::vector<std::pair<std::string, std::string>> settings() const;

  const std::string binary_;
  const std::string token_secret_;
  std::string folder_;
  std::string url_;
  std::optional<LocalServer> server_;
  bool asked_ = false;
};

}  // namespace parley::loadgen
