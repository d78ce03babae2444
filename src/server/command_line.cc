#include "server/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/clock.h"
#include "base/nearest_name.h"
#include "server/bench_command.h"
#include "server/commands.h"
#include "server/config_doc.h"
#include "server/config_keys.h"
#include "server/demo.h"
#include "server/token_command.h"
#include "server/verify_command.h"

extern char** environ;

namespace parley::server {
namespace {

constexpr int kWrongUsage = 2;
constexpr std::size_t kHelpColumns = 96;

constexpr std::string_view kSettingHelp = R"(
Every key of `parley config doc` can be set, the later winning over the earlier, in
  a TOML file      parley serve -c parley.toml
  the environment  PARLEY_LIMITS__MESSAGE_BYTES=1MiB
  a flag           --set limits.message_bytes=1MiB
The rules of the channels "chat:NAME" are set as --set namespace.chat.history_size=100.
)";

std::string option_line(const std::string& option, const std::string& text) {
  return "  " + option + "\n" + wrap(text, "        ", kHelpColumns);
}

std::string general_help(std::string_view group) {
  std::string out =
      "Parley, a real-time messaging server.\n\nUsage: parley COMMAND [OPTIONS]\n\nCommands:\n";
  for (const Command& command : commands()) {
    if (!command.name.starts_with(group)) continue;
    std::string name(command.name);
    name.resize(16, ' ');
    out += "  " + name + std::string(command.summary) + "\n";
  }
  return out + std::string(kSettingHelp) + "\n`parley COMMAND --help` tells a command's options.\n";
}

std::string command_help(const Command& command) {
  std::string out = "Usage: parley " + std::string(command.name) + " [OPTIONS]";
  for (const std::string_view argument : command.arguments) out += " " + std::string(argument);
  out += "\n\n";
  out += wrap(command.help, "", kHelpColumns) + "\nOptions:\n";
  if (command.takes_file) out += option_line("-c, --config FILE", "The configuration, in TOML.");
  for (const Option& option : command.options) {
    const std::string value = option.value.empty() ? "" : " " + std::string(option.value);
    out += option_line(std::string(option.flag) + value, std::string(option.help));
  }
  if (command.takes_errors) out += option_line("--errors", "The error catalogue instead.");
  if (command.takes_keys) {
    for (const Key& key : config_keys()) {
      if (key.flag.empty()) continue;
      const std::string repeat = key.kind == KeyKind::list ? " May be given more than once." : "";
      out += option_line(std::string(key.flag) + " " + std::string(key.flag_value),
                         describe(key) + repeat + " Default: " + default_toml(key) + ".");
    }
    out += option_line("--set SECTION.KEY=VALUE",
                       "Any key of `parley config doc`, as in --set "
                       "limits.message_bytes=1MiB. May be repeated.");
  }
  out += option_line("-h, --help", "This text.");
  return command.takes_keys ? out + std::string(kSettingHelp) : out;
}

// The arguments as CLI11 takes them apart. It is asked to let unknown ones pass, so that we can
// refuse them with the name that was probably meant.
class Arguments {
 public:
  Arguments() {
    app_.require_subcommand(0, 1);
    prepare(app_);
    app_.add_flag("-V,--version", version_);
    for (CLI::App* group : {config_, token_}) {
      group->require_subcommand(0, 1);
      prepare(*group);
    }
    for (const Command& command : commands()) add(command);
  }

  // Answers what is wrong, or "".
  std::string parse(const std::vector<std::string>& arguments) {
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // it pops
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    if (help_) return "";
    const std::vector<std::string> unknown = app_.remaining(true);
    return unknown.empty() ? "" : refuse(unknown.front());
  }

  // Null: none was named; then group() is "config", "token" or "".
  const Command* command() const {
    for (const auto& [app, command] : apps_) {
      if (app->parsed()) return command;
    }
    return nullptr;
  }
  std::string_view group() const {
    if (token_->parsed()) return "token";
    return config_->parsed() ? "config" : "";
  }

