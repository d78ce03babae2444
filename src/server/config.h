// The configuration: plain structs, filled once at start and read-only afterwards, so every shard
// may read it. The initializers below are the defaults; config_keys.cc has one row for each member
// with its limits and its documentation. Values come from a TOML file, then the environment
// (PARLEY_SECTION__KEY), then flags; the later wins. Loading never throws and never stops at the
// first fault: it collects them all, each with its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/listen_address.h"

namespace parley::server {

struct Config {
  using Milliseconds = std::chrono::milliseconds;

  struct Server {
    std::vector<std::string> listen{"127.0.0.1:8000"};
    std::uint64_t threads = 0;  // 0: one for each core
    std::string tls;            // "", "self" or "cert.pem,key.pem"
    Milliseconds drain_timeout{10'000};
    Milliseconds coalesce_delay{0};
    std::string token_secret;  // after loading: also the content of token_secret_file
    std::string token_secret_file;
  } server;

  struct Tokens {
    std::vector<std::string> public_keys;  // PEM files
    std::string jwks_url;                  // empty: no keys are fetched
    Milliseconds jwks_refresh{3'600'000};
    std::vector<std::string> audience;  // empty: not looked at
    std::vector<std::string> issuer;    // empty: not looked at
    Milliseconds leeway{30'000};
  } tokens;

  struct Client {
    std::vector<std::string> insecure;  // listeners as in server.listen, or "all"
  } client;

  struct Http {
    std::vector<std::string> allowed_origins;
    std::string metrics = "loopback";  // "loopback", "any", "off"
    std::string web_root;              // a folder; empty: the embedded web app
    bool apps = true;
  } http;

  struct Api {
    std::vector<std::string> keys;  // empty: the HTTP API refuses everybody
  } api;

  struct Plain {
    std::string echo_path = "/echo";
    std::string room_path = "/room";
    std::string ping = "ping";  // empty: no text heartbeat
    std::string pong = "pong";
  } plain;

