#include "server/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/error.h"
#include "server/config_doc.h"
#include "server/config_keys.h"
#include "server/demo.h"

namespace parley::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kHookResult = 7;

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
  std::string hook;  // which was called
  Config config;     // with what
};

Outcome run(const std::vector<std::string>& arguments, const Environment& environment = {}) {
  Outcome outcome;
  const auto hook = [&](const char* name) {
    return [&outcome, name](const Config& config) {
      outcome.hook = name;
      outcome.config = config;
      return kHookResult;
    };
  };
  std::ostringstream out;
  std::ostringstream err;
  outcome.code = run_command_line(arguments, environment, out, err,
                                  {.serve = hook("serve"), .demo = hook("demo")});
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

std::string line_with(const std::string& text, const std::string& begin) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(begin)) return line;
  }
  return "no line begins with " + begin;
}

TEST(CommandLine, HandsTheConfigurationToTheHook) {
  const Outcome served =
      run({"serve", "--listen", "127.0.0.1:1", "--listen=[::1]:2,unix:/x", "--threads", "3",
           "--tls", "self", "--allow-origin", "http://a.example", "--log-level", "debug", "--set",
           "limits.message_bytes=1MiB", "--set", "plain.ping=a=b"});
  EXPECT_EQ(served.code, kHookResult);
  EXPECT_EQ(served.err, "");
  EXPECT_EQ(served.hook, "serve");
  EXPECT_THAT(served.config.server.listen, ElementsAre("127.0.0.1:1", "[::1]:2", "unix:/x"));
  EXPECT_EQ(served.config.server.threads, 3);
  EXPECT_EQ(served.config.server.tls, "self");
  EXPECT_THAT(served.config.http.allowed_origins, ElementsAre("http://a.example"));
  EXPECT_EQ(served.config.log.level, "debug");
  EXPECT_EQ(served.config.limits.message_bytes, 1 << 20);
  EXPECT_EQ(served.config.plain.ping, "a=b");

  const Outcome demo = run({"demo"}, {{"PARLEY_SERVER__THREADS", "2"}});
  EXPECT_EQ(demo.code, kHookResult);
  EXPECT_EQ(demo.hook, "demo");
  EXPECT_EQ(demo.config.server.threads, 2);
}

TEST(CommandLine, DemoHasAKeyWhereNobodyElseCanUseIt) {
  EXPECT_THAT(run({"demo"}).config.api.keys, ElementsAre(kDemoApiKey));
  EXPECT_THAT(run({"demo", "--listen", "unix:/x"}).config.api.keys, ElementsAre(kDemoApiKey));
  EXPECT_THAT(run({"demo", "--api-key", "one-of-mine", "--api-key", "and-another"}).config.api.keys,
              ElementsAre("one-of-mine", "and-another"));
  const Environment secret{{"PARLEY_SERVER__TOKEN_SECRET", std::string(32, 's')}};
  const Outcome open = run({"demo", "--listen", "127.0.0.1:1,0.0.0.0:2"}, secret);
  EXPECT_EQ(open.hook, "demo");
  EXPECT_THAT(open.config.api.keys, ElementsAre());
  EXPECT_THAT(run({"serve"}).config.api.keys, ElementsAre());
}

TEST(CommandLine, SetsKeysOfNamespaces) {
  const Outcome served = run({"serve", "--set", "namespace.chat.durable=true", "--set",
                              "storage.path=x.db", "--insecure", "all"});
  EXPECT_EQ(served.err, "");
  ASSERT_FALSE(served.config.namespaces.empty());
  EXPECT_EQ(served.config.namespaces[0].name, "chat");
  EXPECT_TRUE(served.config.namespaces[0].rules.durable);
  EXPECT_THAT(served.config.client.insecure, ElementsAre("all"));
}

