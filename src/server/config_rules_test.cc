#include "server/config_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/config_doc.h"
#include "server/test_config.h"

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> names(const Config& config) {
  std::vector<std::string> out;
  for (const Config::Namespace& each : config.namespaces) out.push_back(each.name);
  return out;
}

TEST(ConfigRules, StandInOneTableOfTheFileOrMore) {
  const TemporaryFile file(R"([storage]
path = "parley.db"
[channel]
publish = "backend"
history_size = 7
[[namespace]]
history_size = 0
name = "Chat-1_a.b"
recovery = "off"
[[namespace]]
name = "all"
subscribe = "token"
publish = "token"
see_presence = "anyone"
read_history = "backend"
presence = false
join_leave = "off"
history_size = 1_000
history_ttl = "30s"
recovery = "cache"
durable = true
slow_consumer = "newest_per_key"
message_bytes = "1KiB"
message_rate = 10
)");
  const LoadedConfig loaded = load_config({file.path(), {}, {}});
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.config.channel.publish, "backend");
  EXPECT_EQ(loaded.config.channel.history_size, 7);
  EXPECT_EQ(loaded.config.channel.recovery, "stream");
  ASSERT_THAT(names(loaded.config), ElementsAre("Chat-1_a.b", "all", "inbox", "live", "track"));

  const Config::Channel& first = loaded.config.namespaces[0].rules;
  EXPECT_EQ(first.history_size, 0);
  EXPECT_EQ(first.recovery, "off");
  EXPECT_EQ(first.publish, "subscriber");  // whatever [channel] says

  const Config::Channel& all = loaded.config.namespaces[1].rules;
  EXPECT_EQ(all.subscribe, "token");
  EXPECT_EQ(all.publish, "token");
  EXPECT_EQ(all.see_presence, "anyone");
  EXPECT_EQ(all.read_history, "backend");
  EXPECT_FALSE(all.presence);
  EXPECT_EQ(all.join_leave, "off");
  EXPECT_EQ(all.history_size, 1000);
  EXPECT_EQ(all.history_ttl, 30s);
  EXPECT_EQ(all.recovery, "cache");
  EXPECT_TRUE(all.durable);
  EXPECT_EQ(all.slow_consumer, "newest_per_key");
  EXPECT_EQ(all.message_bytes, 1024);
  EXPECT_EQ(all.message_rate, 10);
}

TEST(ConfigRules, NamespacesHaveTheKeysOfChannel) {
  ASSERT_EQ(channel_keys().size(), 13);
  for (const Key& key : channel_keys()) {
    EXPECT_EQ(key.section, "channel");
    const std::string line = std::string(key.name) + " = " + default_toml(key);
    const TemporaryFile file("[channel]\n" + line + "\n[[namespace]]\nname = \"x\"\n" + line);
    LoadedConfig loaded = load_config({file.path(), {}, {}});
    EXPECT_THAT(texts(loaded), IsEmpty());
    EXPECT_EQ(to_toml(key, loaded.config.namespaces[0].rules), default_toml(key));
    const Setting channel = rule_of(loaded, std::nullopt, key);
    const Setting space = rule_of(loaded, 0, key);
    EXPECT_EQ(channel.name, "channel." + std::string(key.name));
    EXPECT_EQ(space.name, "namespace.x." + std::string(key.name));
    EXPECT_EQ(*channel.origin, file.path() + ":2");
    EXPECT_EQ(*space.origin, file.path() + ":5");
  }
}

TEST(ConfigRules, FaultsOfTheFileHaveLineColumnAndTheRightName) {
  const std::pair<std::string, std::string> cases[] = {
      {"[[namespace]]\nname = \"chat\"\nhistroy_size = 1\n",
       "F:3:1: unknown key namespace.chat.histroy_size; did you mean namespace.chat.history_size?"},
      {"[[namespace]]\n  zzzzzzzz = 1\nname = \"chat\"\n",
       "F:2:3: unknown key namespace.chat.zzzzzzzz; `parley config doc` lists all keys"},
      {"[channel]\nhistroy_size = 1\n",
       "F:2:1: unknown key channel.histroy_size; did you mean channel.history_size?"},
      {"[[namespace]]\npresence = \"yes\"\nname = \"chat\"\n",
       "F:2:12: namespace.chat.presence: expected true or false, for example true; got \"yes\""},
      {"[[namespace]]\nname = \"chat\"\n[namespace.presence]\n",
       "F:3:1: namespace.chat.presence: expected true or false, for example true; got a table"},
      {"[[namespace]]\nname = \"chat\"\nsubscribe = \"subscriber\"\n",
       "F:3:13: namespace.chat.subscribe: expected one of \"anyone\", \"token\", \"backend\", for "
       "example \"anyone\"; got \"subscriber\""},
      {"\n[[namespace]]\nhistory_size = 3\n",
       "F:2:1: this namespace has no name; add one, for example name = \"chat\""},
      {"[[namespace]]\nname = \"\"\n",
       "F:2:8: namespace.name: a name is of letters, digits, and - _ ., for example \"chat\"; got "
       "\"\""},
      {"[[namespace]]\nname = \"a:b\"\n",
       "F:2:8: namespace.name: a name is of letters, digits, and - _ ., for example \"chat\"; got "
       "\"a:b\""},
      {"[[namespace]]\nname = 3\n",
       "F:2:8: namespace.name: expected a string, for example \"chat\"; got 3"},
      {"[[namespace]]\nname = \"" + std::string(129, 'x') + "\"\n",
       "F:2:8: namespace.name: longer than 128 bytes"},
      {"[[namespace]]\nname = \"a\"\n[[namespace]]\nname = \"a\"\n",
       "F:4:8: namespace.name: \"a\" is there already, from F:2"},
      {"[namespace]\nname = \"a\"\n", "F:1:2: each namespace is a table; write [[namespace]]"},
      {"[namespace.chat]\npresence = true\n",
       "F:1:2: each namespace is a table; write [[namespace]]"},
      {"namespace = 3\n", "F:1:1: each namespace is a table; write [[namespace]]"},
      {"[[namespaces]]\nname = \"a\"\n",
       "F:1:3: unknown table [[namespaces]]; did you mean [[namespace]]?"},
      {"[[channel]]\npresence = true\n", "F:1:3: channel is a table; write [channel]"},
  };
  for (const auto& [toml, fault] : cases)
    EXPECT_THAT(faults_of_file(toml), ElementsAre(fault)) << toml;
}

