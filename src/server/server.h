// Server: the one place where the objects meet. It builds everything from a valid Config, in the
// order of the layers, starts the shards, and takes everything down in the reverse order. Used by
// main's thread.
//
// Stopping (docs/threading.md): acceptors first, then sessions with code 1001 spread over half of
// drain_timeout, then whatever is left at drain_timeout, then the shards.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/config.h"

namespace parley::server {

class Server {
 public:
  explicit Server(const Config& config);
  ~Server();

  // Binds every listener and starts the shards. On an error `why` says which address and what the
  // system said.
  Result<void> start(std::string& why);
  // The addresses as bound (port 0 resolved), for people: "http://127.0.0.1:8000".
  const std::vector<std::string>& addresses() const { return addresses_; }
  const Config& config() const { return config_; }
  // SHA-256 of the certificate of the TLS listeners; empty without one.
  std::string certificate_fingerprint() const;

  void drain();          // does not wait for the connections
  bool drained() const;  // every connection has gone
  void stop();           // ends what is left and joins the threads

 private:
  struct Parts;
  Result<void> open_store(std::string& why);
  Result<void> open_files(std::string& why);
  Result<void> make_verifier(std::string& why);
  Result<void> listen(const ListenAddress& address, std::string& why);

  const Config config_;
  std::unique_ptr<Parts> parts_;
  std::vector<std::string> addresses_;
};

// Runs until SIGTERM or SIGINT, then drains; a second signal exits at once. Returns the exit code.
// `announce` is called once all listeners are open.
int run_server(const Config& config, const std::function<void(const Server&)>& announce);

}  // namespace parley::server