TEST(CommandLine, ReadsTheFile) {
  const std::string path = testing::TempDir() + "parley-command-" + std::to_string(getpid());
  std::ofstream(path) << "[server]\nthreads = 5\n";
  EXPECT_EQ(run({"serve", "-c", path}).config.server.threads, 5);
  EXPECT_EQ(run({"serve", "--config", path, "--threads", "6"}).config.server.threads, 6);
  std::remove(path.c_str());
  const Outcome gone = run({"serve", "-c", path});
  EXPECT_EQ(gone.code, 2);
  EXPECT_EQ(gone.hook, "");
  EXPECT_EQ(gone.err, path +
                          ": the file cannot be read: No such file or directory\n"
                          "parley: 1 fault in the configuration\n");
}

TEST(CommandLine, WrongUsageNamesWhatWasMeant) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"serv"}, "parley: unknown command serv; did you mean serve?\nTry: parley --help\n"},
      {{"frobnicate"}, "parley: unknown command frobnicate\nTry: parley --help\n"},
      {{"config", "chek"},
       "parley: unknown command chek; did you mean check?\nTry: parley config --help\n"},
      {{"serve", "--lsten", "x"},
       "parley: unknown option --lsten; did you mean --listen?\nTry: parley serve --help\n"},
      {{"serve", "--lsten=x"},
       "parley: unknown option --lsten; did you mean --listen?\nTry: parley serve --help\n"},
      {{"serve", "demo"}, "parley: unknown argument demo\nTry: parley serve --help\n"},
      {{"demo", "-c", "x"}, "parley: unknown option -c\nTry: parley demo --help\n"},
      {{"version", "--errors"}, "parley: unknown option --errors\nTry: parley version --help\n"},
      {{"config", "doc", "--error"},
       "parley: unknown option --error; did you mean --errors?\nTry: parley config doc --help\n"},
      {{"serve", "--set", "x"},
       "parley: --set: expected section.key=value; got x\nTry: parley serve --help\n"},
      {{"serve", "--set", "=x"},
       "parley: --set: expected section.key=value; got =x\nTry: parley serve --help\n"},
  };
  for (const auto& [arguments, err] : cases) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, err);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.hook, "");
  }
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"serve", "--threads"},
        {"serve", "--threads", "1", "--threads", "2"}}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, StartsWith("parley: --threads: "));
  }
}

TEST(CommandLine, NoServerStartsWithAFault) {
  for (const char* command : {"serve", "demo"}) {
    const Outcome outcome = run({command, "--listen", "0.0.0.0:80", "--threads", "x"});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.hook, "");
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("flag --threads: server.threads: expected an integer"));
    EXPECT_THAT(outcome.err, HasSubstr("flag --listen: server.listen: http://0.0.0.0:80 can be"));
    EXPECT_THAT(outcome.err, HasSubstr("parley: 2 faults in the configuration\n"));
  }
}

TEST(CommandLine, HelpAndVersion) {
  EXPECT_EQ(run({}).code, 2);
  EXPECT_THAT(run({}).err, HasSubstr("Usage: parley COMMAND"));
  for (const char* flag : {"-h", "--help"}) {
    EXPECT_EQ(run({flag}).code, 0);
    for (const char* command :
         {"demo", "serve", "config init", "config check", "config doc", "version"}) {
      EXPECT_THAT(run({flag}).out, HasSubstr("\n  " + std::string(command) + "  "));
    }
    const Outcome help = run({"serve", flag});
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.hook, "");
    for (const Key& key : config_keys()) {
      if (key.flag.empty()) continue;
      EXPECT_THAT(help.out, HasSubstr("\n  " + std::string(key.flag) + " "));
    }
  }
  EXPECT_EQ(run({"version"}).out, run({"--version"}).out);
  EXPECT_TRUE(std::regex_match(run({"version"}).out, std::regex(R"(parley \d+\.\d+\.\d+\n)")));
}

