// The program: `parley demo` and `parley serve` run a Server, everything else answers on its own.
#include <fmt/core.h>

#include <cstdio>

#include "server/command_line.h"
#include "server/server.h"

namespace {

using parley::server::Config;
using parley::server::Server;

void announce_listeners(const Server& server) {
  for (const auto& address : server.addresses()) fmt::print("listening on {}\n", address);
  if (const auto fingerprint = server.certificate_fingerprint(); !fingerprint.empty()) {
    fmt::print("certificate SHA-256 {}\n", fingerprint);
  }
  std::fflush(stdout);  // scripts wait for these lines
}

void announce_demo(const Server& server) {
  const std::string& url = server.addresses().front();
  fmt::print(
      "Parley is running. Only this machine can reach it, and any name is believed.\n"
      "\n"
      "  Open            {0}/echo  in two browser windows, and talk.\n"
      "  Or a room       {0}/room/tea\n"
      "  Or from curl    curl '{0}/echo?message=hi'\n"
      "\n",
      url);
  announce_listeners(server);
  fmt::print("Ctrl-C stops it.\n");
  std::fflush(stdout);
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
