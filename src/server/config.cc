#include "server/config.h"

#include <algorithm>

#include "auth/keys.h"
#include "base/nearest_name.h"
#include "server/config_file.h"
#include "server/config_keys.h"

namespace parley::server {
namespace {

constexpr std::uint16_t kDefaultTlsPort = 8443;

void read_environment(const Environment& environment, LoadedConfig& loaded) {
  std::vector<std::string> names;
  for (const Key& key : config_keys()) names.push_back(environment_name(key));

  for (const auto& [name, text] : environment) {
    // Other PARLEY_ variables may be somebody else's; two underscores say that it is a key.
    if (!name.starts_with("PARLEY_") || name.find("__") == std::string::npos) continue;
    const std::string origin = "environment " + name;
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) {
      const Key& key = config_keys()[static_cast<std::size_t>(found - names.begin())];
      set_value(loaded, key, value_from_text(key, text), origin, origin);
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
    if (key == nullptr) {
      loaded.faults.push_back({origin, unknown_key(flag.key)});
    } else {
      set_value(loaded, *key, value_from_text(*key, flag.value), origin, origin);
    }
  }
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
    set_value(loaded_, *find_key("server.token_secret"), *secret, origin, origin);
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

  void check_plain() {
    const std::string& echo = config_.plain.echo_path;
    const std::string& room = config_.plain.room_path;
    if (echo == room || echo.starts_with(room + "/")) {
      fault("plain.echo_path", echo + " lies among the rooms of plain.room_path, " + room);
    }
    if (!config_.plain.ping.empty() && config_.plain.pong.empty()) {
      fault("plain.pong", "the answer to plain.ping is empty");
    }
  }

 private:
  static bool overlap(const ListenAddress& a, const ListenAddress& b) {
    return a.kind == b.kind && a.host == b.host && a.port == b.port && a.path == b.path &&
           (a.port != 0 || a.kind == ListenAddress::Kind::unix_socket);
  }

  void fault(std::string_view name, const std::string& text) {
    const Key* key = find_key(name);
    std::string origin = loaded_.origins[static_cast<std::size_t>(key - config_keys().data())];
    if (origin == "default") origin.clear();
    loaded_.faults.push_back({std::move(origin), dotted(*key) + ": " + text});
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
  return addresses;
}

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  loaded.origins.assign(config_keys().size(), "default");
  if (!sources.file.empty()) read_config_file(sources.file, loaded);
  read_environment(sources.environment, loaded);
  read_flags(sources.flags, loaded);

  Validation validation(loaded);
  validation.read_secret_file();
  validation.check_certificate();
  validation.check_public_keys();
  validation.check_listeners();
  validation.check_plain();
  return loaded;
}

}  // namespace parley::server
