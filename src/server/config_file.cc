#include "server/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/nearest_name.h"
#include "server/config_keys.h"

namespace parley::server {
namespace {

constexpr std::streamsize kLargestFile = 1 << 20;

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
    const toml::key* name;
    const toml::node* node;
  };

  // The library sorts by name; people read faults in the order of their lines.
  void read_root(const toml::table& root) {
    std::vector<Entry> entries;
    for (const auto& [name, node] : root) {
      if (!is_section(name.str()) || !node.is_table()) {
        entries.push_back({"", &name, &node});
        continue;
      }
      for (const auto& [inner, value] : *node.as_table()) {
        entries.push_back({name.str(), &inner, &value});
      }
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) { return entry.name->source().begin; });
    for (const Entry& entry : entries) {
      if (entry.section.empty()) {
        refuse_at_root(std::string(entry.name->str()), *entry.node, entry.name->source());
      } else {
        read_key(entry.section, *entry.name, *entry.node);
      }
    }
  }

  static bool is_section(std::string_view name) {
    return std::ranges::any_of(config_keys(), [&](const Key& key) { return key.section == name; });
  }

  void refuse_at_root(const std::string& name, const toml::node& node,
                      const toml::source_region& source) {
    if (is_section(name)) return fault(source, name + " is a table; write [" + name + "]");
    if (!node.is_table()) {
      const Key* near = nearest_key(name);
      return fault(source, "key \"" + name + "\" stands outside of any table" +
                               (near == nullptr ? "" : "; did you mean " + dotted(*near) + "?"));
    }
    std::vector<std::string> sections;
    for (const Key& key : config_keys()) sections.emplace_back(key.section);
    const std::string near = nearest_name(name, sections);
    fault(source,
          "unknown table [" + name + "]" + (near.empty() ? "" : "; did you mean [" + near + "]?"));
  }

  void read_key(std::string_view section, const toml::key& name, const toml::node& node) {
    const std::string full = std::string(section) + "." + std::string(name.str());
    const Key* key = find_key(full);
    if (key == nullptr) return fault(name.source(), unknown_key(full));
    set_value(loaded_, *key, value_of(node), path_ + ":" + line_of(node.source()),
              place(node.source()));
  }

  static std::string line_of(const toml::source_region& source) {
    return std::to_string(source.begin.line);
  }
  std::string place(const toml::source_region& source) const {
    return path_ + ":" + line_of(source) + ":" + std::to_string(source.begin.column);
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