  struct Centrifuge {
    std::string path = "/connection/websocket";
    Milliseconds ping_interval{25'000};
    Milliseconds pong_timeout{8'000};
    bool allow_anonymous = false;
    Milliseconds expiry_grace{25'000};
  } centrifuge;

  struct WebSocket {
    bool compression = true;
    std::uint64_t compression_threshold = 256;
    std::uint64_t compression_level = 6;
  } websocket;

  struct Limits {
    std::uint64_t connections = 0;              // 0: from the descriptor limit
    std::uint64_t connections_per_address = 0;  // 0: off
    std::uint64_t request_line_bytes = 8 << 10;
    std::uint64_t header_bytes = 16 << 10;
    std::uint64_t header_count = 100;
    std::uint64_t body_bytes = 1 << 20;
    Milliseconds request_timeout{10'000};
    Milliseconds keep_alive_timeout{60'000};
    std::uint64_t answer_rate = 8 << 10;  // bytes a second; 0: off
    std::uint64_t message_bytes = 64 << 10;
    std::uint64_t message_fragments = 1024;
    Milliseconds message_timeout{30'000};
    std::uint64_t outbox_bytes = 1 << 20;
    Milliseconds ping_interval{25'000};
    Milliseconds pong_timeout{10'000};
    Milliseconds close_timeout{5'000};
    std::uint64_t publish_rate = 0;  // a second and connection; 0: off
    std::uint64_t user_name_bytes = 128;
    std::uint64_t room_name_bytes = 255;
    std::uint64_t presence_list = 200;
    std::uint64_t mailbox_messages = 65'536;
    std::uint64_t history_bytes = 256 << 20;  // of the whole server
    std::uint64_t history_page = 1000;
    std::uint64_t recovery_publications = 1000;
    std::uint64_t channels_per_connection = 128;
    std::uint64_t presence_clients = 10'000;
    Milliseconds presence_batch{250};
    std::uint64_t idempotency_keys = 65'536;
    std::uint64_t pending_commands = 1024;
    Milliseconds authentication_timeout{10'000};
  } limits;

  // The rules of channels without a namespace, as hub::ChannelRules. Who may: "anyone",
  // "subscriber", "token" or "backend"; to subscribe never "subscriber".
  struct Channel {
    std::string subscribe = "anyone";
    std::string publish = "subscriber";
    std::string see_presence = "subscriber";
    std::string read_history = "subscriber";
    bool presence = true;
    std::string join_leave = "on_request";  // "off", "on_request", "everyone"
    std::uint64_t history_size = 256;       // publications; 0: none
    Milliseconds history_ttl{600'000};
    std::string recovery = "stream";  // "off", "stream", "cache"
    bool durable = false;
    std::string slow_consumer = "disconnect";  // "disconnect", "drop_oldest", "newest_per_key"
    std::uint64_t message_bytes = 0;           // 0: limits.message_bytes
    std::uint64_t message_rate = 0;            // a second and channel; 0: any
  } channel;

  // What it leaves out has the defaults above, whatever [channel] says.
  struct Namespace {
    std::string name;
    Channel rules;
  };
  std::vector<Namespace> namespaces;  // their names differ

  struct Storage {
    std::string path;                                  // empty: nothing is durable
    std::string sync = "full";                         // "full", "normal"
    std::uint64_t max_bytes = std::uint64_t{8} << 30;  // 0: what the disk holds
    std::uint64_t queue = 65'536;
  } storage;

  struct Files {
    std::string path;  // empty: a folder beside storage.path, or files are off; "off"
    std::uint64_t max_bytes = 10 << 20;
    std::uint64_t total_bytes = 1 << 30;
    std::uint64_t user_bytes = 256 << 20;
    std::uint64_t uploads = 32;
    std::uint64_t downloads = 256;
    std::uint64_t downloads_per_address = 64;  // 0: off
    std::uint64_t downloads_waiting = 4096;
    std::vector<std::string> types{
        "image/png",  "image/jpeg",       "image/gif",       "image/webp", "image/avif",
        "audio/mpeg", "audio/ogg",        "audio/wav",       "audio/mp4",  "audio/webm",
        "video/mp4",  "video/webm",       "application/pdf", "text/plain", "text/markdown",
        "text/csv",   "application/json", "application/zip"};
    Milliseconds ttl{std::chrono::hours(30 * 24)};
    Milliseconds unfinished_ttl{std::chrono::hours(1)};
    std::uint64_t queue = 256;
  } files;

  struct Log {
    std::string level = "info";   // trace, debug, info, warning, error, off
    std::string format = "text";  // text, json
  } log;

  // `parley demo`; no key sets it.
  struct Demo {
    bool on = false;
    bool cast = false;
  } demo;
};

// Without any key to check tokens with (a secret, public keys, a JWKS) every user name is believed;
// validation then allows loopback listeners only.
bool development_mode(const Config& config);

// All listeners of a valid configuration: server.listen, and the https one that server.tls adds
// when server.listen names none (host of the first listener, port 8443). Those that client.insecure
// names are marked.
std::vector<ListenAddress> listen_addresses(const Config& config);

using Environment = std::map<std::string, std::string>;

struct Flag {
  std::string name;   // as typed: "--listen"
  std::string key;    // "server.listen"
  std::string value;  // items of a list are separated by commas
};

struct ConfigSources {
  std::string file;  // empty: none
  Environment environment;
  std::vector<Flag> flags;
};

struct ConfigFault {
  std::string place;  // "parley.toml:3:1", "environment PARLEY_…", "flag --listen" or empty
  std::string text;
};

struct LoadedConfig {
  Config config;
  std::vector<std::string> origins;  // for each row of config_keys(): "default", "parley.toml:3", …
  // The same for each of config.namespaces: of its name, then for each row of channel_keys().
  std::vector<std::vector<std::string>> namespace_origins;
  std::size_t written_namespaces = 0;  // the first so many are in the file
  std::vector<ConfigFault> faults;     // empty: config is valid
};

LoadedConfig load_config(const ConfigSources& sources);

}  // namespace parley::server
