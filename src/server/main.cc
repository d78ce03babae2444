// The program: `parley demo` and `parley serve` run a Server, everything else answers on its own.
#include <iostream>

#include "server/command_line.h"
#include "server/demo.h"
#include "server/server.h"

namespace {

using parley::server::Config;
using parley::server::Server;

void announce_listeners(const Server& server) {
  for (const auto& address : server.addresses()) std::cout << "listening on " << address << '\n';
  if (const auto fingerprint = server.certificate_fingerprint(); !fingerprint.empty()) {
    std::cout << "certificate SHA-256 " << fingerprint << '\n';
  }
  std::cout.flush();  // scripts wait for these lines
}

// At most 12 lines: all of it fits on one look.
void announce_demo(const Server& server) {
  const std::string& url = server.addresses().front();
  const bool apps = server.config().http.apps;
  std::cout << "Parley is running. Only this machine can reach it, and any name is believed.\n\n"
            << "  Open            " << url << (apps ? "/" : "/echo") << "\n"
            << "  Or a room       " << url << (apps ? "/chat/lobby" : "/room/lobby")
            << "  in two browser windows, and talk.\n"
            << "  Or from curl    curl '" << url << "/echo?message=hi'\n";
  if (const auto key = parley::server::demo_key(server.config()); !key.empty()) {
    std::cout << "  Or publish      curl " << url << "/api/publish -H 'X-API-Key: " << key
              << "' -d '{\"channel\":\"lobby\",\"data\":\"hello\"}'\n";
  }
  std::cout << '\n';
  announce_listeners(server);
  std::cout << "Ctrl-C stops it." << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  return parley::server::run_command_line(
      argc, argv,
      {.serve =
           [](const Config& config) {
             return parley::server::run_server(config, announce_listeners);
           },
       .demo =
           [](const Config& config) { return parley::server::run_server(config, announce_demo); }});
}
