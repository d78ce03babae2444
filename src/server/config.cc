#include "server/config.h"

#include <algorithm>
#include <cctype>

#include "auth/keys.h"
#include "base/nearest_name.h"
#include "server/config_apps.h"
#include "server/config_file.h"
#include "server/config_keys.h"
#include "server/config_rules.h"

namespace parley::server {
namespace {

constexpr std::uint16_t kDefaultTlsPort = 8443;

constexpr std::string_view kNamespaceVariable = "PARLEY_NAMESPACE__";
constexpr std::string_view kNamespaceFlag = "namespace.";

// "chat.history_size", or with other separators, behind what begins all names of its kind.
void read_rule(LoadedConfig& loaded, std::string_view name, std::string_view separator,
               std::string_view text, const std::string& origin, const std::string& expected) {
  const std::size_t at = name.rfind(separator);
  if (at == 0 || at == std::string_view::npos) {
    loaded.faults.push_back({origin, "expected " + expected});
  } else {
    set_rule(loaded, name.substr(0, at), name.substr(at + separator.size()), text, origin);
  }
}

void read_environment(const Environment& environment, LoadedConfig& loaded) {
  std::vector<std::string> names;
  for (const Key& key : config_keys()) names.push_back(environment_name(key));

  for (const auto& [name, text] : environment) {
    // Other PARLEY_ variables may be somebody else's; two underscores say that it is a key.
    if (!name.starts_with("PARLEY_") || name.find("__") == std::string::npos) continue;
    const std::string origin = "environment " + name;
    if (name.starts_with(kNamespaceVariable)) {
      std::string rest = name.substr(kNamespaceVariable.size());
      std::ranges::transform(rest, rest.begin(), [](unsigned char c) { return std::tolower(c); });
      read_rule(loaded, rest, "__", text, origin, "PARLEY_NAMESPACE__NAME__KEY");
      continue;
    }
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) {
      const Key& key = config_keys()[static_cast<std::size_t>(found - names.begin())];
      set_value(loaded, setting_of(loaded, key), value_from_text(key, text), origin, origin);
      continue;
    }
    const std::string near = nearest_name(name, names);
    loaded.faults.push_back(
        {origin, "unknown variable" + (near.empty() ? "; `parley config doc` lists all keys"
                                                    : "; did you mean " + near + "?")});
  }
}

void read_flags(const std::vector<Flag>& flags, LoadedConfig& loaded) {
  for (const Flag& flag : flags) {
    const std::string origin = "flag " + flag.name;
    const Key* key = find_key(flag.key);
    if (flag.key.starts_with(kNamespaceFlag)) {
      const std::string_view rest = std::string_view(flag.key).substr(kNamespaceFlag.size());
      read_rule(loaded, rest, ".", flag.value, origin, "namespace.NAME.KEY=VALUE");
    } else if (key == nullptr) {
      loaded.faults.push_back({origin, unknown_key(flag.key)});
    } else {
      const Value value = value_from_text(*key, flag.value);
      set_value(loaded, setting_of(loaded, *key), value, origin, origin);
    }
  }
}

// A port that the system chooses is the same as itself here.
bool same_place(ListenAddress a, const ListenAddress& b) {
  a.insecure = b.insecure;
  return a == b;
}

// The rules that take more than one key to see. A fault is placed where its first key was set.
class Validation {
 public:
  explicit Validation(LoadedConfig& loaded) : loaded_(loaded), config_(loaded.config) {}

  void read_secret_file() {
    const std::string& path = config_.server.token_secret_file;
    if (path.empty()) return;
    if (!config_.server.token_secret.empty()) {
      return fault("server.token_secret_file",
                   "server.token_secret is set as well; keep one of the two");
    }
    std::string why;
    std::optional<std::string> secret = read_small_file(path, &why);
    if (!secret) return fault("server.token_secret_file", path + ": " + why);
    while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
    if (secret->empty()) return fault("server.token_secret_file", path + ": the file is empty");
    const std::string origin = "file " + path;
    const Setting setting = setting_of(loaded_, *find_key("server.token_secret"));
    set_value(loaded_, setting, *secret, origin, origin);
  }

  void check_listeners() {
    if (config_.server.listen.empty()) {
      return fault("server.listen", "there is no address; name at least one, for example " +
                                        default_toml(*find_key("server.listen")));
    }
    // A secret that was meant but could not be read is a fault of its own.
    const bool development = development_mode(config_) && config_.server.token_secret_file.empty();
    const std::vector<ListenAddress> addresses = listen_addresses(config_);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const ListenAddress& address = addresses[i];
      if (address.tls && config_.server.tls.empty()) {
        fault("server.listen", to_string(address) +
                                   " needs a certificate; set server.tls to \"cert.pem,key.pem\", "
                                   "or to \"self\" for one made at start");
      }
      if (development && !is_loopback(address)) {
        fault(
            "server.listen",
            to_string(address) +
                " can be reached by other machines, but there is no token secret, so anyone could "
                "take any name; listen on 127.0.0.1, or run `openssl rand -hex 32 > token.secret` "
                "and set server.token_secret_file to \"token.secret\"");
      }
      const auto same = [&](const ListenAddress& other) { return overlap(address, other); };
      if (std::any_of(addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(i),
                      same)) {
        fault("server.listen", to_string(address) + " is taken by another listener");
      }
    }
  }

