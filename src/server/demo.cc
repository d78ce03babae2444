#include "server/demo.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "server/config_apps.h"
#include "server/config_keys.h"

namespace parley::server {
namespace {

constexpr std::uint64_t kHistorySize = 10'000;
constexpr Config::Milliseconds kHistoryTtl = std::chrono::hours(7 * 24);

std::filesystem::path& folder_of_process() {
  static std::filesystem::path folder;
  return folder;
}

void remove_folder() {
  std::error_code ignored;  // it is in a place that is cleared now and then
  if (!folder_of_process().empty()) std::filesystem::remove_all(folder_of_process(), ignored);
  folder_of_process().clear();
}

}  // namespace

DemoFolder::DemoFolder() {
  std::error_code failed;
  std::string name = std::filesystem::temp_directory_path(failed) / "parley-demo-XXXXXX";
  if (failed || ::mkdtemp(name.data()) == nullptr) return;
  path_ = name;
  folder_of_process() = path_;
  static const int registered = std::at_quick_exit(remove_folder);
  static_cast<void>(registered);
}

DemoFolder::~DemoFolder() { remove_folder(); }

Config demo_config(LoadedConfig loaded, const std::string& folder, bool with_cast) {
  Config& config = loaded.config;
  const auto is_unset = [&](std::string_view name) {
    return *setting_of(loaded, *find_key(name)).origin == "default";
  };
  config.demo = {.on = true, .cast = with_cast && config.http.apps};
  // Everybody knows this key, so it is for a server that only this machine can reach.
  const std::vector<ListenAddress> addresses = listen_addresses(config);
  if (config.api.keys.empty() && std::ranges::all_of(addresses, is_loopback)) {
    config.api.keys.emplace_back(kDemoApiKey);
  }
  if (is_unset("channel.history_size")) config.channel.history_size = kHistorySize;
  if (is_unset("channel.history_ttl")) config.channel.history_ttl = kHistoryTtl;
  if (is_unset("storage.path") && !folder.empty()) {
    config.storage.path = folder + "/parley.db";
    // It does not outlive the process, so it need not outlive the power.
    if (is_unset("storage.sync")) config.storage.sync = "normal";
    add_app_namespaces(loaded);  // there is a file now
  }
  if (is_unset("channel.durable") && !config.storage.path.empty()) {
    config.channel.durable = config.channel.history_size > 0;
  }
  return config;
}

std::string_view demo_key(const Config& config) {
  const auto& keys = config.api.keys;
  return config.demo.on && keys.size() == 1 && keys.front() == kDemoApiKey ? kDemoApiKey : "";
}

}  // namespace parley::server