TEST(ConfigRules, FaultsComeInTheOrderOfTheLines) {
  EXPECT_THAT(faults_of_file("[[namespace]]\nzzzz = 1\nname = \"a\"\n[limits]\nzzzz = 1\n"
                             "[[namespace]]\nyyyy = 1\nname = \"b\"\npresence = 1\n"),
              ElementsAre(StartsWith("F:2:1: unknown key namespace.a.zzzz"),
                          StartsWith("F:5:1: unknown key limits.zzzz"),
                          StartsWith("F:7:1: unknown key namespace.b.yyyy"),
                          StartsWith("F:9:12: namespace.b.presence: expected")));
}

TEST(ConfigRules, FlagBeatsEnvironmentBeatsFileInNamespacesToo) {
  const TemporaryFile file(
      "[[namespace]]\nname = \"chat\"\nhistory_size = 1\nmessage_rate = 1\nmessage_bytes = 1\n");
  LoadedConfig loaded = load_config({file.path(),
                                     {{"PARLEY_NAMESPACE__CHAT__MESSAGE_RATE", "2"},
                                      {"PARLEY_NAMESPACE__CHAT__MESSAGE_BYTES", "2"},
                                      {"PARLEY_NAMESPACE__BY_NAME__HISTORY_SIZE", "2"},
                                      {"PARLEY_CHANNEL__HISTORY_SIZE", "4"}},
                                     {{"--set", "namespace.chat.message_bytes", "3KiB"},
                                      {"--set", "namespace.a.b.durable", "true"},
                                      {"--set", "channel.history_ttl", "1h"},
                                      {"--set", "storage.path", "x"}}});
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.config.channel.history_size, 4);
  EXPECT_EQ(loaded.config.channel.history_ttl, 1h);
  ASSERT_THAT(names(loaded.config),
              ElementsAre("chat", "by_name", "a.b", "inbox", "live", "track"));
  EXPECT_EQ(loaded.config.namespaces[0].rules.history_size, 1);
  EXPECT_EQ(loaded.config.namespaces[0].rules.message_rate, 2);
  EXPECT_EQ(loaded.config.namespaces[0].rules.message_bytes, 3072);
  EXPECT_EQ(loaded.config.namespaces[1].rules.history_size, 2);
  EXPECT_TRUE(loaded.config.namespaces[2].rules.durable);

  const auto origin = [&](std::size_t index, std::string_view name) {
    return *rule_of(loaded, index, *find_channel_key(name)).origin;
  };
  EXPECT_EQ(origin(0, "history_size"), file.path() + ":3");
  EXPECT_EQ(origin(0, "message_rate"), "environment PARLEY_NAMESPACE__CHAT__MESSAGE_RATE");
  EXPECT_EQ(origin(0, "message_bytes"), "flag --set");
  EXPECT_EQ(origin(0, "durable"), "default");
  EXPECT_EQ(loaded.namespace_origins[0].front(), file.path() + ":2");
  EXPECT_EQ(loaded.namespace_origins[2].front(), "flag --set");
}