  void check_certificate() {
    const std::string& tls = config_.server.tls;
    const std::size_t comma = tls.find(',');
    if (comma == std::string::npos) return;
    for (const std::string& path : {tls.substr(0, comma), tls.substr(comma + 1)}) {
      std::string why;
      if (!read_small_file(path, &why)) fault("server.tls", path + ": " + why);
    }
  }

  void check_public_keys() {
    for (const std::string& path : config_.tokens.public_keys) {
      std::string why;
      const std::optional<std::string> text = read_small_file(path, &why);
      if (!text || !auth::Key::pem(*text, why).has_value()) {
        fault("tokens.public_keys", path + ": " + why);
      }
    }
  }

  void check_web_root() {
    const std::string& folder = config_.http.web_root;
    if (folder.empty()) return;
    std::string why;
    if (!read_small_file(folder + "/index.html", &why)) {
      fault("http.web_root", folder + "/index.html: " + why);
    }
  }

  void check_insecure() {
    const std::vector<ListenAddress> addresses = listen_addresses(config_);
    for (const std::string& text : config_.client.insecure) {
      const auto wanted = parse_listen_address(text);  // nothing: "all"
      if (wanted && std::ranges::none_of(addresses, [&](const ListenAddress& address) {
            return same_place(address, *wanted);
          })) {
        fault("client.insecure",
              to_string(*wanted) + " is no listener; there are " + list(addresses));
      }
    }
    for (const ListenAddress& address : addresses) {
      if (!address.insecure || is_loopback(address)) continue;
      fault("client.insecure", to_string(address) +
                                   " can be reached by other machines, and anyone there could do "
                                   "everything; use a listener on 127.0.0.1 or a Unix socket");
    }
  }

  void check_paths() {
    const std::string& echo = config_.plain.echo_path;
    const std::string& room = config_.plain.room_path;
    const std::string& centrifuge = config_.centrifuge.path;
    const auto among_rooms = [&](const std::string& path) {
      return path == room || path.starts_with(room + "/");
    };
    if (among_rooms(echo)) {
      fault("plain.echo_path", echo + " lies among the rooms of plain.room_path, " + room);
    }
    if (among_rooms(centrifuge)) {
      fault("centrifuge.path", centrifuge + " lies among the rooms of plain.room_path, " + room);
    }
    for (const char* const name : {"plain.echo_path", "plain.room_path", "centrifuge.path"}) {
      check_app_pages(name);
    }
    if (centrifuge == echo) fault("centrifuge.path", centrifuge + " is plain.echo_path as well");
  }

  void check_heartbeat() {
    if (!config_.plain.ping.empty() && config_.plain.pong.empty()) {
      fault("plain.pong", "the answer to plain.ping is empty");
    }
  }

 private:
  void check_app_pages(const char* name) {
    if (!config_.http.apps) return;
    const std::string& path = *std::get<std::string*>(find_key(name)->member(config_));
    for (const std::string page : {"/chat", "/danmaku", "/lab"}) {
      if (path != page && !path.starts_with(page + "/")) continue;
      fault(name, path + " belongs to the app at " + page +
                      "; choose another path, or set http.apps to false");
    }
  }

  static bool overlap(const ListenAddress& a, const ListenAddress& b) {
    return a.kind == b.kind && a.host == b.host && a.port == b.port && a.path == b.path &&
           (a.port != 0 || a.kind == ListenAddress::Kind::unix_socket);
  }

  static std::string list(const std::vector<ListenAddress>& addresses) {
    std::string out;
    for (const auto& address : addresses) out += (out.empty() ? "" : ", ") + to_string(address);
    return out;
  }

  void fault(std::string_view name, const std::string& text) {
    const Setting setting = setting_of(loaded_, *find_key(name));
    const std::string origin = *setting.origin == "default" ? "" : *setting.origin;
    loaded_.faults.push_back({origin, setting.name + ": " + text});
  }

  LoadedConfig& loaded_;
  Config& config_;
};

}  // namespace

bool development_mode(const Config& config) {
  return config.server.token_secret.empty() && config.tokens.public_keys.empty() &&
         config.tokens.jwks_url.empty();
}

std::vector<ListenAddress> listen_addresses(const Config& config) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : config.server.listen) {
    if (const auto address = parse_listen_address(text)) addresses.push_back(*address);
  }
  const bool has_tls = std::ranges::any_of(addresses, &ListenAddress::tls);
  if (!config.server.tls.empty() && !has_tls && !addresses.empty()) {
    const std::string& host = addresses.front().host;  // empty: a Unix socket
    addresses.push_back({.tls = true,
                         .host = host.empty() ? "127.0.0.1" : host,
                         .port = kDefaultTlsPort,
                         .path = {}});
  }
  for (const std::string& text : config.client.insecure) {
    const auto named = parse_listen_address(text);  // nothing: "all"
    for (ListenAddress& address : addresses) {
      if (!named || same_place(address, *named)) address.insecure = true;
    }
  }
  return addresses;
}

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  loaded.origins.assign(config_keys().size(), "default");
  if (!sources.file.empty()) read_config_file(sources.file, loaded);
  loaded.written_namespaces = loaded.config.namespaces.size();
  read_environment(sources.environment, loaded);
  read_flags(sources.flags, loaded);
  add_app_namespaces(loaded);

  Validation validation(loaded);
  validation.read_secret_file();
  validation.check_certificate();
  validation.check_public_keys();
  validation.check_listeners();
  validation.check_web_root();
  validation.check_insecure();
  validation.check_paths();
  validation.check_heartbeat();
  check_rules(loaded);
  return loaded;
}

}  // namespace parley::server
