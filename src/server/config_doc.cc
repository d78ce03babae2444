#include "server/config_doc.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "server/config_apps.h"

namespace parley::server {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kOriginColumn = 48;  // longer values push their origin out

constexpr std::string_view kInitIntroduction =
    R"(# Configuration of Parley. Every key stands here with its default; remove the # before those
# that you change, and start with: parley serve -c parley.toml
# The environment (PARLEY_LIMITS__MESSAGE_BYTES=1MiB) and flags (--set limits.message_bytes=1MiB)
# win over this file. Durations have a unit: "500ms", "3s", "2m", "1h". Sizes are bytes, or have a
# unit: "64KiB", "1MiB", "1GiB".
)";

constexpr std::string_view kConfigIntroduction = R"(# Configuration

<!-- Printed by `parley config doc` from src/server/config_keys.cc; edit that, not this. -->

Parley starts without any configuration. A key is set, the later winning over the earlier, by

1. its default, shown below;
2. a TOML file: `parley serve -c parley.toml` (`parley config init` prints one to begin with);
3. the environment: `PARLEY_SECTION__KEY`, with two underscores between section and key, as
   `PARLEY_LIMITS__MESSAGE_BYTES=1MiB`; the items of a list are separated by commas;
4. a flag: `--set limits.message_bytes=1MiB`, or the key's own flag where it has one.

Namespaces of channels are set in the same ways; see [below](#namespace).

An unknown or wrong key is refused with its line and column and the nearest right name.
`parley config check -c parley.toml` prints the effective values and where each came from; it exits
with 2 and all faults if there are any.

- A duration has a unit: `"500ms"`, `"3s"`, `"2m"`, `"1h"`.
- A size is a number of bytes, or has a unit: `"64KiB"`, `"1MiB"`, `"1GiB"`.
- Relative paths count from the directory in which the server was started.
- Where a client meets a limit, the row names what it sees, by the name and number of
  [errors.md](errors.md). Each such event is counted in the metric
  `parley_errors_total{reason="NAME"}`.
)";

constexpr std::string_view kErrorsIntroduction = R"(# Errors

<!-- Printed by `parley config doc --errors` from src/base/error.cc; edit that, not this. -->

Every refusal has one number and one name, in messages to clients, in HTTP replies, in logs and in
the metric `parley_errors_total{reason="NAME"}`. Numbers never change their meaning.

- **HTTP** is the status of the reply; a dash: it never answers a request.
- **Close** is the code of the WebSocket close frame; a dash: the connection stays open, or is cut
  without a close frame.
- **Retry** says whether the same attempt may succeed later. Clients should wait before they try
  again, longer each time.
)";

constexpr std::string_view kNamespaceInit = R"(
# Rules of the channels whose names begin with "chat:", as chat:tea. Repeat the table for each
# namespace. It has the keys of [channel]; what it leaves out has the default that is told there,
# whatever is set there.
# [[namespace]]
# name = "chat"
# history_size = 1000
# history_ttl = "24h"
)";

constexpr std::string_view kNamespaceDoc = R"(
## [[namespace]]

Rules of the channels whose names begin with the namespace and a colon, as `chat:tea`. The table is
repeated for each namespace. Besides its name it has the keys of [channel](#channel), with the same
meaning. A key that it leaves out has the default above: what is set in `[channel]` does not count
here. A channel whose namespace is not configured is refused. A `$` before the name and what follows
a `#` do not count: `$chat:tea` and `chat:tea#ann` belong to `chat`.

```toml
[[namespace]]
name = "chat"
history_size = 1000
history_ttl = "24h"

[[namespace]]
name = "orders"
subscribe = "token"
publish = "backend"
durable = true         # needs storage.path
```

The same without a file: `PARLEY_NAMESPACE__CHAT__HISTORY_SIZE=1000` (the name in lower case) or
`--set namespace.chat.history_size=1000`. A namespace that is named only there exists by that; of
one in the file, single keys are changed.

Rules that contradict each other are refused: `recovery` and `durable` need a `history_size`,
`durable` needs `storage.path`, `join_leave` needs `presence`, and a `slow_consumer` that loses
messages cannot stand beside `recovery = "stream"`, the default.

The apps of the web page have namespaces of their own, which are there without configuration while
`http.apps` is on. A namespace of the same name in the file takes their place as a whole; the
environment and flags change single keys of them.

```toml
)";

constexpr std::string_view kNamespaceTable = R"(```

| Key | Default | Allowed | Meaning |
|---|---|---|---|
)";