  bool help() const { return help_; }
  bool version() const { return version_; }
  bool errors() const { return errors_; }
  const std::string& file() const { return file_; }
  const std::string& argument(std::size_t index) const { return arguments_[index]; }
  // The value of an option of the command's own; empty: not given.
  const std::string& option(const std::string& flag) const { return options_.at(flag); }
  CommandOptions own_options() const { return {options_, switches_, arguments_}; }

  std::vector<Flag> flags() const {
    std::vector<Flag> flags;
    for (const Key& key : config_keys()) {
      const auto given = values_.find(std::string(key.flag));
      if (given == values_.end() || given->second.empty()) continue;
      flags.push_back({given->first, dotted(key), CLI::detail::join(given->second, ",")});
    }
    if (const std::string& path = option(std::string(kSecretFileFlag)); !path.empty()) {
      flags.push_back({std::string(kSecretFileFlag), "server.token_secret_file", path});
    }
    for (const std::string& assignment : assignments_) {
      const std::size_t equals = assignment.find('=');  // there is one: add() checks it
      flags.push_back({"--set", assignment.substr(0, equals), assignment.substr(equals + 1)});
    }
    return flags;
  }

 private:
  void prepare(CLI::App& app) {
    app.set_help_flag();  // ours tells more
    app.allow_extras();
    app.add_flag("-h,--help", help_);
  }

  void add(const Command& command) {
    const std::size_t space = command.name.find(' ');
    CLI::App& parent = space == std::string_view::npos      ? app_
                       : command.name.starts_with("config") ? *config_
                                                            : *token_;
    CLI::App& app = *parent.add_subcommand(std::string(command.name.substr(space + 1)));
    apps_.emplace_back(&app, &command);
    prepare(app);
    if (command.takes_file) app.add_option("-c,--config", file_)->type_name("FILE");
    for (const Option& option : command.options) {
      const std::string flag(option.flag);
      if (option.value.empty()) {
        app.add_flag(flag, switches_[flag]);
      } else {
        app.add_option(flag, options_[flag])
            ->type_name(std::string(option.value))
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      }
    }
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      app.add_option(std::string(command.arguments[i]), arguments_[i]);
    }
    if (command.takes_errors) app.add_flag("--errors", errors_);
    if (!command.takes_keys) return;
    for (const Key& key : config_keys()) {
      if (key.flag.empty()) continue;
      CLI::Option* option = app.add_option(std::string(key.flag), values_[std::string(key.flag)]);
      option->type_name(std::string(key.flag_value))->allow_extra_args(false);
      if (key.kind != KeyKind::list)
        option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    }
    app.add_option("--set", assignments_)
        ->type_name("SECTION.KEY=VALUE")
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
          const std::size_t equals = text.find('=');
          const bool good = equals != std::string::npos && equals > 0;
          return good ? "" : "expected section.key=value; got " + text;
        });
  }

  std::string refuse(const std::string& argument) const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    std::vector<std::string> names;
    const bool option = argument.starts_with('-');
    if (option) {
      for (const CLI::Option* each : app->get_options()) {
        for (const std::string& name : each->get_lnames()) names.push_back("--" + name);
      }
    } else {
      for (const CLI::App* each : app->get_subcommands({})) names.push_back(each->get_name());
    }
    const std::string word = argument.substr(0, argument.find('='));
    const std::string kind = option ? "option" : names.empty() ? "argument" : "command";
    const std::string near = nearest_name(word, names);
    return "unknown " + kind + " " + word + (near.empty() ? "" : "; did you mean " + near + "?");
  }

  CLI::App app_;
  CLI::App* config_ = app_.add_subcommand("config");
  CLI::App* token_ = app_.add_subcommand("token");
  std::vector<std::pair<const CLI::App*, const Command*>> apps_;
  bool help_ = false;
  bool version_ = false;
  bool errors_ = false;
  std::string file_;
  std::array<std::string, kMaxArguments> arguments_;
  std::map<std::string, std::string> options_;              // by flag, of all commands
  std::map<std::string, bool> switches_;                    // options without a value
  std::map<std::string, std::vector<std::string>> values_;  // by flag, shared by the commands
  std::vector<std::string> assignments_;
};

