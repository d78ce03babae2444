// The rules of channels while the configuration is loaded: [channel] and the namespaces have the
// same keys, which are the rows channel_keys(). Internal to the configuration.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/config_keys.h"

namespace parley::server {

// One more namespace, with the built-in defaults and without a name; answers its index.
std::size_t add_namespace(LoadedConfig& loaded);
void name_namespace(LoadedConfig& loaded, std::size_t index, const Value& name, std::string origin,
                    std::string place);

// The key of one namespace, or without one of [channel].
Setting rule_of(LoadedConfig& loaded, std::optional<std::size_t> index, const Key& key);
const Key* find_channel_key(std::string_view name);  // null: there is none
// The fault text for a name that is no key of a namespace.
std::string unknown_rule(const Config::Namespace& space, const std::string& name);

// From the environment or a flag; a namespace that is not there yet is added.
void set_rule(LoadedConfig& loaded, std::string_view space, std::string_view key,
              std::string_view text, const std::string& origin);

// The rules that contradict each other.
void check_rules(LoadedConfig& loaded);

}  // namespace parley::server
