#include "server/config_apps.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

#include "server/config_rules.h"

namespace parley::server {
namespace {

constexpr std::string_view kOrigin = "http.apps";

struct Rule {
  std::string_view key;
  std::string_view value;
};

struct AppNamespace {
  std::string_view name;
  std::string_view doc;
  std::span<const Rule> rules;
  bool durable;  // when there is a file to keep it in
};

// Anybody may write there and choose the channels' names: what one message and one channel take is
// bounded, and storage.max_bytes bounds all of them.
constexpr Rule kInbox[] = {{"publish", "anyone"},   {"presence", "false"},
                           {"join_leave", "off"},   {"history_size", "256"},
                           {"history_ttl", "720h"}, {"message_bytes", "4KiB"},
                           {"message_rate", "100"}};
constexpr Rule kLive[] = {{"presence", "false"},     {"join_leave", "off"},
                          {"history_size", "0"},     {"recovery", "off"},
                          {"message_bytes", "4KiB"}, {"message_rate", "100"}};
constexpr Rule kTrack[] = {{"presence", "false"},     {"join_leave", "off"},
                           {"history_size", "10000"}, {"history_ttl", "8760h"},
                           {"message_bytes", "4KiB"}, {"message_rate", "1000"}};

constexpr AppNamespace kNamespaces[] = {
    {"inbox", "inbox:#ann is what concerns Ann; she alone reads it", kInbox, true},
    {"live", "live:tea is what is not kept of tea: who is typing", kLive, false},
    {"track", "track:show.2 is the third minute of the film show", kTrack, true},
};

// Its index; nothing when it is the user's own.
std::optional<std::size_t> find_or_add(LoadedConfig& loaded, std::string_view name) {
  auto& spaces = loaded.config.namespaces;
  const auto found = std::ranges::find(spaces, name, &Config::Namespace::name);
  const auto index = static_cast<std::size_t>(found - spaces.begin());
  if (index < loaded.written_namespaces) return std::nullopt;
  if (found != spaces.end()) return index;
  const std::string origin(kOrigin);
  name_namespace(loaded, add_namespace(loaded), std::string(name), origin, origin);
  return index;
}

void preset(LoadedConfig& loaded, std::size_t index, const Rule& rule) {
  const Key& key = *find_channel_key(rule.key);
  const Setting setting = rule_of(loaded, index, key);
  if (*setting.origin != "default") return;
  const std::string origin(kOrigin);
  set_value(loaded, setting, value_from_text(key, rule.value), origin, origin);
}

}  // namespace

void add_app_namespaces(LoadedConfig& loaded) {
  if (!loaded.config.http.apps) return;
  for (const AppNamespace& app : kNamespaces) {
    const auto index = find_or_add(loaded, app.name);
    if (!index) continue;
    for (const Rule& rule : app.rules) preset(loaded, *index, rule);
    const bool kept = loaded.config.namespaces[*index].rules.history_size > 0;
    if (app.durable && kept && !loaded.config.storage.path.empty()) {
      preset(loaded, *index, {"durable", "true"});
    }
  }
}

std::string app_namespaces_toml() {
  std::string out;
  for (const AppNamespace& app : kNamespaces) {
    LoadedConfig alone;
    const std::size_t index = add_namespace(alone);
    out += (out.empty() ? "" : "\n") + std::string("[[namespace]]  # ") + std::string(app.doc) +
           "\nname = \"" + std::string(app.name) + "\"\n";
    for (const Rule& rule : app.rules) {
      preset(alone, index, rule);
      const Key& key = *find_channel_key(rule.key);
      out +=
          std::string(rule.key) + " = " + to_toml(key, alone.config.namespaces[index].rules) + "\n";
    }
    if (app.durable) out += "durable = true  # when storage.path is set\n";
  }
  return out;
}

}  // namespace parley::server
