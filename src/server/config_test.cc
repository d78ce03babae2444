#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/config_doc.h"
#include "server/config_keys.h"
#include "server/test_config.h"

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Config good_setting(const std::string& key, const std::string& value) {
  const LoadedConfig loaded = load_config({"", {}, {{"--set", key, value}}});
  EXPECT_THAT(texts(loaded), IsEmpty()) << key << "=" << value;
  return loaded.config;
}

TEST(ConfigKeys, EveryRowIsSound) {
  std::set<std::string> names;
  Config config;
  for (const Key& key : config_keys()) {
    const std::string name = dotted(key);
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    EXPECT_EQ(find_key(name), &key);
    EXPECT_TRUE(key.doc.ends_with('.')) << name;
    switch (key.kind) {
      case KeyKind::boolean: EXPECT_TRUE(std::holds_alternative<bool*>(key.member(config))); break;
      case KeyKind::count:
      case KeyKind::size:
        EXPECT_TRUE(std::holds_alternative<std::uint64_t*>(key.member(config)));
        break;
      case KeyKind::duration:
        EXPECT_TRUE(std::holds_alternative<Config::Milliseconds*>(key.member(config)));
        break;
      case KeyKind::text:
      case KeyKind::choice:
        EXPECT_TRUE(std::holds_alternative<std::string*>(key.member(config)));
        break;
      case KeyKind::list:
        EXPECT_TRUE(std::holds_alternative<std::vector<std::string>*>(key.member(config)));
        break;
    }
  }
}

TEST(ConfigKeys, DefaultsAndExamplesKeepTheirOwnRules) {
  for (const Key& key : config_keys()) {
    for (const std::string& value : {default_toml(key), example(key)}) {
      const TemporaryFile file("[" + std::string(key.section) + "]\n" + std::string(key.name) +
                               " = " + value);
      const LoadedConfig loaded = load_config({file.path(), {}, {}});
      EXPECT_EQ(to_toml(key, loaded.config), value) << dotted(key);
      EXPECT_EQ(loaded.origins[static_cast<std::size_t>(&key - config_keys().data())],
                file.path() + ":2")
          << dotted(key);
    }
  }
}

TEST(ConfigLoad, StartsWithNothing) {
  const LoadedConfig loaded = load_config({});
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_THAT(loaded.config.server.listen, ElementsAre("127.0.0.1:8000"));
  EXPECT_EQ(loaded.config.limits.message_bytes, 65536);
  EXPECT_EQ(loaded.config.limits.ping_interval, 25s);
  EXPECT_TRUE(development_mode(loaded.config));
  EXPECT_EQ(std::set(loaded.origins.begin(), loaded.origins.end()),
            std::set<std::string>{"default"});
}

TEST(ConfigLoad, FlagBeatsEnvironmentBeatsFile) {
  const TemporaryFile file(
      "[limits]\nheader_count = 10\nbody_bytes = \"2KiB\"\nmessage_bytes = 100\n");
  const LoadedConfig loaded = load_config({file.path(),
                                           {{"PARLEY_LIMITS__BODY_BYTES", "3KiB"},
                                            {"PARLEY_LIMITS__MESSAGE_BYTES", "200"},
                                            {"PARLEY_WEB", "OFF"},
                                            {"HOME__X", "y"}},
                                           {{"--set", "limits.message_bytes", "300"}}});
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.config.limits.header_count, 10);
  EXPECT_EQ(loaded.config.limits.body_bytes, 3072);
  EXPECT_EQ(loaded.config.limits.message_bytes, 300);
  const auto origin = [&](std::string_view name) {
    return loaded.origins[static_cast<std::size_t>(find_key(name) - config_keys().data())];
  };
  EXPECT_EQ(origin("limits.header_count"), file.path() + ":2");
  EXPECT_EQ(origin("limits.body_bytes"), "environment PARLEY_LIMITS__BODY_BYTES");
  EXPECT_EQ(origin("limits.message_bytes"), "flag --set");
  EXPECT_EQ(origin("limits.header_bytes"), "default");
}

