// Values of configuration keys: from text to value, checked into the struct, and back to TOML.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "server/config_keys.h"

namespace parley::server {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
// Largest first, so that printing takes the largest that divides.
constexpr std::array kSizeUnits = {Unit{"GiB", 1 << 30}, Unit{"MiB", 1 << 20}, Unit{"KiB", 1 << 10},
                                   Unit{"B", 1}};
constexpr std::array kDurationUnits = {Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000},
                                       Unit{"ms", 1}};

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  if (text.empty() || error != std::errc() || end != text.end()) return std::nullopt;
  return number;
}

// "64KiB" by its unit; `plain_factor` is for a number without one (0: a unit is needed).
std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units,
                                            std::uint64_t plain_factor) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view name = text.substr(digits);
  std::uint64_t factor = name.empty() ? plain_factor : 0;
  for (const Unit& unit : units) {
    if (unit.name == name) factor = unit.factor;
  }
  const auto number = parse_number<std::uint64_t>(text.substr(0, digits));
  if (!number || factor == 0 || *number > UINT64_MAX / factor) return std::nullopt;
  return *number * factor;
}

std::string quantity_text(std::uint64_t number, std::span<const Unit> units) {
  const auto unit = std::ranges::find_if(
      units, [&](const Unit& each) { return number % each.factor == 0 && number >= each.factor; });
  if (unit == units.end()) return "0" + std::string(units.back().name);
  return std::to_string(number / unit->factor) + std::string(unit->name);
}

