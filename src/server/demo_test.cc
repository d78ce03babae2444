#include "server/demo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/test_config.h"

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

Config demo(const std::vector<Flag>& flags, const std::string& folder = "/demo") {
  const LoadedConfig loaded = load_config({"", {}, flags});
  EXPECT_THAT(texts(loaded), IsEmpty());
  return demo_config(loaded, folder, true);
}

TEST(Demo, KeepsWhatIsSaid) {
  const Config config = demo({});
  EXPECT_TRUE(config.demo.on);
  EXPECT_TRUE(config.demo.cast);
  EXPECT_EQ(config.storage.path, "/demo/parley.db");
  EXPECT_EQ(config.storage.sync, "normal");
  EXPECT_EQ(config.channel.history_size, 10'000);
  EXPECT_EQ(config.channel.history_ttl, 168h);
  EXPECT_TRUE(config.channel.durable);
  for (const Config::Namespace& space : config.namespaces) {
    EXPECT_EQ(space.rules.durable, space.name != "live") << space.name;
  }
}

TEST(Demo, LeavesWhatTheUserSet) {
  const Config config = demo({{"--set", "storage.path", "mine.db"},
                              {"--set", "channel.history_size", "7"},
                              {"--set", "channel.history_ttl", "1h"},
                              {"--set", "namespace.track.durable", "false"}});
  EXPECT_EQ(config.storage.path, "mine.db");
  EXPECT_EQ(config.storage.sync, "full");
  EXPECT_EQ(config.channel.history_size, 7);
  EXPECT_EQ(config.channel.history_ttl, 1h);
  EXPECT_FALSE(config.namespaces.front().rules.durable);
  EXPECT_FALSE(demo({{"--set", "channel.durable", "false"}}).channel.durable);
  EXPECT_FALSE(demo({{"--set", "channel.history_size", "0"}}).channel.durable);
}

TEST(Demo, WithoutAFolderNothingIsOnDisk) {
  const Config config = demo({}, "");
  EXPECT_EQ(config.storage.path, "");
  EXPECT_FALSE(config.channel.durable);
  EXPECT_EQ(config.channel.history_size, 10'000);
}

TEST(Demo, TheCastNeedsTheApps) {
  EXPECT_FALSE(demo({{"--set", "http.apps", "false"}}).demo.cast);
  EXPECT_FALSE(demo_config(load_config({}), "", false).demo.cast);
}

TEST(Demo, OnlyItsOwnKeyIsTold) {
  EXPECT_EQ(demo_key(demo({})), kDemoApiKey);
  EXPECT_EQ(demo_key(demo({{"--set", "api.keys", "my-own-secret"}})), "");
  Config served;
  served.api.keys = {std::string(kDemoApiKey)};
  EXPECT_EQ(demo_key(served), "");
}

TEST(Demo, TheFolderGoesWithAllThatIsInIt) {
  std::filesystem::path path;
  {
    const DemoFolder folder;
    path = folder.path();
    ASSERT_TRUE(std::filesystem::is_directory(path));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
    std::ofstream(path / "parley.db") << "x";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace parley::server
