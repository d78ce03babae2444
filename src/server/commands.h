// The commands of `parley` with their options and help, as one table: what the command line takes
// apart (command_line.cc) and prints as help.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace parley::server {

inline constexpr std::size_t kMaxArguments = 2;
inline constexpr std::string_view kSecretFileFlag = "--secret-file";
inline constexpr std::string_view kNoCastFlag = "--no-cast";

// An option of one command, besides the keys of the configuration.
struct Option {
  std::string_view flag;   // "--user"
  std::string_view value;  // empty: it is given or not
  std::string_view help;
};

struct Command {
  std::string_view name;  // two words: of a group
  std::string_view summary;
  std::string_view help;
  std::span<const Option> options = {};
  std::span<const std::string_view> arguments = {};  // at most kMaxArguments
  bool takes_keys = false;                           // --listen …, --set
  bool takes_file = false;                           // -c
  bool takes_errors = false;
};

// The last one is `version`.
std::span<const Command> commands();

// What was given of a command's own options and arguments.
struct CommandOptions {
  const std::map<std::string, std::string>& values;  // by flag; empty: not given
  const std::map<std::string, bool>& switches;
  const std::array<std::string, kMaxArguments>& arguments;

  const std::string& text(const std::string& flag) const { return values.at(flag); }
  bool is_set(const std::string& flag) const { return switches.at(flag); }
};

}  // namespace parley::server
