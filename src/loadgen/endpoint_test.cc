#include "loadgen/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using testing::HasSubstr;

TEST(Endpoint, ReadsUrls) {
  std::string why;
  const auto plain = resolve_endpoint("ws://127.0.0.1:8000/room/tea?username=ann", why);
  ASSERT_TRUE(plain) << why;
  EXPECT_EQ(plain->authority(), "127.0.0.1:8000");
  EXPECT_EQ(plain->path, "/room/tea?username=ann");
  EXPECT_FALSE(plain->tls);
  EXPECT_TRUE(plain->is_loopback());
  EXPECT_EQ(plain->url(), "ws://127.0.0.1:8000/room/tea?username=ann");

  const auto secure = resolve_endpoint("https://[::1]", why);
  ASSERT_TRUE(secure) << why;
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->port, 443);
  EXPECT_EQ(secure->host, "[::1]");
  EXPECT_TRUE(secure->path.empty());
  EXPECT_TRUE(secure->is_loopback());

  EXPECT_EQ(resolve_endpoint("ws://127.0.0.1?a=b", why)->path, "/?a=b");
  EXPECT_TRUE(resolve_endpoint("ws://127.0.0.1/", why)->path.empty());
}

TEST(Endpoint, SaysWhatIsWrong) {
  const auto fault = [](ByteView url) {
    std::string why;
    EXPECT_FALSE(resolve_endpoint(url, why)) << url;
    return why;
  };
  EXPECT_THAT(fault("127.0.0.1:8000"), HasSubstr("begins with ws://"));
  EXPECT_THAT(fault("ws://127.0.0.1:99999"), HasSubstr("from 1 to 65535, not \"99999\""));
  EXPECT_THAT(fault("ws://127.0.0.1:x"), HasSubstr("not \"x\""));
  EXPECT_THAT(fault("ws://:8000"), HasSubstr("host is missing"));
  EXPECT_THAT(fault("ws://[::1:8000"), HasSubstr("bracket"));
  EXPECT_THAT(fault("ws://127.0.0.1/room#1"), HasSubstr("%23"));
  EXPECT_THAT(fault("ws://no.such.host.invalid:1"), HasSubstr("is not known"));
}

}  // namespace
}  // namespace parley::loadgen