TEST(ConfigLoad, ReadsEveryTypeFromTheFile) {
  const TemporaryFile file(R"(websocket.compression = false
[server]
listen = ["127.0.0.1:0", "unix:/tmp/x"]
drain_timeout = "500ms"
[limits]
message_bytes = "16MiB"
message_fragments = 65_536
[log]
level = "debug"
)");
  const LoadedConfig loaded = load_config({file.path(), {}, {}});
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_FALSE(loaded.config.websocket.compression);
  EXPECT_THAT(loaded.config.server.listen, ElementsAre("127.0.0.1:0", "unix:/tmp/x"));
  EXPECT_EQ(loaded.config.server.drain_timeout, 500ms);
  EXPECT_EQ(loaded.config.limits.message_bytes, 16 << 20);
  EXPECT_EQ(loaded.config.limits.message_fragments, 65536);
  EXPECT_EQ(loaded.config.log.level, "debug");
}

TEST(ConfigLoad, FileFaultsHaveLineColumnAndTheRightName) {
  const std::pair<std::string, std::string> cases[] = {
      {"[limits]\nmessage_byte = 1\n",
       "F:2:1: unknown key limits.message_byte; did you mean limits.message_bytes?"},
      {"[limits]\n  heade_rcount = 1\n",
       "F:2:3: unknown key limits.heade_rcount; did you mean limits.header_count?"},
      {"[server]\nmessage_bytes = 1\n",
       "F:2:1: unknown key server.message_bytes; did you mean limits.message_bytes?"},
      {"[server]\nzzzzzzzz = 1\n",
       "F:2:1: unknown key server.zzzzzzzz; `parley config doc` lists all keys"},
      {"\n[limit]\nmessage_bytes = 1\n", "F:2:2: unknown table [limit]; did you mean [limits]?"},
      {"[kubernetes]\n", "F:1:2: unknown table [kubernetes]"},
      {"threads = 2\n",
       "F:1:1: key \"threads\" stands outside of any table; did you mean server.threads?"},
      {"log = 3\n", "F:1:1: log is a table; write [log]"},
      {"[server]\nthreads = \"two\"\n",
       "F:2:11: server.threads: expected an integer from 0 to 1024, for example 0; got \"two\""},
      {"[server]\nthreads = \"2\"\n",
       "F:2:11: server.threads: expected an integer from 0 to 1024, for example 0; got \"2\""},
      {"[server]\nthreads = 1025\n",
       "F:2:11: server.threads: expected an integer from 0 to 1024, for example 0; got 1025"},
      {"[server]\nthreads = -1\n",
       "F:2:11: server.threads: expected an integer from 0 to 1024, for example 0; got -1"},
      {"[server]\nthreads = 1.5\n",
       "F:2:11: server.threads: expected an integer from 0 to 1024, for example 0; got a number "
       "with a fraction"},
      {"[server]\nthreads = 2026-01-01\n",
       "F:2:11: server.threads: expected an integer from 0 to 1024, for example 0; got a date or "
       "time"},
      {"[server.threads]\n",
       "F:1:1: server.threads: expected an integer from 0 to 1024, for example 0; got a table"},
      {"[server]\nlisten = \"127.0.0.1:1\"\n",
       "F:2:10: server.listen: expected a list of strings, for example [\"127.0.0.1:8000\"]; got "
       "\"127.0.0.1:1\""},
      {"[server]\nlisten = [1]\n",
       "F:2:10: server.listen: expected a list of strings, for example [\"127.0.0.1:8000\"]; got a "
       "list that holds something else"},
      {"[server]\nlisten = [\"127.0.0.1:1\", \":80\"]\n",
       "F:2:10: server.listen: the address is missing; 0.0.0.0 or [::] means every interface, for "
       "example [\"127.0.0.1:8000\"]; got \":80\""},
      {"[websocket]\ncompression = \"yes\"\n",
       "F:2:15: websocket.compression: expected true or false, for example true; got \"yes\""},
      {"[log]\nlevel = \"loud\"\n",
       "F:2:9: log.level: expected one of \"trace\", \"debug\", \"info\", \"warning\", \"error\", "
       "\"off\", for example \"info\"; got \"loud\""},
      {"[limits]\nping_interval = 3\n",
       "F:2:17: limits.ping_interval: expected a duration from 10ms to 1h, for example \"25s\"; "
       "got "
       "3"},
      {"[plain]\nping = \"" + std::string(126, 'x') + "\"\n",
       "F:2:8: plain.ping: longer than 125 bytes"},
  };
  for (const auto& [toml, fault] : cases)
    EXPECT_THAT(faults_of_file(toml), ElementsAre(fault)) << toml;
}