constexpr std::pair<std::string_view, std::string_view> kSectionTitles[] = {
    {"server", "Where the server listens, its threads, its certificate and its token secret."},
    {"tokens", "The keys that check tokens besides server.token_secret; see docs/tokens.md."},
    {"client", "What is asked of clients."},
    {"http", "Who may ask over HTTP."},
    {"api", "The HTTP API for back ends."},
    {"limits",
     "What one client, and all of them together, may cost. Nothing grows without a limit."},
    {"channel",
     "Rules of the channels without a namespace, which are those without a colon in their names. "
     "They hold in every dialect: a room is the channel of its name. Each right is given to "
     "\"anyone\" who is connected; to a \"subscriber\" of the channel; to those whose subscription "
     "a \"token\" or the back end has granted; or to nobody but the \"backend\", which may do "
     "everything everywhere."},
    {"storage", "Where durable channels are kept."},
    {"files", "Uploaded files; see docs/files.md."},
    {"plain", "The plain dialect: its paths and its text heartbeat."},
    {"centrifuge", "The centrifuge dialect: JSON over WebSocket."},
    {"websocket", "WebSocket compression."},
    {"log", "What is logged, to standard error."},
};

constexpr std::pair<std::uint16_t, std::string_view> kErrorGroups[] = {
    {100, "Requests of clients"}, {200, "HTTP"},
    {300, "WebSocket"},           {400, "Limits and the life of a connection"},
    {900, "Start-up and system"},
};

std::string_view section_title(std::string_view section) {
  const auto* found = std::ranges::find(kSectionTitles, section,
                                        &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(kSectionTitles) ? "" : found->second;
}

std::string what_the_client_sees(const ErrorInfo& error) {
  const std::string name = "`" + std::string(error.name) + "` (" +
                           std::to_string(static_cast<unsigned>(error.code)) + ")";
  std::string way;
  if (error.http_status != 0) way = "HTTP status " + std::to_string(error.http_status);
  if (error.close_code != 0) {
    way += (way.empty() ? "close code " : " or close code ") + std::to_string(error.close_code);
  }
  return way.empty() ? name + ": the connection is closed" : name + ": " + way;
}

// Markdown: a bar would end the table's cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string allowed(const Key& key) {
  if (key.kind == KeyKind::choice)
    return expectation(key).substr(std::string_view("one of ").size());
  if (key.kind == KeyKind::text) return "string";
  if (key.kind == KeyKind::list) return "list of strings";
  const std::string range = range_text(key);
  return range.empty() ? expectation(key) : range;
}

std::string config_row(const Key& key, const std::string& preset) {
  std::string text = std::string(key.doc);
  if (!key.flag.empty()) {
    text += " Flag: `" + std::string(key.flag) + " " + std::string(key.flag_value) + "`.";
  }
  if (key.error) text += " The client sees " + what_the_client_sees(error_info(*key.error)) + ".";
  return "| `" + std::string(key.name) + "` | " + preset + " | " + cell(allowed(key)) + " | " +
         cell(text) + " |\n";
}

std::string number_or_dash(std::uint16_t number) {
  return number == 0 ? "-" : std::to_string(number);
}

std::string error_row(const ErrorInfo& error) {
  return "| " + std::to_string(static_cast<unsigned>(error.code)) + " | `" +
         std::string(error.name) + "` | " + cell(std::string(error.meaning)) + " | " +
         number_or_dash(error.http_status) + " | " + number_or_dash(error.close_code) + " | " +
         (error.retryable ? "yes" : "no") + " |\n";
}

std::string masked(const Key& key, std::string value) {
  if (!key.secret || value == default_toml(key)) return value;
  const std::string mask = "\"(set, not shown)\"";
  return key.kind == KeyKind::list ? "[" + mask + "]" : mask;
}

std::string check_row(const Key& key, const std::string& value, const std::string& origin) {
  std::string line = std::string(key.name) + " = " + value;
  line.resize(std::max(line.size(), kOriginColumn), ' ');
  return line + "  # " + origin + "\n";
}

