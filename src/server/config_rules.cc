#include "server/config_rules.h"

#include <algorithm>
#include <vector>

#include "base/nearest_name.h"

namespace parley::server {
namespace {

std::string title(const Config::Namespace& space) {
  return space.name.empty() ? "namespace" : "namespace." + space.name;
}

std::optional<std::size_t> find_namespace(const Config& config, std::string_view name) {
  const auto found = std::ranges::find(config.namespaces, name, &Config::Namespace::name);
  if (found == config.namespaces.end()) return std::nullopt;
  return static_cast<std::size_t>(found - config.namespaces.begin());
}

// The rules of one namespace, or of [channel], against each other. A fault is placed where the
// first of its keys that anybody has set was set.
class RuleCheck {
 public:
  RuleCheck(LoadedConfig& loaded, std::optional<std::size_t> index)
      : loaded_(loaded),
        index_(index),
        rules_(index ? loaded.config.namespaces[*index].rules : loaded.config.channel) {}

  void check() {
    // A default that has nothing to work on is no fault: only what was written can contradict.
    if (!rules_.presence && rules_.join_leave != "off" && is_set("join_leave")) {
      fault({"join_leave", "presence"},
            "there is no presence to take joins and leaves from; set presence to true, or "
            "join_leave to \"off\"");
    }
    if (rules_.history_size == 0) check_without_history();
    if (rules_.durable && loaded_.config.storage.path.empty()) {
      fault({"durable"},
            "there is no file to keep the history in; set storage.path, for example to "
            "\"parley.db\"");
    }
    if (rules_.slow_consumer != "disconnect" && rules_.recovery == "stream" &&
        rules_.history_size > 0) {
      fault({"slow_consumer", "recovery"},
            "\"" + rules_.slow_consumer +
                "\" loses messages that recovery \"stream\" promises; set recovery to \"off\" or "
                "\"cache\", or slow_consumer to \"disconnect\"");
    }
  }

 private:
  void check_without_history() {
    if (rules_.recovery != "off" && is_set("recovery")) {
      fault({"recovery", "history_size"},
            "there is no history to recover from; set history_size, or recovery to \"off\"");
    }
    if (rules_.durable) {
      fault({"durable", "history_size"}, "there is no history to keep; set history_size");
    }
  }

  bool is_set(std::string_view key) const {
    return *rule_of(loaded_, index_, *find_channel_key(key)).origin != "default";
  }

  void fault(const std::vector<std::string_view>& keys, const std::string& text) {
    std::string place;
    for (const std::string_view key : keys) {
      const std::string& origin = *rule_of(loaded_, index_, *find_channel_key(key)).origin;
      if (place.empty() && origin != "default") place = origin;
    }
    const std::string name = rule_of(loaded_, index_, *find_channel_key(keys.front())).name;
    loaded_.faults.push_back({place, name + ": " + text});
  }

  LoadedConfig& loaded_;
  const std::optional<std::size_t> index_;
  const Config::Channel& rules_;
};

}  // namespace

std::size_t add_namespace(LoadedConfig& loaded) {
  loaded.config.namespaces.emplace_back();
  loaded.namespace_origins.emplace_back(1 + channel_keys().size(), "default");
  return loaded.config.namespaces.size() - 1;
}

void name_namespace(LoadedConfig& loaded, std::size_t index, const Value& name, std::string origin,
                    std::string place) {
  const Key& key = namespace_name_key();
  Config::Namespace& space = loaded.config.namespaces[index];
  const auto* text = std::get_if<std::string>(&name);
  const auto other =
      text == nullptr || text->empty() ? std::nullopt : find_namespace(loaded.config, *text);
  if (other) {
    loaded.faults.push_back({std::move(place), dotted(key) + ": \"" + *text +
                                                   "\" is there already, from " +
                                                   loaded.namespace_origins[*other].front()});
    return;
  }
  const Setting setting{key, dotted(key), &space.name, &loaded.namespace_origins[index].front()};
  set_value(loaded, setting, name, std::move(origin), std::move(place));
}

Setting rule_of(LoadedConfig& loaded, std::optional<std::size_t> index, const Key& key) {
  if (!index) return setting_of(loaded, key);
  Config::Namespace& space = loaded.config.namespaces[*index];
  const auto row = static_cast<std::size_t>(&key - channel_keys().data());
  return {key, title(space) + "." + std::string(key.name), key.rule(space.rules),
          &loaded.namespace_origins[*index][1 + row]};
}

const Key* find_channel_key(std::string_view name) {
  const auto found = std::ranges::find(channel_keys(), name, &Key::name);
  return found == channel_keys().end() ? nullptr : &*found;
}

std::string unknown_rule(const Config::Namespace& space, const std::string& name) {
  std::vector<std::string> names;
  for (const Key& key : channel_keys()) names.emplace_back(key.name);
  const std::string near = nearest_name(name, names);
  return "unknown key " + title(space) + "." + name +
         (near.empty() ? "; `parley config doc` lists all keys"
                       : "; did you mean " + title(space) + "." + near + "?");
}

void set_rule(LoadedConfig& loaded, std::string_view space, std::string_view key,
              std::string_view text, const std::string& origin) {
  std::optional<std::size_t> index = find_namespace(loaded.config, space);
  if (!index) {
    index = add_namespace(loaded);
    name_namespace(loaded, *index, std::string(space), origin, origin);
  }
  const Key* known = find_channel_key(key);
  if (known == nullptr) {
    const std::string fault = unknown_rule(loaded.config.namespaces[*index], std::string(key));
    loaded.faults.push_back({origin, fault});
    return;
  }
  set_value(loaded, rule_of(loaded, index, *known), value_from_text(*known, text), origin, origin);
}

void check_rules(LoadedConfig& loaded) {
  RuleCheck(loaded, std::nullopt).check();
  for (std::size_t i = 0; i < loaded.config.namespaces.size(); ++i) RuleCheck(loaded, i).check();
}

}  // namespace parley::server