TEST(ConfigLoad, SyntaxFaultsHaveLineAndColumn) {
  EXPECT_THAT(faults_of_file("[server]\nthreads = = 2\n"), ElementsAre(StartsWith("F:2:11: ")));
  EXPECT_THAT(faults_of_file("[log]\nlevel = \"info\"\nlevel = \"off\"\n"),
              ElementsAre(StartsWith("F:3:")));
  EXPECT_THAT(faults_of_file("\xff"), ElementsAre(StartsWith("F:1:1: ")));
}

TEST(ConfigLoad, AllFaultsAreToldInTheOrderOfTheirLines) {
  EXPECT_THAT(
      faults_of_file("[server]\nthread = 1\ntls = 3\n[http]\nmetric = 1\n[log]\nformat = 1\n"),
      ElementsAre(StartsWith("F:2:1: unknown key server.thread;"),
                  StartsWith("F:3:7: server.tls: expected a string"),
                  StartsWith("F:5:1: unknown key http.metric;"),
                  StartsWith("F:7:10: log.format: expected one of")));
}

TEST(ConfigLoad, FileThatCannotBeRead) {
  EXPECT_THAT(texts(load_config({"/no/such/file", {}, {}})),
              ElementsAre("/no/such/file: the file cannot be read: No such file or directory"));
  EXPECT_THAT(texts(load_config({"/", {}, {}})),
              ElementsAre(StartsWith("/: the file cannot be read")));
  EXPECT_THAT(faults_of_file(std::string((1 << 20) + 1, '#')),
              ElementsAre("F: the file is larger than 1MiB"));
}

TEST(ConfigLoad, UnknownVariables) {
  EXPECT_THAT(texts(load_config({"", {{"PARLEY_LIMITS__MESSAGE_BYTE", "1"}}, {}})),
              ElementsAre("environment PARLEY_LIMITS__MESSAGE_BYTE: unknown variable; did you mean "
                          "PARLEY_LIMITS__MESSAGE_BYTES?"));
  EXPECT_THAT(
      texts(load_config({"", {{"PARLEY_X__Y", "1"}}, {}})),
      ElementsAre("environment PARLEY_X__Y: unknown variable; `parley config doc` lists all "
                  "keys"));
  EXPECT_THAT(texts(load_config({"", {{"PARLEY_SERVER__THREADS", ""}}, {}})),
              ElementsAre("environment PARLEY_SERVER__THREADS: server.threads: expected an integer "
                          "from 0 to 1024, for example 0; got \"\""));
}

TEST(ConfigLoad, UnknownFlagKeys) {
  EXPECT_THAT(faults_of_setting("limts.message_bytes", "1"),
              ElementsAre("flag --set: unknown key limts.message_bytes; did you mean "
                          "limits.message_bytes?"));
  EXPECT_THAT(faults_of_setting("ping_intervall", "1"),
              ElementsAre("flag --set: unknown key ping_intervall; did you mean "
                          "limits.ping_interval?"));
}