TEST(CommandLine, CheckShowsValuesWithTheirOrigin) {
  const Outcome outcome =
      run({"config", "check", "--threads", "4"}, {{"PARLEY_LOG__LEVEL", "off"}});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(line_with(outcome.out, "threads"),
            "threads = 4                                       # flag --threads");
  EXPECT_EQ(line_with(outcome.out, "level"),
            "level = \"off\"                                     # environment PARLEY_LOG__LEVEL");
  EXPECT_EQ(line_with(outcome.out, "message_bytes"),
            "message_bytes = \"64KiB\"                           # default");
  const Outcome faulty = run({"config", "check", "--threads", "x"});
  EXPECT_EQ(faulty.code, 2);
  EXPECT_EQ(faulty.out, "");
}

// What a program prints for itself it must also read.
void expect_loads(const std::string& toml) {
  const std::string path = testing::TempDir() + "parley-printed-" + std::to_string(getpid());
  std::ofstream(path) << toml;
  const Outcome outcome = run({"config", "check", "-c", path});
  std::remove(path.c_str());
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.code, 0);
}

TEST(CommandLine, InitPrintsAFileThatLoads) {
  const std::string text = run({"config", "init"}).out;
  EXPECT_THAT(text, HasSubstr("\n# [[namespace]]\n# name = \"chat\"\n"));
  expect_loads(text);
  const std::string active =
      std::regex_replace(text, std::regex("\n# (\\[\\[|[a-z_]+ = )"), "\n$1");
  for (const Key& key : config_keys()) {
    EXPECT_THAT(active, HasSubstr("\n" + std::string(key.name) + " = " + default_toml(key) + "\n"));
  }
  expect_loads(active);
  expect_loads(run({"config", "check"}).out);
  expect_loads(run({"config", "check", "--set", "namespace.a.b-c.history_size=3", "--set",
                    "namespace.d.presence=false", "--set", "namespace.d.join_leave=off"})
                   .out);
}

TEST(CommandLine, DocNamesEveryKeyAndEveryError) {
  const std::string keys = run({"config", "doc"}).out;
  for (const Key& key : config_keys()) {
    EXPECT_THAT(keys,
                HasSubstr("| `" + std::string(key.name) + "` | `" + default_toml(key) + "` |"));
  }
  EXPECT_THAT(line_with(keys, "| `name`"),
              HasSubstr("| - | string | What stands before the colon"));
  EXPECT_THAT(
      line_with(keys, "| `message_bytes`"),
      HasSubstr("| 1 to 1GiB | A WebSocket message, after joining its fragments and inflating. "
                "The client sees `ws_message_too_big` (303): close code 1009. |"));
  const std::string errors = run({"config", "doc", "--errors"}).out;
  for (const ErrorInfo& error : error_catalogue()) {
    EXPECT_THAT(errors, HasSubstr("| " + std::to_string(static_cast<int>(error.code)) + " | `" +
                                  std::string(error.name) + "` | "));
  }
  EXPECT_THAT(errors,
              HasSubstr("| 201 | `http_bad_request` | The request breaks the rules of HTTP/1.1. | "
                        "400 | - | no |\n"));
}

// Every cell of a row is told apart from the next by an unescaped bar, as in the table's head.
TEST(CommandLine, MarkdownTablesKeepTheirColumns) {
  const std::pair<std::string, std::ptrdiff_t> pages[] = {{config_doc_text(), 5},
                                                          {errors_doc_text(), 7}};
  for (const auto& [page, bars] : pages) {
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("|")) continue;
      line = std::regex_replace(line, std::regex(R"(\\\|)"), "");
      EXPECT_EQ(std::count(line.begin(), line.end(), '|'), bars) << line;
    }
  }
}

TEST(Wrap, BreaksAtSpacesOnly) {
  EXPECT_EQ(wrap("one two three", "# ", 9), "# one two\n# three\n");
  EXPECT_EQ(wrap("abcdefghijkl mn", "", 5), "abcdefghijkl\nmn\n");
  EXPECT_EQ(wrap("", "# ", 9), "");
}

}  // namespace
}  // namespace parley::server