std::string check_namespace(const Config::Namespace& space,
                            const std::vector<std::string>& origins) {
  std::string out = "\n[[namespace]]\n" +
                    check_row(namespace_name_key(), "\"" + space.name + "\"", origins.front());
  for (std::size_t i = 0; i < channel_keys().size(); ++i) {
    const Key& key = channel_keys()[i];
    out += check_row(key, to_toml(key, space.rules), origins[1 + i]);
  }
  return out;
}

// The rows of each section, in the order of the table.
std::vector<std::span<const Key>> sections() {
  std::vector<std::span<const Key>> sections;
  for (auto rest = config_keys(); !rest.empty(); rest = rest.subspan(sections.back().size())) {
    const auto next = std::ranges::find_if(
        rest, [&](const Key& key) { return key.section != rest.front().section; });
    sections.emplace_back(rest.begin(), next);
  }
  return sections;
}

bool is_channel(std::span<const Key> section) { return section.front().rule != nullptr; }

}  // namespace

std::string wrap(std::string_view text, std::string_view indent, std::size_t columns) {
  std::string out;
  const std::size_t width = columns - indent.size();
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > width) {
      end = text.rfind(' ', width);
      if (end == std::string_view::npos) end = std::min(text.find(' '), text.size());
    }
    out += std::string(indent) + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string describe(const Key& key) {
  std::string text(key.doc);
  if (const std::string range = range_text(key); !range.empty()) text += " Allowed: " + range + ".";
  if (key.kind == KeyKind::choice) text += " Allowed: " + allowed(key) + ".";
  if (key.error) text += " The client sees " + what_the_client_sees(error_info(*key.error)) + ".";
  return text;
}

std::string config_init_text() {
  std::string out(kInitIntroduction);
  for (const auto section : sections()) {
    const std::string name(section.front().section);
    out += "\n" + wrap(section_title(name), "# ", kColumns) + "[" + name + "]\n";
    for (const Key& key : section) {
      out += "\n" + wrap(describe(key), "# ", kColumns);
      out += "# " + std::string(key.name) + " = " + default_toml(key) + "\n";
    }
    if (is_channel(section)) out += kNamespaceInit;
  }
  return out;
}

std::string config_check_text(const LoadedConfig& loaded) {
  std::string out;
  auto origin = loaded.origins.begin();
  for (const auto section : sections()) {
    out += (out.empty() ? "[" : "\n[") + std::string(section.front().section) + "]\n";
    for (const Key& key : section) {
      out += check_row(key, masked(key, to_toml(key, loaded.config)), *origin++);
    }
    if (!is_channel(section)) continue;
    for (std::size_t i = 0; i < loaded.config.namespaces.size(); ++i) {
      out += check_namespace(loaded.config.namespaces[i], loaded.namespace_origins[i]);
    }
  }
  return out;
}

std::string config_faults_text(const LoadedConfig& loaded) {
  std::string out;
  for (const ConfigFault& fault : loaded.faults) {
    out += fault.place + (fault.place.empty() ? "" : ": ") + fault.text + "\n";
  }
  const std::size_t count = loaded.faults.size();
  return out + "parley: " + std::to_string(count) + (count == 1 ? " fault" : " faults") +
         " in the configuration\n";
}

std::string config_doc_text() {
  std::string out(kConfigIntroduction);
  for (const auto section : sections()) {
    const std::string name(section.front().section);
    out += "\n## [" + name + "]\n\n" + wrap(section_title(name), "", kColumns) +
           "\n| Key | Default | Allowed | Meaning |\n|---|---|---|---|\n";
    for (const Key& key : section) out += config_row(key, "`" + default_toml(key) + "`");
    if (is_channel(section))
      out += std::string(kNamespaceDoc) + app_namespaces_toml() + std::string(kNamespaceTable) +
             config_row(namespace_name_key(), "-");
  }
  return out;
}

std::string errors_doc_text() {
  std::string out(kErrorsIntroduction);
  for (const auto& [hundred, title] : kErrorGroups) {
    out += "\n## " + std::to_string(hundred) + ": " + std::string(title) +
           "\n\n| Number | Name | Meaning | HTTP | Close | Retry |\n|---|---|---|---|---|---|\n";
    for (const ErrorInfo& error : error_catalogue()) {
      if (static_cast<unsigned>(error.code) / 100 * 100 == hundred) out += error_row(error);
    }
  }
  return out;
}

}  // namespace parley::server