TEST(ConfigValues, Sizes) {
  const std::pair<const char*, std::uint64_t> good[] = {
      {"0", 0}, {"1", 1}, {"64KiB", 65536}, {"1MiB", 1 << 20}, {"1GiB", 1 << 30}, {"12B", 12}};
  for (const auto& [text, bytes] : good) {
    EXPECT_EQ(good_setting("limits.body_bytes", text).limits.body_bytes, bytes) << text;
  }
  for (const char* text : {"", "KiB", "64KB", "64kib", "64 KiB", "-1", "1.5KiB", "2GiB", "1KiBx",
                           "18014398509481985KiB", "99999999999999999999", "+1"}) {
    EXPECT_THAT(faults_of_setting("limits.body_bytes", text),
                ElementsAre("flag --set: limits.body_bytes: expected a size from 0 to 1GiB, for "
                            "example \"1MiB\"; got \"" +
                            std::string(text) + "\""));
  }
}

TEST(ConfigValues, Durations) {
  const std::pair<const char*, std::chrono::milliseconds> good[] = {
      {"10ms", 10ms}, {"3s", 3s}, {"2m", 2min}, {"1h", 1h}, {"3600000ms", 1h}};
  for (const auto& [text, time] : good) {
    EXPECT_EQ(good_setting("limits.ping_interval", text).limits.ping_interval, time) << text;
  }
  for (const char* text :
       {"", "25", "s", "9ms", "0s", "61m", "1.5s", "1 s", "1S", "1d", "-1s", "5124095576030432h"}) {
    EXPECT_THAT(
        faults_of_setting("limits.ping_interval", text),
        ElementsAre("flag --set: limits.ping_interval: expected a duration from 10ms to 1h, "
                    "for example \"25s\"; got \"" +
                    std::string(text) + "\""));
  }
}

TEST(ConfigValues, Lists) {
  EXPECT_THAT(good_setting("http.allowed_origins", "https://a.example,http://b.example:81")
                  .http.allowed_origins,
              ElementsAre("https://a.example", "http://b.example:81"));
  EXPECT_THAT(good_setting("http.allowed_origins", "").http.allowed_origins, IsEmpty());
}

TEST(ConfigValues, Origins) {
  EXPECT_THAT(good_setting("http.allowed_origins", "*").http.allowed_origins, ElementsAre("*"));
  const std::pair<std::string, std::string> cases[] = {
      {"a.example", "an origin begins with http:// or https://"},
      {"null", "an origin begins with http:// or https://"},
      {"https://", "the host is missing"},
      {"https://a.example/", "an origin ends with its host or port, without a path or a slash"},
      {"https://u@a.example", "an origin ends with its host or port, without a path or a slash"},
      {"https://A.example", "a host is written in lower-case ASCII"},
      {"https://a.example:443", "browsers leave out the scheme's own port"},
      {"http://a.example:80", "browsers leave out the scheme's own port"},
  };
  for (const auto& [origin, why] : cases) {
    EXPECT_THAT(
        faults_of_setting("http.allowed_origins", origin),
        ElementsAre("flag --set: http.allowed_origins: " + why +
                    ", for example [\"https://chat.example.com\"]; got \"" + origin + "\""));
  }
}

TEST(ConfigValues, MediaTypes) {
  EXPECT_THAT(good_setting("files.types", "image/*,text/plain,*/*").files.types,
              ElementsAre("image/*", "text/plain", "*/*"));
  for (const char* type : {"image", "*", "IMAGE/PNG", "image/jpg", "image/png; q=1", "/*"}) {
    EXPECT_THAT(faults_of_setting("files.types", type),
                ElementsAre(StartsWith("flag --set: files.types: a media type is written")))
        << type;
  }
}

