#include "server/config_keys.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/nearest_name.h"

namespace parley::server {
namespace {

constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr std::uint64_t kSecond = 1'000;  // durations are in milliseconds
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;

// HMAC-SHA256 wants a key no shorter than its output (RFC 7518 section 3.2).
constexpr std::size_t kShortestSecret = 32;

std::string check_listen(std::string_view text) {
  std::string why;
  parse_listen_address(text, &why);
  return why;
}

std::string check_tls(std::string_view text) {
  if (text.empty() || text == "self") return "";
  const std::size_t comma = text.find(',');
  const bool two_files = comma != std::string_view::npos && comma > 0 && comma + 1 < text.size() &&
                         text.rfind(',') == comma;
  return two_files
             ? ""
             : R"(expected "self", or a certificate file and a key file with a comma between)";
}

std::string check_secret(std::string_view text) {
  if (text.empty() || text.size() >= kShortestSecret) return "";
  return "a secret has at least " + std::to_string(kShortestSecret) +
         " bytes, as `openssl rand -hex 32` prints";
}

// Browsers send the origin in one spelling only, and it is compared byte by byte.
std::string check_origin(std::string_view text) {
  if (text == "*") return "";
  std::string_view rest = text;
  const bool secure = rest.starts_with("https://");
  if (!secure && !rest.starts_with("http://")) return "an origin begins with http:// or https://";
  rest.remove_prefix(secure ? 8 : 7);
  if (rest.empty()) return "the host is missing";
  if (rest.find_first_of("/?#@") != std::string_view::npos) {
    return "an origin ends with its host or port, without a path or a slash";
  }
  const auto wrong = [](unsigned char c) { return c <= ' ' || c >= 0x7F || std::isupper(c) != 0; };
  if (std::ranges::any_of(rest, wrong)) return "a host is written in lower-case ASCII";
  if (rest.ends_with(secure ? ":443" : ":80")) return "browsers leave out the scheme's own port";
  return "";
}

std::string check_path(std::string_view text) {
  if (!text.starts_with('/') || text.size() < 2 || text.ends_with('/')) {
    return "a path begins with a slash, and neither is nor ends with one";
  }
  const auto wrong = [](unsigned char c) {
    return std::isalnum(c) == 0 && std::string_view("/-._~").find(c) == std::string_view::npos;
  };
  if (std::ranges::any_of(text, wrong)) return "a path holds letters, digits and / - . _ ~ only";
  if (text == "/health" || text == "/metrics") return "this path is the server's own";
  return "";
}

// One name is section, key and member at once.
#define KEY(SECTION, NAME)            \
  .section = #SECTION, .name = #NAME, \
  .member = [](Config& config) -> Member { return &config.SECTION.NAME; }

constexpr Key kKeys[] = {
    {KEY(server, listen), .kind = KeyKind::list, .check = check_listen, .flag = "--listen",
     .flag_value = "ADDRESS",
     .doc =
         "Addresses to listen on: \"127.0.0.1:8000\", \"[::1]:8000\", \"https://127.0.0.1:8443\" "
         "(TLS) or \"unix:/run/parley.sock\". Port 0 lets the system choose. Without a token "
         "secret only loopback addresses and Unix sockets are allowed."},
    {KEY(server, threads), .kind = KeyKind::count, .max = 1024, .flag = "--threads",
     .flag_value = "N", .doc = "Threads that serve connections; 0 takes one for each core."},
    {KEY(server, tls), .kind = KeyKind::text, .max = 8 * kKiB, .check = check_tls,
     .example = "cert.pem,key.pem", .flag = "--tls", .flag_value = "self|CERT,KEY",
     .doc = "Certificate chain and private key as two PEM files, \"cert.pem,key.pem\", or \"self\" "
            "for a certificate made at start. If server.listen names no https address, port 8443 "
            "of the first one's host is added."},
    {KEY(server, drain_timeout), .kind = KeyKind::duration, .max = kHour, .error = Errc::shutdown,
     .doc = "After SIGTERM the sessions are closed one by one over at most this time; a second "
            "signal ends the process at once."},
    {KEY(server, token_secret), .kind = KeyKind::text, .max = 64 * kKiB, .check = check_secret,
     .example = "0123456789abcdef0123456789abcdef", .error = Errc::unauthorized, .secret = true,
     .doc = "The secret that signs the clients' tokens (HS256), at least 32 bytes; better kept in "
            "server.token_secret_file. Empty means development mode: any user name is believed, "
            "and the server stays on loopback."},
    {KEY(server, token_secret_file), .kind = KeyKind::text, .max = 4 * kKiB,
     .example = "/etc/parley/token.secret", .flag = "--token-secret-file", .flag_value = "FILE",
     .doc = "A file that holds server.token_secret; the line ends behind it do not count. Set one "
            "of the two."},

    {KEY(http, allowed_origins), .kind = KeyKind::list, .check = check_origin,
     .example = "https://chat.example.com", .error = Errc::http_forbidden_origin,
     .flag = "--allow-origin", .flag_value = "ORIGIN",
     .doc =
         "Origins of other sites whose pages may connect, as \"https://chat.example.com\"; \"*\" "
         "lets every page on the web. Pages of the server's own origin always may, and clients "
         "that are no browsers send none."},
    {KEY(http, metrics), .kind = KeyKind::choice, .choices = "loopback|any|off",
     .doc = "Who may read /metrics: clients on this machine, any client, or nobody."},

    {KEY(plain, echo_path), .kind = KeyKind::text, .max = 255, .check = check_path,
     .doc = "Path of the echo page and of its WebSocket, where all talk to all."},
    {KEY(plain, room_path), .kind = KeyKind::text, .max = 255, .check = check_path,
     .doc = "Path below which each room has its WebSocket: /room/NAME."},
    {KEY(plain, ping), .kind = KeyKind::text, .max = 125,
     .doc = "A text message equal to this word is a heartbeat: answered to its sender and never "
            "broadcast. Empty turns text heartbeats off."},
    {KEY(plain, pong), .kind = KeyKind::text, .max = 125,
     .doc = "The answer to plain.ping; a client chooses another with ?pong=WORD."},

    {KEY(websocket, compression), .kind = KeyKind::boolean,
     .doc = "Offer permessage-deflate (RFC 7692); a message is compressed once for all receivers."},
    {KEY(websocket, compression_threshold), .kind = KeyKind::size, .max = kGiB,
     .doc = "Messages smaller than this are sent uncompressed."},
    {KEY(websocket, compression_level), .kind = KeyKind::count, .min = 1, .max = 9,
     .doc = "zlib's level, from 1 (fastest) to 9 (smallest)."},

    {KEY(limits, connections), .kind = KeyKind::count, .max = 10'000'000,
     .error = Errc::too_many_connections,
     .doc = "Open connections in all; 0 derives the number from the limit of open descriptors."},
    {KEY(limits, connections_per_address), .kind = KeyKind::count, .max = 10'000'000,
     .error = Errc::too_many_connections,
     .doc = "Open connections from one IP address; 0 sets no limit. Behind a proxy all clients "
            "share one address."},
    {KEY(limits, request_line_bytes), .kind = KeyKind::size, .min = 64, .max = kMiB,
     .error = Errc::http_uri_too_long, .doc = "Length of an HTTP request line."},
    {KEY(limits, header_bytes), .kind = KeyKind::size, .min = 256, .max = kMiB,
     .error = Errc::http_headers_too_large, .doc = "All header lines of a request together."},
    {KEY(limits, header_count), .kind = KeyKind::count, .min = 1, .max = 10'000,
     .error = Errc::http_headers_too_large, .doc = "Header lines in a request."},
    {KEY(limits, body_bytes), .kind = KeyKind::size, .max = kGiB,
     .error = Errc::http_body_too_large, .doc = "Body of a request."},
    {KEY(limits, request_timeout), .kind = KeyKind::duration, .min = 10, .max = kHour,
     .error = Errc::http_request_timeout,
     .doc = "Time for a whole request (and for a TLS handshake), from its first byte or the "
            "connection's start to its last byte, however it dribbles in."},
    {KEY(limits, keep_alive_timeout), .kind = KeyKind::duration, .min = 10, .max = 24 * kHour,
     .error = Errc::idle_timeout,
     .doc = "An HTTP connection without a request is closed after this time."},
    {KEY(limits, message_bytes), .kind = KeyKind::size, .min = 1, .max = kGiB,
     .error = Errc::ws_message_too_big,
     .doc = "A WebSocket message, after joining its fragments and inflating."},
    {KEY(limits, message_fragments), .kind = KeyKind::count, .min = 1, .max = 1'000'000,
     .error = Errc::ws_too_many_fragments, .doc = "Continuation frames of one WebSocket message."},
    {KEY(limits, message_timeout), .kind = KeyKind::duration, .min = 10, .max = 24 * kHour,
     .error = Errc::message_timeout,
     .doc = "Time from the first byte of a WebSocket message to its last."},
    {KEY(limits, outbox_bytes), .kind = KeyKind::size, .min = kKiB, .max = 4 * kGiB,
     .error = Errc::slow_consumer,
     .doc = "Bytes that may wait for a client that does not read fast enough."},
    {KEY(limits, ping_interval), .kind = KeyKind::duration, .min = 10, .max = kHour,
     .doc = "The server sends a WebSocket ping to a client that was silent for this time."},
    {KEY(limits, pong_timeout), .kind = KeyKind::duration, .min = 10, .max = kHour,
     .error = Errc::pong_timeout,
     .doc = "A client that was pinged must send something within this time."},
    {KEY(limits, close_timeout), .kind = KeyKind::duration, .min = 10, .max = kHour,
     .doc = "Time for the peer to answer a close frame; then the connection is cut."},
    {KEY(limits, publish_rate), .kind = KeyKind::count, .max = 1'000'000,
     .error = Errc::too_many_requests,
     .doc = "Messages a second that one connection may send; 0 sets no limit."},
    {KEY(limits, user_name_bytes), .kind = KeyKind::size, .min = 1, .max = 4 * kKiB,
     .error = Errc::bad_user_name, .doc = "Length of a user name in UTF-8."},
    {KEY(limits, room_name_bytes), .kind = KeyKind::size, .min = 1, .max = 4 * kKiB,
     .error = Errc::bad_room_name,
     .doc = "Length of a room name in UTF-8, after percent-decoding."},
    {KEY(limits, presence_list), .kind = KeyKind::count, .max = 100'000,
     .doc = "User names in a joined, left or who message; longer lists are cut, and their total is "
            "still told."},
    {KEY(limits, mailbox_messages), .kind = KeyKind::count, .min = 16, .max = 16'777'216,
     .error = Errc::overloaded, .doc = "Messages that may wait between two threads of the server."},

    {KEY(log, level), .kind = KeyKind::choice, .choices = "trace|debug|info|warning|error|off",
     .flag = "--log-level", .flag_value = "LEVEL",
     .doc = "The least severe messages that are logged. Query strings are never logged, as they "
            "hold tokens."},
    {KEY(log, format), .kind = KeyKind::choice, .choices = "text|json",
     .doc = "One line of text for people, or one JSON object a line for machines."},
};

#undef KEY

}  // namespace

std::span<const Key> config_keys() { return kKeys; }

std::string dotted(const Key& key) {
  return std::string(key.section) + "." + std::string(key.name);
}

std::string environment_name(const Key& key) {
  std::string name = "PARLEY_" + std::string(key.section) + "__" + std::string(key.name);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

const Key* find_key(std::string_view dotted_name) {
  const auto* key =
      std::ranges::find_if(kKeys, [&](const Key& each) { return dotted(each) == dotted_name; });
  return key == std::end(kKeys) ? nullptr : key;
}

const Key* nearest_key(std::string_view dotted_name) {
  const std::size_t dot = dotted_name.find('.');
  const bool has_section = dot != std::string_view::npos;
  const std::string_view section = has_section ? dotted_name.substr(0, dot) : "";
  const std::string_view name = has_section ? dotted_name.substr(dot + 1) : dotted_name;
  // The right name in a wrong section counts as one letter off: it is a common slip.
  const auto distance = [&](const Key& key) {
    return edit_distance(name, key.name) + (section == key.section ? 0 : 1);
  };
  const auto* nearest = std::ranges::min_element(kKeys, {}, distance);
  return is_near(name, distance(*nearest)) ? nearest : nullptr;
}

std::string unknown_key(const std::string& dotted_name) {
  const Key* near = nearest_key(dotted_name);
  return "unknown key " + dotted_name +
         (near == nullptr ? "; `parley config doc` lists all keys"
                          : "; did you mean " + dotted(*near) + "?");
}

}  // namespace parley::server