// A number of the key's kind as people write it, without quotes.
std::string number_text(const Key& key, std::uint64_t number) {
  if (key.kind == KeyKind::duration)
    return number == 0 ? "0s" : quantity_text(number, kDurationUnits);
  if (key.kind == KeyKind::size && number >= 1024) {
    const std::string text = quantity_text(number, kSizeUnits);
    if (text.ends_with("iB")) return text;
  }
  return std::to_string(number);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      out += std::string("\\u00") + kHex[c >> 4] + kHex[c & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string list_text(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + quoted(item);
  return "[" + out + "]";
}

std::string shown(const Key& key, const Value& value) {
  if (key.secret) return "a value that is not shown, as it is secret";
  struct {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(const std::vector<std::string>& items) const { return list_text(items); }
    std::string operator()(const OtherType& other) const { return other.shown; }
  } show;
  return std::visit(show, value);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

std::optional<std::uint64_t> number_of(const Key& key, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (*number < 0 || key.kind == KeyKind::duration) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || key.kind == KeyKind::count) return std::nullopt;
  return key.kind == KeyKind::size ? parse_quantity(*text, kSizeUnits, 1)
                                   : parse_quantity(*text, kDurationUnits, 0);
}

std::string wrong_value(const Setting& setting, const Value& value) {
  const Key& key = setting.key;
  return setting.name + ": expected " + expectation(key) + ", for example " + example(key) +
         "; got " + shown(key, value);
}

// The key's own check of one text, as a whole fault or "".
std::string check_text(const Setting& setting, const std::string& text) {
  const Key& key = setting.key;
  const std::string why = key.check == nullptr ? "" : key.check(text);
  if (why.empty()) return "";
  return setting.name + ": " + why + ", for example " + example(key) + "; got " + shown(key, text);
}

std::string assign_number(const Setting& setting, const Value& value) {
  const Key& key = setting.key;
  const std::optional<std::uint64_t> number = number_of(key, value);
  if (!number || *number < key.min || *number > key.max) return wrong_value(setting, value);
  if (key.kind == KeyKind::duration) {
    *std::get<Config::Milliseconds*>(setting.member) = Config::Milliseconds(*number);
  } else {
    *std::get<std::uint64_t*>(setting.member) = *number;
  }
  return "";
}

std::string assign_text(const Setting& setting, const Value& value) {
  const Key& key = setting.key;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return wrong_value(setting, value);
  if (key.kind == KeyKind::choice) {
    const std::vector<std::string> choices = split(key.choices, '|');
    if (std::ranges::find(choices, *text) == choices.end()) return wrong_value(setting, value);
  } else if (text->size() > key.max) {
    return setting.name + ": longer than " + std::to_string(key.max) + " bytes";
  }
  std::string fault = check_text(setting, *text);
  if (fault.empty()) *std::get<std::string*>(setting.member) = *text;
  return fault;
}

std::string assign_list(const Setting& setting, const Value& value) {
  const auto* items = std::get_if<std::vector<std::string>>(&value);
  if (items == nullptr) return wrong_value(setting, value);
  for (const std::string& item : *items) {
    if (std::string fault = check_text(setting, item); !fault.empty()) return fault;
  }
  *std::get<std::vector<std::string>*>(setting.member) = *items;
  return "";
}

// Checks the value and writes it; answers the fault, or "" when all is well.
std::string assign(const Setting& setting, const Value& value) {
  switch (setting.key.kind) {
    case KeyKind::boolean:
      if (!std::holds_alternative<bool>(value)) return wrong_value(setting, value);
      *std::get<bool*>(setting.member) = std::get<bool>(value);
      return "";
    case KeyKind::count:
    case KeyKind::size:
    case KeyKind::duration: return assign_number(setting, value);
    case KeyKind::text:
    case KeyKind::choice: return assign_text(setting, value);
    case KeyKind::list: return assign_list(setting, value);
  }
  return "";
}

std::string member_text(const Key& key, Member member) {
  struct {
    const Key& key;
    std::string operator()(const bool* flag) const { return *flag ? "true" : "false"; }
    std::string operator()(const std::uint64_t* number) const {
      const std::string text = number_text(key, *number);
      return text.ends_with("iB") ? quoted(text) : text;
    }
    std::string operator()(const Config::Milliseconds* time) const {
      return quoted(number_text(key, static_cast<std::uint64_t>(time->count())));
    }
    std::string operator()(const std::string* text) const { return quoted(*text); }
    std::string operator()(const std::vector<std::string>* items) const {
      return list_text(*items);
    }
  } print{key};
  return std::visit(print, member);
}

}  // namespace

Value value_from_text(const Key& key, std::string_view text) {
  if (key.kind == KeyKind::boolean && (text == "true" || text == "false")) return text == "true";
  if (key.kind == KeyKind::count) {
    if (const auto number = parse_number<std::int64_t>(text)) return *number;
  }
  if (key.kind == KeyKind::list) return split(text, ',');
  return std::string(text);
}

Setting setting_of(LoadedConfig& loaded, const Key& key) {
  const auto row = static_cast<std::size_t>(&key - config_keys().data());
  return {key, dotted(key), key.member(loaded.config), &loaded.origins[row]};
}

void set_value(LoadedConfig& loaded, const Setting& setting, const Value& value, std::string origin,
               std::string place) {
  std::string fault = assign(setting, value);
  if (fault.empty()) {
    *setting.origin = std::move(origin);
  } else {
    loaded.faults.push_back({std::move(place), std::move(fault)});
  }
}

std::string to_toml(const Key& key, const Config& config) {
  Config copy = config;  // member() wants to be able to write
  return member_text(key, key.member(copy));
}

std::string to_toml(const Key& key, const Config::Channel& rules) {
  Config::Channel copy = rules;
  return member_text(key, key.rule(copy));
}

std::string default_toml(const Key& key) { return to_toml(key, Config()); }

std::string range_text(const Key& key) {
  if (key.kind != KeyKind::count && key.kind != KeyKind::size && key.kind != KeyKind::duration) {
    return "";
  }
  return number_text(key, key.min) + " to " + number_text(key, key.max);
}

std::string expectation(const Key& key) {
  switch (key.kind) {
    case KeyKind::boolean: return "true or false";
    case KeyKind::count: return "an integer from " + range_text(key);
    case KeyKind::size: return "a size from " + range_text(key);
    case KeyKind::duration: return "a duration from " + range_text(key);
    case KeyKind::text: return "a string";
    case KeyKind::list: return "a list of strings";
    case KeyKind::choice: break;
  }
  std::string out;
  for (const std::string& choice : split(key.choices, '|')) {
    out += (out.empty() ? "one of " : ", ") + quoted(choice);
  }
  return out;
}

std::string example(const Key& key) {
  if (key.example.empty()) return default_toml(key);
  return key.kind == KeyKind::list ? list_text({std::string(key.example)}) : quoted(key.example);
}

}  // namespace parley::server
