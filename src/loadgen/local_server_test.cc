#include "loadgen/local_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include "loadgen/endpoint.h"

namespace parley::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::optional<LocalServer> start_shell(const std::string& script, std::string& why) {
  return LocalServer::start({.command = {"/bin/sh", "-c", script}, .environment = {{"WORD", "x"}}},
                            why);
}

TEST(LocalServer, IsReadyWhenItSaysWhereItListens) {
  std::string why;
  auto server = start_shell("echo \"listening on http://127.0.0.1:1$WORD\"; exec sleep 60", why);
  ASSERT_TRUE(server) << why;
  EXPECT_EQ(server->url(), "http://127.0.0.1:1x");
  const auto sample = sample_processes({server->pid()});
  ASSERT_TRUE(sample);
  EXPECT_GT(sample->resident_bytes, 0U);
  const pid_t pid = server->pid();
  server->kill9();
  EXPECT_FALSE(sample_processes({pid}));
}

TEST(LocalServer, TellsWhyItDidNotStart) {
  std::string why;
  EXPECT_FALSE(start_shell("echo 'no such key' >&2; exit 2", why));
  EXPECT_THAT(why, HasSubstr("no such key"));
  EXPECT_FALSE(LocalServer::start({.command = {"/no/such/program"}}, why));
  EXPECT_THAT(why, HasSubstr("cannot run /no/such/program"));
}

TEST(LocalServer, FindsWhoListensOnAPort) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(fd, 1), 0);
  ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_THAT(processes_listening_on(ntohs(address.sin_port)), ElementsAre(::getpid()));
  ::close(fd);
  EXPECT_THAT(processes_listening_on(ntohs(address.sin_port)), ElementsAre());
}

TEST(LocalServer, SeesThisMachine) {
  EXPECT_FALSE(usable_cores().empty());
  EXPECT_THAT(machine_description(), HasSubstr("core"));
  EXPECT_FALSE(sample_processes({}));
}

}  // namespace
}  // namespace parley::loadgen
