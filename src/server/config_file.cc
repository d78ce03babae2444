#include "server/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/nearest_name.h"
#include "server/config_keys.h"
#include "server/config_rules.h"

namespace parley::server {
namespace {

constexpr std::streamsize kLargestFile = 1 << 20;
constexpr std::string_view kNamespace = "namespace";

Value value_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  if (node.is_table()) return OtherType{"a table"};
  if (const auto* array = node.as_array()) {
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      if (!item.is_string()) return OtherType{"a list that holds something else"};
      items.push_back(item.as_string()->get());
    }
    return items;
  }
  return OtherType{node.is_floating_point() ? "a number with a fraction" : "a date or time"};
}

class FileReader {
 public:
  FileReader(const std::string& path, LoadedConfig& loaded) : path_(path), loaded_(loaded) {}

  void read(const std::string& text) {
    try {
      read_root(toml::parse(text, path_));
    } catch (const toml::parse_error& error) {
      fault(error.source(), std::string(error.description()));
    }
  }

 private:
  struct Entry {
    std::string_view section;  // empty: at the root
    const toml::key* name;     // null: a whole namespace
    const toml::node* node;

    toml::source_position at() const {
      return name == nullptr ? node->source().begin : name->source().begin;
    }
  };

  // The library sorts by name; people read faults in the order of their lines.
  static std::vector<Entry> entries_of(std::string_view section, const toml::table& table) {
    std::vector<Entry> entries;
    for (const auto& [name, node] : table) entries.push_back({section, &name, &node});
    std::ranges::sort(entries, {}, &Entry::at);
    return entries;
  }

  void read_root(const toml::table& root) {
    std::vector<Entry> entries;
    for (const auto& [name, node] : root) {
      if (name.str() == kNamespace && node.is_array_of_tables()) {
        for (const toml::node& each : *node.as_array())
          entries.push_back({kNamespace, nullptr, &each});
      } else if (is_section(name.str()) && node.is_table()) {
        const std::vector<Entry> inner = entries_of(name.str(), *node.as_table());
        entries.insert(entries.end(), inner.begin(), inner.end());
      } else {
        entries.push_back({"", &name, &node});
      }
    }
    std::ranges::sort(entries, {}, &Entry::at);
    for (const Entry& entry : entries) read(entry);
  }

  void read(const Entry& entry) {
    if (entry.name == nullptr) {
      read_namespace(*entry.node->as_table());
    } else if (entry.section.empty()) {
      refuse_at_root(std::string(entry.name->str()), *entry.node, entry.name->source());
    } else {
      read_key(entry.section, *entry.name, *entry.node);
    }
  }

  static bool is_section(std::string_view name) {
    return std::ranges::any_of(config_keys(), [&](const Key& key) { return key.section == name; });
  }

  void refuse_at_root(const std::string& name, const toml::node& node,
                      const toml::source_region& source) {
    if (is_section(name)) return fault(source, name + " is a table; write [" + name + "]");
    if (name == kNamespace) return fault(source, "each namespace is a table; write [[namespace]]");
    if (!node.is_table() && !node.is_array_of_tables()) {
      const Key* near = nearest_key(name);
      return fault(source, "key \"" + name + "\" stands outside of any table" +
                               (near == nullptr ? "" : "; did you mean " + dotted(*near) + "?"));
    }
    std::vector<std::string> sections{std::string(kNamespace)};
    for (const Key& key : config_keys()) sections.emplace_back(key.section);
    const std::string near = nearest_name(name, sections);
    fault(source,
          "unknown table " + header(name, node.is_array()) +
              (near.empty() ? "" : "; did you mean " + header(near, near == kNamespace) + "?"));
  }

  static std::string header(const std::string& name, bool repeated) {
    return repeated ? "[[" + name + "]]" : "[" + name + "]";
  }

  void read_namespace(const toml::table& table) {
    const std::size_t index = add_namespace(loaded_);
    const toml::node* name = table.get("name");
    if (name == nullptr) {
      fault(table.source(), "this namespace has no name; add one, for example name = " +
                                example(namespace_name_key()));
    } else {
      name_namespace(loaded_, index, value_of(*name), origin(name->source()),
                     place(name->source()));
    }
    for (const Entry& entry : entries_of(kNamespace, table)) {
      const std::string key_name(entry.name->str());
      const Key* key = find_channel_key(key_name);
      if (key != nullptr) {
        set(rule_of(loaded_, index, *key), *entry.node);
      } else if (key_name != namespace_name_key().name) {
        fault(entry.name->source(), unknown_rule(loaded_.config.namespaces[index], key_name));
      }
    }
  }

  void read_key(std::string_view section, const toml::key& name, const toml::node& node) {
    const std::string full = std::string(section) + "." + std::string(name.str());
    const Key* key = find_key(full);
    if (key == nullptr) return fault(name.source(), unknown_key(full));
    set(setting_of(loaded_, *key), node);
  }

  void set(const Setting& setting, const toml::node& node) {
    set_value(loaded_, setting, value_of(node), origin(node.source()), place(node.source()));
  }

  std::string origin(const toml::source_region& source) const {
    return path_ + ":" + std::to_string(source.begin.line);
  }
  std::string place(const toml::source_region& source) const {
    return origin(source) + ":" + std::to_string(source.begin.column);
  }
  void fault(const toml::source_region& source, std::string text) {
    loaded_.faults.push_back({place(source), std::move(text)});
  }

  const std::string& path_;
  LoadedConfig& loaded_;
};

}  // namespace

std::optional<std::string> read_small_file(const std::string& path, std::string* why) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  if (!file || !file.read(text.data(), kLargestFile + 1).eof()) {
    *why = file ? "the file is larger than 1MiB"
                : "the file cannot be read: " + std::string(std::strerror(errno));
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void read_config_file(const std::string& path, LoadedConfig& loaded) {
  std::string why;
  const std::optional<std::string> text = read_small_file(path, &why);
  if (!text) {
    loaded.faults.push_back({path, why});
    return;
  }
  FileReader(path, loaded).read(*text);
}

}  // namespace parley::server