int make_token(const Arguments& arguments, const Config& config, std::int64_t now,
               std::ostream& out, std::ostream& err) {
  TokenRequest request;
  request.user = arguments.option("--user");
  request.channel = arguments.option("--channel");
  request.info = arguments.option("--info");
  request.algorithm = arguments.option("--algorithm");
  request.key_file = arguments.option("--key");
  request.key_id = arguments.option("--kid");
  if (!arguments.option("--expires").empty()) request.expires = arguments.option("--expires");
  return make_token(request, config, now, out, err);
}

int explain_token(const Arguments& arguments, const Config& config, std::int64_t now,
                  std::ostream& out, std::ostream& err) {
  std::string token = arguments.argument(0);
  if (token == "-") std::getline(std::cin, token);
  return explain_token(token, config, now, out, err);
}

int run(const Command& command, const Arguments& arguments, const Environment& environment,
        std::ostream& out, std::ostream& err, const CommandHooks& hooks) {
  if (command.name == "version") {
    out << "parley " PARLEY_VERSION "\n";
    return 0;
  }
  if (command.name == "config init") {
    out << config_init_text();
    return 0;
  }
  if (command.name == "config doc") {
    out << (arguments.errors() ? errors_doc_text() : config_doc_text());
    return 0;
  }
  if (command.name == "bench") return bench_command(arguments.own_options(), out, err);
  if (command.name == "verify") return verify_command(arguments.own_options(), out, err);
  const LoadedConfig loaded = load_config({arguments.file(), environment, arguments.flags()});
  if (!loaded.faults.empty()) {
    err << config_faults_text(loaded);
    return kWrongUsage;
  }
  if (command.name == "demo") {
    const DemoFolder folder;
    if (folder.path().empty()) {
      err << "parley: no temporary folder can be made, so nothing is kept on disk\n";
    }
    const bool with_cast = !arguments.own_options().is_set(std::string(kNoCastFlag));
    return hooks.demo(demo_config(loaded, folder.path(), with_cast));
  }
  if (command.name == "serve") return hooks.serve(loaded.config);
  const std::int64_t now = wall_time_ms() / 1000;
  if (command.name == "token make") return make_token(arguments, loaded.config, now, out, err);
  if (command.name == "token explain") {
    return explain_token(arguments, loaded.config, now, out, err);
  }
  out << config_check_text(loaded);
  return 0;
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) {
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, const Environment& environment,
                     std::ostream& out, std::ostream& err, const CommandHooks& hooks) {
  Arguments parsed;
  const std::string fault = parsed.parse(arguments);
  const Command* command = parsed.command();
  const std::string name =
      command == nullptr ? std::string(parsed.group()) : std::string(command->name);
  if (!fault.empty()) {
    err << "parley: " << fault << "\nTry: parley " << name << (name.empty() ? "" : " ")
        << "--help\n";
    return kWrongUsage;
  }
  if (parsed.version()) command = &commands().back();
  if (command == nullptr) {
    (parsed.help() ? out : err) << general_help(parsed.group());
    return parsed.help() ? 0 : kWrongUsage;
  }
  if (parsed.help()) {
    out << command_help(*command);
    return 0;
  }
  return run(*command, parsed, environment, out, err, hooks);
}

int run_command_line(int argc, const char* const* argv, const CommandHooks& hooks) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return run_command_line(arguments, process_environment(), std::cout, std::cerr, hooks);
}

}  // namespace parley::server