TEST(ConfigValues, Paths) {
  for (const char* path : {"", "/", "echo", "/echo/", "/a b", "/é", "/a?b", "/health", "/metrics",
                           "/api", "/api/x", "/files", "/files/x"}) {
    EXPECT_THAT(faults_of_setting("plain.echo_path", path),
                ElementsAre(StartsWith("flag --set: plain.echo_path: ")))
        << path;
  }
  EXPECT_EQ(good_setting("plain.echo_path", "/a-b/c_~.9").plain.echo_path, "/a-b/c_~.9");
  EXPECT_THAT(faults_of_setting("plain.echo_path", "/room"),
              ElementsAre(HasSubstr("among the rooms")));
  EXPECT_THAT(faults_of_setting("plain.echo_path", "/room/x"),
              ElementsAre(HasSubstr("among the rooms")));
  EXPECT_EQ(good_setting("plain.echo_path", "/rooms").plain.echo_path, "/rooms");
  EXPECT_EQ(good_setting("plain.echo_path", "/apiary").plain.echo_path, "/apiary");
  EXPECT_EQ(good_setting("centrifuge.path", "/ws").centrifuge.path, "/ws");
  EXPECT_THAT(faults_of_setting("centrifuge.path", "/room/ws"),
              ElementsAre("flag --set: centrifuge.path: /room/ws lies among the rooms of "
                          "plain.room_path, /room"));
  EXPECT_THAT(faults_of_setting("plain.room_path", "/connection"),
              ElementsAre("centrifuge.path: /connection/websocket lies among the rooms of "
                          "plain.room_path, /connection"));
  EXPECT_THAT(faults_of_setting("centrifuge.path", "/echo"),
              ElementsAre("flag --set: centrifuge.path: /echo is plain.echo_path as well"));
}

TEST(ConfigValues, PathsOfTheApps) {
  EXPECT_THAT(faults_of_setting("plain.room_path", "/chat"),
              ElementsAre("flag --set: plain.room_path: /chat belongs to the app at /chat; choose "
                          "another path, or set http.apps to false"));
  EXPECT_THAT(faults_of_setting("centrifuge.path", "/lab/ws"),
              ElementsAre(HasSubstr("/lab/ws belongs to the app at /lab")));
  EXPECT_EQ(good_setting("plain.room_path", "/chats").plain.room_path, "/chats");
  const LoadedConfig loaded =
      load_config({"", {{"PARLEY_HTTP__APPS", "false"}}, {{"--set", "plain.room_path", "/chat"}}});
  EXPECT_THAT(texts(loaded), IsEmpty());
}

TEST(ConfigValidation, TextHeartbeat) {
  EXPECT_EQ(good_setting("plain.ping", "").plain.ping, "");
  EXPECT_THAT(faults_of_setting("plain.pong", ""),
              ElementsAre("flag --set: plain.pong: the answer to plain.ping is empty"));
}

TEST(ConfigValidation, DevelopmentModeStaysOnLoopback) {
  for (const char* listen : {"0.0.0.0:8000", "[::]:8000", "127.0.0.1:8000,192.168.1.2:8000"}) {
    EXPECT_THAT(
        faults_of_setting("server.listen", listen),
        ElementsAre(HasSubstr("can be reached by other machines, but there is no token secret")))
        << listen;
  }
  EXPECT_THAT(
      faults_of_setting("server.listen", "0.0.0.0:80"),
      ElementsAre("flag --set: server.listen: http://0.0.0.0:80 can be reached by other "
                  "machines, but there is no token secret, so anyone could take any name; "
                  "listen on 127.0.0.1, or run `openssl rand -hex 32 > token.secret` and set "
                  "server.token_secret_file to \"token.secret\""));
  const LoadedConfig loaded = load_config({"",
                                           {{"PARLEY_SERVER__TOKEN_SECRET", std::string(32, 's')}},
                                           {{"--listen", "server.listen", "0.0.0.0:80"}}});
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_FALSE(development_mode(loaded.config));
}

