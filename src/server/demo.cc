#include "server/demo.h"

#include <algorithm>
#include <string>
#include <vector>

namespace parley::server {

Config demo_config(const LoadedConfig& loaded) {
  Config config = loaded.config;
  config.demo = true;
  // Everybody knows this key, so it is for a server that only this machine can reach.
  const std::vector<ListenAddress> addresses = listen_addresses(config);
  if (config.api.keys.empty() && std::ranges::all_of(addresses, is_loopback)) {
    config.api.keys.emplace_back(kDemoApiKey);
  }
  return config;
}

std::string_view demo_key(const Config& config) {
  const auto& keys = config.api.keys;
  return config.demo && keys.size() == 1 && keys.front() == kDemoApiKey ? kDemoApiKey : "";
}

}  // namespace parley::server
