#include "server/options.h"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

hub::ChannelRules rules_of(const Config::Channel& channel) {
  Config config;
  config.channel = channel;
  return *rule_book(config).find("tea");
}

TEST(RuleBook, DefaultsAreThoseOfTheHub) {
  const hub::ChannelRules built_in;
  const hub::ChannelRules rules = rules_of({});
  EXPECT_EQ(rules.name_space, "");
  EXPECT_EQ(rules.subscribe, built_in.subscribe);
  EXPECT_EQ(rules.publish, built_in.publish);
  EXPECT_EQ(rules.see_presence, built_in.see_presence);
  EXPECT_EQ(rules.read_history, built_in.read_history);
  EXPECT_EQ(rules.presence, built_in.presence);
  EXPECT_EQ(rules.join_leave, built_in.join_leave);
  EXPECT_EQ(rules.history_size, built_in.history_size);
  EXPECT_EQ(rules.history_ttl, built_in.history_ttl);
  EXPECT_EQ(rules.recovery, built_in.recovery);
  EXPECT_EQ(rules.durable, built_in.durable);
  EXPECT_EQ(rules.slow_consumer, built_in.slow_consumer);
  EXPECT_EQ(rules.message_bytes, built_in.message_bytes);
  EXPECT_EQ(rules.message_rate, built_in.message_rate);
}

TEST(RuleBook, EveryWordHasItsMeaning) {
  const std::pair<const char*, hub::Access> accesses[] = {
      {"anyone", hub::Access::anyone},
      {"subscriber", hub::Access::subscriber},
      {"token", hub::Access::token},
      {"backend", hub::Access::backend},
  };
  for (const auto& [word, access] : accesses) {
    EXPECT_EQ(rules_of({.subscribe = word}).subscribe, access);
    EXPECT_EQ(rules_of({.publish = word}).publish, access);
    EXPECT_EQ(rules_of({.see_presence = word}).see_presence, access);
    EXPECT_EQ(rules_of({.read_history = word}).read_history, access);
  }
  EXPECT_EQ(rules_of({.join_leave = "off"}).join_leave, hub::JoinLeave::off);
  EXPECT_EQ(rules_of({.join_leave = "on_request"}).join_leave, hub::JoinLeave::on_request);
  EXPECT_EQ(rules_of({.join_leave = "everyone"}).join_leave, hub::JoinLeave::everyone);
  EXPECT_EQ(rules_of({.recovery = "off"}).recovery, hub::Recovery::off);
  EXPECT_EQ(rules_of({.recovery = "stream"}).recovery, hub::Recovery::stream);
  EXPECT_EQ(rules_of({.recovery = "cache"}).recovery, hub::Recovery::cache);
  const auto slow = [](const char* word) {
    return rules_of({.slow_consumer = word}).slow_consumer;
  };
  EXPECT_EQ(slow("disconnect"), hub::SlowConsumer::disconnect);
  EXPECT_EQ(slow("drop_oldest"), hub::SlowConsumer::drop_oldest);
  EXPECT_EQ(slow("newest_per_key"), hub::SlowConsumer::newest_per_key);
}

TEST(RuleBook, NumbersAndSwitchesArrive) {
  const hub::ChannelRules rules = rules_of({.presence = false,
                                            .history_size = 7,
                                            .history_ttl = Config::Milliseconds(8),
                                            .durable = true,
                                            .message_bytes = 9,
                                            .message_rate = 10});
  EXPECT_FALSE(rules.presence);
  EXPECT_EQ(rules.history_size, 7);
  EXPECT_EQ(rules.history_ttl, Duration(8));
  EXPECT_TRUE(rules.durable);
  EXPECT_EQ(rules.message_bytes, 9);
  EXPECT_EQ(rules.message_rate, 10);
}

TEST(RuleBook, NamespacesAreFoundByName) {
  Config config;
  config.namespaces = {{"chat", {.history_size = 1}}, {"a.b", {.history_size = 2}}};
  const hub::RuleBook book = rule_book(config);
  EXPECT_EQ(book.find("chat:tea")->history_size, 1);
  EXPECT_EQ(book.find("chat:tea")->name_space, "chat");
  EXPECT_EQ(book.find("a.b:tea")->history_size, 2);
  EXPECT_EQ(book.find("tea")->history_size, Config::Channel().history_size);
  EXPECT_EQ(book.find("other:tea"), nullptr);
}

TEST(FileOptions, TheFolderLiesBesideTheDatabaseUnlessItIsNamed) {
  Config config;
  EXPECT_FALSE(file_store_options(config));
  EXPECT_FALSE(app_options(config).files);
  config.storage.path = "parley.db";
  EXPECT_EQ(file_store_options(config)->path, "parley.db-files");
  config.storage.path = "/var/lib/parley/parley.db";
  EXPECT_EQ(file_store_options(config)->path, "/var/lib/parley/parley.db-files");
  config.files.path = "/srv/uploads";
  EXPECT_EQ(file_store_options(config)->path, "/srv/uploads");
  config.storage.path.clear();
  EXPECT_EQ(file_store_options(config)->path, "/srv/uploads");
  EXPECT_EQ(app_options(config).files->max_bytes, config.files.max_bytes);
  config.storage.path = "parley.db";
  config.files.path = "off";
  EXPECT_FALSE(file_store_options(config));
  EXPECT_FALSE(app_options(config).files);
}

TEST(FileOptions, AChunkFitsIntoARequest) {
  Config config;
  config.files.path = "files";
  EXPECT_EQ(app_options(config).files->chunk_bytes, 256U << 10);
  config.limits.body_bytes = 1000;
  EXPECT_EQ(app_options(config).files->chunk_bytes, 1000U);
  config.limits.body_bytes = 0;
  EXPECT_FALSE(app_options(config).files) << "nothing can be sent";
}

TEST(FileOptions, NumbersArrive) {
  Config config;
  config.files = {"x", 1, 2, 3, 4, 5, 6, 7, {"image/*"}, Duration(8), Duration(9), 10};
  config.storage.sync = "normal";
  const auto options = *file_store_options(config);
  EXPECT_EQ(options.limits.file_bytes, 1U);
  EXPECT_EQ(options.limits.total_bytes, 2U);
  EXPECT_EQ(options.limits.user_bytes, 3U);
  EXPECT_EQ(options.limits.uploads, 4U);
  EXPECT_EQ(options.downloads.places, 5U);
  EXPECT_EQ(options.downloads.per_address, 6U);
  EXPECT_EQ(options.downloads.waiting, 7U);
  EXPECT_EQ(options.limits.types, config.files.types);
  EXPECT_EQ(options.limits.ttl, Duration(8));
  EXPECT_EQ(options.limits.unfinished_ttl, Duration(9));
  EXPECT_EQ(options.queue_limit, 10U);
  EXPECT_FALSE(options.full_sync);
}

}  // namespace
}  // namespace parley::server