TEST(ConfigValidation, SecretFile) {
  const std::string secret(32, 'k');
  const TemporaryFile file(secret + "\r\n");
  const Config config = good_setting("server.token_secret_file", file.path());
  EXPECT_EQ(config.server.token_secret, secret);

  const LoadedConfig both =
      load_config({"",
                   {{"PARLEY_SERVER__TOKEN_SECRET", secret}},
                   {{"--token-secret-file", "server.token_secret_file", file.path()}}});
  EXPECT_THAT(texts(both), ElementsAre("flag --token-secret-file: server.token_secret_file: "
                                       "server.token_secret is set as well; keep one of the two"));
  const LoadedConfig missing =
      load_config({"",
                   {},
                   {{"--listen", "server.listen", "0.0.0.0:80"},
                    {"--token-secret-file", "server.token_secret_file", "/no/such"}}});
  EXPECT_THAT(texts(missing),
              ElementsAre("flag --token-secret-file: server.token_secret_file: /no/such: "
                          "the file cannot be read: No such file or directory"));
  const TemporaryFile empty("\n");
  EXPECT_THAT(faults_of_setting("server.token_secret_file", empty.path()),
              ElementsAre(HasSubstr("the file is empty")));
}

TEST(ConfigValidation, SecretsAreNeverShown) {
  const TemporaryFile file("hunter2\n");
  for (const auto& faults : {faults_of_setting("server.token_secret", "hunter2"),
                             faults_of_setting("server.token_secret_file", file.path()),
                             faults_of_file("[server]\ntoken_secret = [\"hunter2\"]\n")}) {
    ASSERT_EQ(faults.size(), 1);
    EXPECT_THAT(faults[0], HasSubstr("got a value that is not shown, as it is secret"));
    EXPECT_EQ(faults[0].find("hunter2"), std::string::npos);
  }
  const LoadedConfig loaded = load_config(
      {"", {{"PARLEY_SERVER__TOKEN_SECRET", "hunter2hunter2hunter2hunter2hunter2"}}, {}});
  const std::string shown = config_check_text(loaded);
  EXPECT_EQ(shown.find("hunter2"), std::string::npos);
  EXPECT_THAT(shown, HasSubstr("token_secret = \"(set, not shown)\""));
}

TEST(ConfigValidation, ApiKeys) {
  EXPECT_THAT(good_setting("api.keys", "01234567,abcdefghi").api.keys,
              ElementsAre("01234567", "abcdefghi"));
  const std::pair<const char*, const char*> cases[] = {
      {"12345678,1234567", "a key has at least 8 characters"},
      {"1234 5678", "a key is in ASCII, without spaces"},
      {"1234567é", "a key is in ASCII, without spaces"},
      {"1234567\x7f", "a key is in ASCII, without spaces"},
  };
  for (const auto& [keys, why] : cases) {
    EXPECT_THAT(faults_of_setting("api.keys", keys),
                ElementsAre("flag --set: api.keys: " + std::string(why) +
                            ", for example [\"5f2c8a90d1e7\"]; got a value that is not shown, as "
                            "it is secret"));
  }
  const LoadedConfig loaded = load_config({"", {{"PARLEY_API__KEYS", "hunter2hunter2"}}, {}});
  const std::string shown = config_check_text(loaded);
  EXPECT_EQ(shown.find("hunter2"), std::string::npos);
  EXPECT_THAT(shown, HasSubstr("keys = [\"(set, not shown)\"]"));
  EXPECT_THAT(config_check_text(load_config({})), HasSubstr("\nkeys = []  "));
}

TEST(ConfigValidation, WebRoot) {
  EXPECT_THAT(faults_of_setting("http.web_root", "/no/such/folder"),
              ElementsAre("flag --set: http.web_root: /no/such/folder/index.html: the file cannot "
                          "be read: No such file or directory"));
}

TEST(ConfigValidation, Storage) {
  EXPECT_EQ(good_setting("storage.path", "/var/lib/parley.db").storage.path, "/var/lib/parley.db");
  EXPECT_EQ(good_setting("storage.sync", "normal").storage.sync, "normal");
  EXPECT_THAT(faults_of_setting("storage.sync", "off"),
              ElementsAre("flag --set: storage.sync: expected one of \"full\", \"normal\", for "
                          "example \"full\"; got \"off\""));
}

LoadedConfig with_insecure(const std::string& listen, const std::string& insecure,
                           const Environment& environment = {}) {
  return load_config(
      {"",
       environment,
       {{"--listen", "server.listen", listen}, {"--insecure", "client.insecure", insecure}}});
}

