// The one table of configuration keys. Reading a file, the environment and flags, `parley config
// init|check|doc` and the checks all walk over it, so a key cannot be known to one and not to the
// other. Internal to the configuration; the rest of the server sees `Config` alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "server/config.h"

namespace parley::server {

enum class KeyKind { boolean, count, size, duration, text, choice, list };

// A member of Config, whatever its type.
using Member = std::variant<bool*, std::uint64_t*, Config::Milliseconds*, std::string*,
                            std::vector<std::string>*>;

struct Key {
  std::string_view section;
  std::string_view name;
  Member (*member)(Config&) = nullptr;
  Member (*rule)(Config::Channel&) = nullptr;  // null: namespaces do not have this key
  KeyKind kind;
  std::uint64_t min = 0;  // count; size in bytes; duration in milliseconds
  std::uint64_t max = 0;
  std::string_view choices = {};                     // choice: "info|debug"
  std::string (*check)(std::string_view) = nullptr;  // text and items of a list: the fault, or ""
  std::string_view example = {};                     // where the default is empty
  std::optional<Errc> error = {};                    // what a client sees beyond the limit
  bool secret = false;                               // never printed
  std::string_view flag = {};                        // "--listen"
  std::string_view flag_value = {};                  // "ADDRESS", for the help
  std::string_view doc;                              // sentences, with unit and meaning of 0
};

std::span<const Key> config_keys();
// The rows of [channel]; every [[namespace]] has them too, and its name besides.
std::span<const Key> channel_keys();
const Key& namespace_name_key();
std::string dotted(const Key& key);                 // "limits.message_bytes"
std::string environment_name(const Key& key);       // "PARLEY_LIMITS__MESSAGE_BYTES"
const Key* find_key(std::string_view dotted_name);  // null: there is none
// The key that was probably meant, or null; without a dot, of any section.
const Key* nearest_key(std::string_view dotted_name);
// The fault text for a name that is no key.
std::string unknown_key(const std::string& dotted_name);

// A value before it is checked. TOML also knows types that no key has.
struct OtherType {
  std::string shown;
};
using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>, OtherType>;

// The text of an environment variable or a flag as the type that the key wants; a text that does
// not fit stays a text, and assign() refuses it.
Value value_from_text(const Key& key, std::string_view text);

// Where a value goes: a key of the configuration, or of one of its namespaces. Valid until the
// next namespace is added.
struct Setting {
  const Key& key;
  std::string name;  // "limits.message_bytes", "namespace.chat.message_bytes"
  Member member;
  std::string* origin;
};
Setting setting_of(LoadedConfig& loaded, const Key& key);

// Checks the value and writes it, with its origin; or collects the fault, with its place.
void set_value(LoadedConfig& loaded, const Setting& setting, const Value& value, std::string origin,
               std::string place);

// Secrets too: mask before printing.
std::string to_toml(const Key& key, const Config& config);
std::string to_toml(const Key& key, const Config::Channel& rules);
std::string default_toml(const Key& key);
std::string range_text(const Key& key);   // "1KiB to 1GiB"; empty where there is no range
std::string expectation(const Key& key);  // "a size from 1KiB to 1GiB"
std::string example(const Key& key);      // a good value in TOML

}  // namespace parley::server