TEST(ConfigRules, FaultsOfVariablesAndFlags) {
  const std::pair<std::string, std::string> variables[] = {
      {"PARLEY_NAMESPACE__CHAT", "expected PARLEY_NAMESPACE__NAME__KEY"},
      {"PARLEY_NAMESPACE____PRESENCE", "expected PARLEY_NAMESPACE__NAME__KEY"},
      {"PARLEY_NAMESPACE__CHAT__PRESENSE",
       "unknown key namespace.chat.presense; did you mean namespace.chat.presence?"},
      {"PARLEY_NAMESPACE__CHAT__PRESENCE",
       "namespace.chat.presence: expected true or false, for example true; got \"2\""},
  };
  for (const auto& [name, fault] : variables) {
    EXPECT_THAT(texts(load_config({"", {{name, "2"}}, {}})),
                ElementsAre("environment " + name + ": " + fault));
  }
  const std::pair<std::string, std::string> flags[] = {
      {"namespace.chat", "expected namespace.NAME.KEY=VALUE"},
      {"namespace..presence", "expected namespace.NAME.KEY=VALUE"},
      {"namespace.chat.name",
       "unknown key namespace.chat.name; `parley config doc` lists all keys"},
      {"namespace.chat.presense",
       "unknown key namespace.chat.presense; did you mean namespace.chat.presence?"},
  };
  for (const auto& [name, fault] : flags) {
    EXPECT_THAT(faults_of_setting(name, "true"), ElementsAre("flag --set: " + fault));
  }
  EXPECT_THAT(faults_of_setting("namespace.a b.presence", "true"),
              ElementsAre("flag --set: namespace.name: a name is of letters, digits, and - _ ., "
                          "for example \"chat\"; got \"a b\""));
}

// The rules under "[channel]" and under a namespace, each with the same faults.
void expect_contradiction(const std::string& rules, const std::string& first_fault,
                          const std::string& fault) {
  EXPECT_THAT(faults_of_file("[channel]\n" + rules),
              ElementsAre("F:" + first_fault + ": channel." + fault));
  EXPECT_THAT(faults_of_file("[[namespace]]\n" + rules + "name = \"x\"\n"),
              ElementsAre("F:" + first_fault + ": namespace.x." + fault));
}

TEST(ConfigRules, ContradictionsAreToldWhereTheyWereMade) {
  const std::string no_presence =
      "join_leave: there is no presence to take joins and leaves from; set presence to true, or "
      "join_leave to \"off\"";
  expect_contradiction("presence = false\njoin_leave = \"everyone\"\n", "3", no_presence);
  expect_contradiction(
      "history_size = 0\nrecovery = \"cache\"\n", "3",
      "recovery: there is no history to recover from; set history_size, or recovery to \"off\"");
  expect_contradiction("durable = true\n", "2",
                       "durable: there is no file to keep the history in; set storage.path, for "
                       "example to \"parley.db\"");
  for (const char* rule : {"drop_oldest", "newest_per_key"}) {
    expect_contradiction("slow_consumer = \"" + std::string(rule) + "\"\n", "2",
                         "slow_consumer: \"" + std::string(rule) +
                             "\" loses messages that recovery \"stream\" promises; set recovery to "
                             "\"off\" or \"cache\", or slow_consumer to \"disconnect\"");
  }
  const Environment nothing_kept{{"PARLEY_NAMESPACE__X__RECOVERY", "off"},
                                 {"PARLEY_NAMESPACE__X__HISTORY_SIZE", "0"},
                                 {"PARLEY_NAMESPACE__X__DURABLE", "true"},
                                 {"PARLEY_STORAGE__PATH", "x"}};
  EXPECT_THAT(texts(load_config({"", nothing_kept, {}})),
              ElementsAre("environment PARLEY_NAMESPACE__X__DURABLE: namespace.x.durable: there is "
                          "no history to keep; set history_size"));
}

TEST(ConfigRules, WhatDoesNotContradict) {
  for (const char* rules : {"presence = false\n", "presence = false\njoin_leave = \"off\"\n",
                            "history_size = 0\n", "history_size = 0\nrecovery = \"off\"\n",
                            "history_size = 0\nslow_consumer = \"drop_oldest\"\n",
                            "recovery = \"off\"\nslow_consumer = \"drop_oldest\"\n",
                            "recovery = \"cache\"\nslow_consumer = \"newest_per_key\"\n"}) {
    EXPECT_THAT(faults_of_file("[channel]\n" + std::string(rules)), IsEmpty()) << rules;
    EXPECT_THAT(faults_of_file("[[namespace]]\nname = \"x\"\n" + std::string(rules)), IsEmpty())
        << rules;
  }
}

TEST(ConfigRules, CheckPrintsNamespacesWithOrigins) {
  const TemporaryFile file("[[namespace]]\nname = \"chat\"\nhistory_ttl = \"1h\"\n");
  const std::string shown = config_check_text(
      load_config({file.path(), {{"PARLEY_NAMESPACE__CHAT__MESSAGE_BYTES", "2KiB"}}, {}}));
  EXPECT_THAT(shown, HasSubstr("\n\n[[namespace]]\nname = \"chat\"                               "
                               "      # " +
                               file.path() + ":2\n"));
  const std::string space = shown.substr(shown.find("[[namespace]]"));
  EXPECT_THAT(space, HasSubstr("\nhistory_ttl = \"1h\"                                # " +
                               file.path() + ":3\n"));
  EXPECT_THAT(space, HasSubstr("\nmessage_bytes = \"2KiB\"                            # "
                               "environment PARLEY_NAMESPACE__CHAT__MESSAGE_BYTES\n"));
  EXPECT_THAT(space, HasSubstr("\npresence = true                                   # default\n"));
}

}  // namespace
}  // namespace parley::server