TEST(ConfigValidation, InsecureListeners) {
  for (const char* insecure : {"", "all", "127.0.0.1:1", "http://localhost:1,unix:/x", "[::1]:0"}) {
    EXPECT_THAT(texts(with_insecure("127.0.0.1:1,unix:/x,[::1]:0", insecure)), IsEmpty())
        << insecure;
  }
  EXPECT_THAT(
      texts(with_insecure("127.0.0.1:1,unix:/x", "127.0.0.1:2,https://127.0.0.1:1,unix:/y")),
      ElementsAre("flag --insecure: client.insecure: http://127.0.0.1:2 is no listener; there are "
                  "http://127.0.0.1:1, unix:/x",
                  "flag --insecure: client.insecure: https://127.0.0.1:1 is no listener; there are "
                  "http://127.0.0.1:1, unix:/x",
                  "flag --insecure: client.insecure: unix:/y is no listener; there are "
                  "http://127.0.0.1:1, unix:/x"));
  EXPECT_THAT(texts(with_insecure("127.0.0.1:1", "8000")),
              ElementsAre("flag --insecure: client.insecure: the port is missing, for example "
                          "[\"all\"]; got \"8000\""));
}

TEST(ConfigValidation, InsecureListenersStayOnLoopback) {
  const Environment secret{{"PARLEY_SERVER__TOKEN_SECRET", std::string(32, 's')}};
  for (const char* insecure : {"all", "0.0.0.0:80"}) {
    EXPECT_THAT(
        texts(with_insecure("0.0.0.0:80,127.0.0.1:1", insecure, secret)),
        ElementsAre("flag --insecure: client.insecure: http://0.0.0.0:80 can be reached by other "
                    "machines, and anyone there could do everything; use a listener on 127.0.0.1 "
                    "or a Unix socket"));
  }
  EXPECT_THAT(texts(with_insecure("0.0.0.0:80,127.0.0.1:1", "127.0.0.1:1", secret)), IsEmpty());
  // It is no reason to let others in without a secret.
  EXPECT_THAT(texts(with_insecure("0.0.0.0:80,127.0.0.1:1", "127.0.0.1:1")),
              ElementsAre(HasSubstr("there is no token secret")));
}

TEST(ConfigValidation, Certificates) {
  EXPECT_THAT(
      faults_of_setting("server.listen", "https://127.0.0.1:1"),
      ElementsAre("flag --set: server.listen: https://127.0.0.1:1 needs a certificate; set "
                  "server.tls to \"cert.pem,key.pem\", or to \"self\" for one made at start"));
  for (const char* tls : {"cert.pem", ",", "a,", ",b", "a,b,c", "SELF"}) {
    EXPECT_THAT(faults_of_setting("server.tls", tls),
                ElementsAre(StartsWith("flag --set: server.tls: expected \"self\", or")))
        << tls;
  }
  EXPECT_THAT(
      faults_of_setting("server.tls", "/no/cert,/no/key"),
      ElementsAre("flag --set: server.tls: /no/cert: the file cannot be read: No such file or "
                  "directory",
                  "flag --set: server.tls: /no/key: the file cannot be read: No such file or "
                  "directory"));
}

TEST(ConfigValidation, Listeners) {
  EXPECT_THAT(faults_of_setting("server.listen", ""),
              ElementsAre(HasSubstr("there is no address")));
  EXPECT_THAT(
      faults_of_setting("server.listen", "127.0.0.1:1,http://localhost:1"),
      ElementsAre("flag --set: server.listen: http://127.0.0.1:1 is taken by another listener"));
  EXPECT_THAT(faults_of_setting("server.listen", "unix:/x,unix:/x"),
              ElementsAre("flag --set: server.listen: unix:/x is taken by another listener"));
  good_setting("server.listen", "127.0.0.1:0,127.0.0.1:0,[::1]:1,127.0.0.1:1,unix:/x,unix:/y");
}

}  // namespace
}  // namespace parley::server
