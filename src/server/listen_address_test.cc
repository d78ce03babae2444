#include "server/listen_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config.h"

namespace parley::server {
namespace {

using testing::ElementsAre;
using Kind = ListenAddress::Kind;

std::string why_not(std::string_view text) {
  std::string why;
  EXPECT_EQ(parse_listen_address(text, &why), std::nullopt) << text;
  return why;
}

TEST(ListenAddress, EveryForm) {
  const std::pair<std::string_view, ListenAddress> cases[] = {
      {"127.0.0.1:8000", {Kind::tcp, false, "127.0.0.1", 8000, ""}},
      {"0.0.0.0:65535", {Kind::tcp, false, "0.0.0.0", 65535, ""}},
      {"[::1]:0", {Kind::tcp, false, "::1", 0, ""}},
      {"localhost:80", {Kind::tcp, false, "127.0.0.1", 80, ""}},
      {"http://[2001:db8::7]:80", {Kind::tcp, false, "2001:db8::7", 80, ""}},
      {"https://127.0.0.1:8443", {Kind::tcp, true, "127.0.0.1", 8443, ""}},
      {"unix:/run/parley.sock", {Kind::unix_socket, false, "", 0, "/run/parley.sock"}},
      {"unix:parley.sock", {Kind::unix_socket, false, "", 0, "parley.sock"}},
  };
  for (const auto& [text, address] : cases) EXPECT_EQ(parse_listen_address(text), address) << text;
}

TEST(ListenAddress, SaysWhatIsWrong) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "the port is missing"},
      {"127.0.0.1", "the port is missing"},
      {"[::1]", "the port is missing"},
      {"[::1", "the port is missing"},
      {"8000", "the port is missing"},
      {":8000", "the address is missing; 0.0.0.0 or [::] means every interface"},
      {"127.0.0.1:", "the port must be a number from 0 to 65535"},
      {"127.0.0.1:65536", "the port must be a number from 0 to 65535"},
      {"127.0.0.1:-1", "the port must be a number from 0 to 65535"},
      {"127.0.0.1:80 ", "the port must be a number from 0 to 65535"},
      {"::1:8000", "an IPv6 address stands in brackets"},
      {"[]:8000", "the address is missing; 0.0.0.0 or [::] means every interface"},
      {"[127.0.0.1]:8000", "the host must be an IP address or localhost"},
      {"example.com:8000", "the host must be an IP address or localhost"},
      {"127.0.0:8000", "the host must be an IP address or localhost"},
      {"[::1]x:8000", "the port is missing"},
      {"ws://127.0.0.1:8000",
       "only http://, https:// and unix: may stand before, and no path behind"},
      {"http://127.0.0.1:8000/",
       "only http://, https:// and unix: may stand before, and no path behind"},
      {"unix:", "a path must follow unix:"},
  };
  for (const auto& [text, why] : cases) EXPECT_EQ(why_not(text), why) << text;
  EXPECT_EQ(why_not("unix:/" + std::string(107, 'x')),
            "a Unix socket's path has at most 107 bytes");
  EXPECT_TRUE(parse_listen_address("unix:/" + std::string(106, 'x')));
}

TEST(ListenAddress, Loopback) {
  for (const char* text :
       {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[0:0::1]:1", "localhost:1", "unix:/x"}) {
    EXPECT_TRUE(is_loopback(*parse_listen_address(text))) << text;
  }
  for (const char* text :
       {"0.0.0.0:1", "[::]:1", "128.0.0.1:1", "[::2]:1", "192.168.0.1:1", "[::ffff:10.0.0.1]:1"}) {
    EXPECT_FALSE(is_loopback(*parse_listen_address(text))) << text;
  }
}

TEST(ListenAddress, ReadsBackAsPrinted) {
  EXPECT_EQ(to_string(*parse_listen_address("127.0.0.1:8000")), "http://127.0.0.1:8000");
  for (const char* text : {"http://0.0.0.0:80", "https://[::1]:8443", "unix:/run/parley.sock"}) {
    EXPECT_EQ(to_string(*parse_listen_address(text)), text);
  }
}

TEST(ListenAddresses, TlsAddsAListenerWhereThereIsNone) {
  const auto addresses = [](std::vector<std::string> listen, const std::string& tls) {
    Config config;
    config.server.listen = std::move(listen);
    config.server.tls = tls;
    std::vector<std::string> out;
    for (const ListenAddress& address : listen_addresses(config)) out.push_back(to_string(address));
    return out;
  };
  EXPECT_THAT(addresses({"127.0.0.1:1"}, ""), ElementsAre("http://127.0.0.1:1"));
  EXPECT_THAT(addresses({"[::1]:1"}, "self"), ElementsAre("http://[::1]:1", "https://[::1]:8443"));
  EXPECT_THAT(addresses({"unix:/x"}, "self"), ElementsAre("unix:/x", "https://127.0.0.1:8443"));
  EXPECT_THAT(addresses({"127.0.0.1:1", "https://[::1]:2"}, "self"),
              ElementsAre("http://127.0.0.1:1", "https://[::1]:2"));
}

TEST(ListenAddresses, InsecureOnesAreMarked) {
  const auto insecure = [](std::vector<std::string> names) {
    Config config;
    config.server.listen = {"127.0.0.1:0", "127.0.0.1:1", "unix:/x"};
    config.server.tls = "self";
    config.client.insecure = std::move(names);
    std::vector<std::string> out;
    for (const ListenAddress& address : listen_addresses(config)) {
      if (address.insecure) out.push_back(to_string(address));
    }
    return out;
  };
  EXPECT_THAT(insecure({}), ElementsAre());
  EXPECT_THAT(insecure({"localhost:1"}), ElementsAre("http://127.0.0.1:1"));
  EXPECT_THAT(insecure({"unix:/x", "127.0.0.1:0"}), ElementsAre("http://127.0.0.1:0", "unix:/x"));
  EXPECT_THAT(insecure({"https://127.0.0.1:8443"}), ElementsAre("https://127.0.0.1:8443"));
  EXPECT_THAT(insecure({"all"}), ElementsAre("http://127.0.0.1:0", "http://127.0.0.1:1", "unix:/x",
                                             "https://127.0.0.1:8443"));
}

}  // namespace
}  // namespace parley::server
