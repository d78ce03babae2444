#include "server/config_apps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config_doc.h"
#include "server/options.h"
#include "server/test_config.h"

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

LoadedConfig load(const std::vector<Flag>& flags, const std::string& file = "") {
  LoadedConfig loaded = load_config({file, {}, flags});
  EXPECT_THAT(texts(loaded), IsEmpty());
  return loaded;
}

const Config::Channel* rules(const LoadedConfig& loaded, const std::string& name) {
  for (const Config::Namespace& space : loaded.config.namespaces) {
    if (space.name == name) return &space.rules;
  }
  return nullptr;
}

TEST(ConfigApps, AreThereWithoutConfiguration) {
  const LoadedConfig loaded = load({});
  ASSERT_EQ(loaded.config.namespaces.size(), 3);
  const Config::Channel& inbox = *rules(loaded, "inbox");
  EXPECT_EQ(inbox.publish, "anyone");
  EXPECT_EQ(inbox.read_history, "subscriber");
  EXPECT_FALSE(inbox.presence);
  EXPECT_EQ(inbox.history_size, 256);
  EXPECT_EQ(inbox.history_ttl, 720h);
  EXPECT_FALSE(inbox.durable) << "there is no file to keep it in";
  const Config::Channel& live = *rules(loaded, "live");
  EXPECT_EQ(live.history_size, 0);
  EXPECT_EQ(live.recovery, "off");
  EXPECT_FALSE(live.presence);
  const Config::Channel& track = *rules(loaded, "track");
  EXPECT_EQ(track.history_size, 10'000);
  EXPECT_EQ(track.history_ttl, 8760h);
  EXPECT_THAT(config_check_text(loaded),
              HasSubstr("publish = \"anyone\"                                # http.apps\n"));
}

TEST(ConfigApps, AreDurableWhenThereIsAFile) {
  const LoadedConfig loaded = load({{"--set", "storage.path", "x.db"}});
  EXPECT_TRUE(rules(loaded, "inbox")->durable);
  EXPECT_TRUE(rules(loaded, "track")->durable);
  EXPECT_FALSE(rules(loaded, "live")->durable);
}

TEST(ConfigApps, ANamespaceThatTheUserWroteIsLeftAlone) {
  const TemporaryFile file(
      "[storage]\npath = \"x.db\"\n[[namespace]]\nname = \"inbox\"\nhistory_size = 7\n"
      "[[namespace]]\nname = \"live\"\nrecovery = \"stream\"\n");
  const LoadedConfig loaded = load({}, file.path());
  ASSERT_EQ(loaded.config.namespaces.size(), 3);
  EXPECT_EQ(rules(loaded, "inbox")->history_size, 7);
  EXPECT_EQ(rules(loaded, "inbox")->publish, "subscriber");
  EXPECT_EQ(rules(loaded, "inbox")->message_bytes, 0);
  EXPECT_FALSE(rules(loaded, "inbox")->durable);
  EXPECT_EQ(rules(loaded, "live")->history_size, Config::Channel().history_size);
  EXPECT_TRUE(rules(loaded, "track")->durable) << "the others are there";
}

TEST(ConfigApps, FlagsChangeSingleKeys) {
  const LoadedConfig loaded = load({{"--set", "storage.path", "x.db"},
                                    {"--set", "namespace.inbox.message_rate", "7"},
                                    {"--set", "namespace.track.history_size", "0"}});
  EXPECT_EQ(rules(loaded, "inbox")->message_rate, 7);
  EXPECT_EQ(rules(loaded, "inbox")->publish, "anyone") << "what is not set stays";
  EXPECT_FALSE(rules(loaded, "track")->durable) << "nothing is kept";
}

TEST(ConfigApps, BoundWhatAnybodyMayWrite) {
  const LoadedConfig loaded = load({{"--set", "storage.path", "x.db"}});
  for (const Config::Namespace& space : loaded.config.namespaces) {
    EXPECT_GT(space.rules.message_bytes, 0) << space.name;
    EXPECT_GT(space.rules.message_rate, 0) << space.name;
  }
  EXPECT_GT(store_options(loaded.config).max_bytes, 0);
}

TEST(ConfigApps, CanBeTurnedOff) {
  const LoadedConfig loaded =
      load({{"--set", "http.apps", "false"}, {"--set", "namespace.live.message_rate", "1"}});
  ASSERT_EQ(loaded.config.namespaces.size(), 1);
  EXPECT_EQ(rules(loaded, "live")->history_size, 256) << "it is the user's own";
  EXPECT_FALSE(app_options(loaded.config).apps);
}

TEST(ConfigApps, TheReferenceIsAConfigurationOfItsOwn) {
  const TemporaryFile file("[storage]\npath = \"x.db\"\n" + app_namespaces_toml());
  const LoadedConfig by_file = load({{"--set", "http.apps", "false"}}, file.path());
  const LoadedConfig built_in = load({{"--set", "storage.path", "x.db"}});
  ASSERT_EQ(by_file.config.namespaces.size(), built_in.config.namespaces.size());
  for (const Config::Namespace& space : built_in.config.namespaces) {
    for (const Key& key : channel_keys()) {
      EXPECT_EQ(to_toml(key, space.rules), to_toml(key, *rules(by_file, space.name)))
          << space.name << "." << key.name;
    }
  }
}

}  // namespace
}  // namespace parley::server
