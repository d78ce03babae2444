#include "server/config_keys.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/nearest_name.h"
#include "server/config_checks.h"
#include "server/jwks_fetch.h"

namespace parley::server {
namespace {

constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr std::uint64_t kSecond = 1'000;  // durations are in milliseconds
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;

// One name is section, key and member at once.
#define KEY(SECTION, NAME)            \
  .section = #SECTION, .name = #NAME, \
  .member = [](Config& config) -> Member { return &config.SECTION.NAME; }
#define CHANNEL_KEY(NAME) \
  KEY(channel, NAME), .rule = [](Config::Channel& rules) -> Member { return &rules.NAME; }

constexpr std::string_view kAccess = "anyone|subscriber|token|backend";

constexpr Key kKeys[] = {
    {KEY(server, listen), .kind = KeyKind::list, .check = check_listen, .flag = "--listen",
     .flag_value = "ADDRESS",
     .doc =
         "Addresses to listen on: \"127.0.0.1:8000\", \"[::1]:8000\", \"https://127.0.0.1:8443\" "
         "(TLS) or \"unix:/run/parley.sock\". Port 0 lets the system choose. In "
         "development mode only loopback addresses and Unix sockets are allowed."},
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
    {KEY(server, coalesce_delay), .kind = KeyKind::duration, .max = 100,
     .doc =
         "So long a thread with more work than it can do may put writing off, that more messages "
         "leave in one piece: more throughput for more latency. One that keeps up writes at "
         "once; 0 always does."},
    {KEY(server, token_secret), .kind = KeyKind::text, .max = 64 * kKiB, .check = check_secret,
     .example = "0123456789abcdef0123456789abcdef", .error = Errc::unauthorized, .secret = true,
     .doc =
         "The secret that signs the clients' tokens (HS256), at least 32 bytes; better kept in "
         "server.token_secret_file. Without it and without the keys of [tokens] the server is in "
         "development mode: any user name is believed, and only loopback is listened on."},
    {KEY(server, token_secret_file), .kind = KeyKind::text, .max = 4 * kKiB,
     .example = "/etc/parley/token.secret", .flag = "--token-secret-file", .flag_value = "FILE",
     .doc = "A file that holds server.token_secret; the line ends behind it do not count. Set one "
            "of the two."},

    {KEY(tokens, public_keys), .kind = KeyKind::list, .example = "/etc/parley/issuer.pem",
     .doc =
         "Files with a public key or a certificate in PEM, one each, that check tokens: RSA from "
         "2048 bits on, EC P-256, P-384 and P-521, Ed25519 and Ed448."},
    {KEY(tokens, jwks_url), .kind = KeyKind::text, .max = 4 * kKiB, .check = check_jwks_url,
     .example = "https://issuer.example/.well-known/jwks.json",
     .doc = "Where the public keys of an issuer are fetched as a JSON Web Key Set: over https, or "
            "over http from this machine. At most 256 KiB and 100 keys."},
    {KEY(tokens, jwks_refresh), .kind = KeyKind::duration, .min = kSecond, .max = 7 * 24 * kHour,
     .doc = "The fetched keys are fetched again after this time; earlier, but at most every 10 s, "
            "when a token names an unknown one."},
    {KEY(tokens, audience), .kind = KeyKind::list, .example = "chat", .error = Errc::unauthorized,
     .doc = "A token's aud must hold one of these; empty: aud is not looked at."},
    {KEY(tokens, issuer), .kind = KeyKind::list, .example = "https://issuer.example",
     .error = Errc::unauthorized,
     .doc = "A token's iss must be one of these; empty: iss is not looked at."},
    {KEY(tokens, leeway), .kind = KeyKind::duration, .max = 10 * kMinute,
     .error = Errc::token_expired,
     .doc = "The clocks of the issuer and of this machine may differ by this much: exp and nbf "
            "count so much later and earlier."},

    {KEY(client, insecure), .kind = KeyKind::list, .check = check_insecure, .example = "all",
     .flag = "--insecure", .flag_value = "ADDRESS|all",
     .doc = "Listeners, written as in server.listen, or \"all\": whoever connects there needs no "
            "token and may do everything in every channel. For tests and work on this machine; "
            "only loopback addresses and Unix sockets are allowed."},

    {KEY(http, allowed_origins), .kind = KeyKind::list, .check = check_origin,
     .example = "https://chat.example.com", .error = Errc::http_forbidden_origin,
     .flag = "--allow-origin", .flag_value = "ORIGIN",
     .doc =
         "Origins of other sites whose pages may connect, as \"https://chat.example.com\"; \"*\" "
         "lets every page on the web. Pages of the server's own origin always may, and clients "
         "that are no browsers send none. On the loopback a development server, and a listener of "
         "client.insecure, answers only to a Host that nobody can rebind: a loopback name, an "
         "address, or the host of one of these."},
    {KEY(http, metrics), .kind = KeyKind::choice, .choices = "loopback|any|off",
     .doc = "Who may read /metrics: clients on this machine, any client, or nobody."},
    {KEY(http, web_root), .kind = KeyKind::text, .max = 4 * kKiB, .example = "web/app/dist",
     .doc = "A folder with the web app to serve instead of the one in the binary, for work on it: "
            "each file is read at each request, so a new build shows without a restart."},
    {KEY(http, apps), .kind = KeyKind::boolean,
     .doc = "Serve the pages of the apps, /chat, /danmaku and /lab, and have the namespaces that "
            "they need: inbox, live and track. Without them there is the page of the echo and the "
            "rooms alone."},

    {KEY(api, keys), .kind = KeyKind::list, .check = check_api_key, .example = "5f2c8a90d1e7",
     .error = Errc::unauthorized, .secret = true, .flag = "--api-key", .flag_value = "KEY",
     .doc = "Keys of the HTTP API, each at least 8 characters, as `openssl rand -hex 16` prints; a "
            "request carries one of them. More than one lets them be changed without a pause. "
            "Without a key the API refuses every request. Other users of the machine can see a "
            "flag; the file and the environment are safer."},

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
     .doc =
         "Time for a whole request (and for a TLS handshake), from its first byte or the "
         "connection's start to its last byte, however it dribbles in. Then as long again for the "
         "answer; one that takes longer is overloaded (108)."},
    {KEY(limits, keep_alive_timeout), .kind = KeyKind::duration, .min = 10, .max = 24 * kHour,
     .error = Errc::idle_timeout,
     .doc =
         "An HTTP connection is closed when for this time it has no request, or takes nothing of "
         "the answer that waits for it."},
    {KEY(limits, answer_rate), .kind = KeyKind::size, .max = kGiB, .error = Errc::slow_consumer,
     .doc = "Bytes a second of an HTTP answer that a client must read on average, with "
            "limits.keep_alive_timeout more for all of it; a slower one is cut. 0 sets no limit."},
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
     .doc = "Time for the peer to take a close frame and to answer it, or to close its side after "
            "the last HTTP answer, which is written before this begins; then the connection is "
            "cut."},
    {KEY(limits, publish_rate), .kind = KeyKind::count, .max = 1'000'000,
     .error = Errc::too_many_requests,
     .doc = "Messages a second that one connection may send; 0 sets no limit."},
    {KEY(limits, user_name_bytes), .kind = KeyKind::size, .min = 1, .max = 4 * kKiB,
     .error = Errc::bad_user_name, .doc = "Length of a user name in UTF-8."},
    {KEY(limits, room_name_bytes), .kind = KeyKind::size, .min = 1, .max = 4 * kKiB,
     .error = Errc::bad_room_name,
     .doc = "Length of a channel's name in UTF-8, in every dialect; a room is the channel of its "
            "name."},
    {KEY(limits, presence_list), .kind = KeyKind::count, .max = 100'000,
     .doc = "User names in a joined, left or who message; longer lists are cut, and their total is "
            "still told."},
    {KEY(limits, mailbox_messages), .kind = KeyKind::count, .min = 16, .max = 16'777'216,
     .error = Errc::overloaded, .doc = "Messages that may wait between two threads of the server."},
    {KEY(limits, history_bytes), .kind = KeyKind::size, .min = kMiB, .max = 1024 * kGiB,
     .doc = "Memory for the histories of all channels, divided equally among the threads. Beyond "
            "it, channels that were quiet the longest lose theirs; what is durable stays on disk."},
    {KEY(limits, history_page), .kind = KeyKind::count, .min = 1, .max = 100'000,
     .doc = "Publications in one answer to a request for history; a larger number asked for counts "
            "as this."},
    {KEY(limits, recovery_publications), .kind = KeyKind::count, .min = 1, .max = 100'000,
     .doc = "Publications that a returning client may have missed in a channel; one that missed "
            "more is told that it was not recovered."},
    {KEY(limits, channels_per_connection), .kind = KeyKind::count, .min = 1, .max = 1'000'000,
     .error = Errc::too_many_channels, .doc = "Channels that one connection may be in."},
    {KEY(limits, presence_clients), .kind = KeyKind::count, .min = 1, .max = 1'000'000,
     .error = Errc::presence_too_long,
     .doc = "Connections in one answer to a request for presence; of a fuller channel only the "
            "numbers are told."},
    {KEY(limits, presence_batch), .kind = KeyKind::duration, .max = kMinute,
     .doc = "Joins and leaves of a channel that follow each other within this time are told "
            "together; 0s tells each at once."},
    {KEY(limits, idempotency_keys), .kind = KeyKind::count, .min = 1, .max = 16'777'216,
     .doc = "Idempotency keys that each thread remembers, for 5 minutes at most, so that a "
            "publication that is sent again is not delivered twice."},
    {KEY(limits, pending_commands), .kind = KeyKind::count, .min = 1, .max = 1'000'000,
     .error = Errc::too_many_commands,
     .doc = "Commands of one connection that may wait for their turn, in the centrifuge dialect."},
    {KEY(limits, authentication_timeout), .kind = KeyKind::duration, .min = 10, .max = kHour,
     .error = Errc::authentication_timeout,
     .doc = "Time from opening a connection to its connect command, in the centrifuge dialect."},

    {CHANNEL_KEY(subscribe), .kind = KeyKind::choice, .choices = "anyone|token|backend",
     .error = Errc::permission_denied, .doc = "Who may subscribe."},
    {CHANNEL_KEY(publish), .kind = KeyKind::choice, .choices = kAccess,
     .error = Errc::permission_denied, .doc = "Who may publish."},
    {CHANNEL_KEY(see_presence), .kind = KeyKind::choice, .choices = kAccess,
     .error = Errc::permission_denied, .doc = "Who may ask who is there."},
    {CHANNEL_KEY(read_history), .kind = KeyKind::choice, .choices = kAccess,
     .error = Errc::permission_denied,
     .doc = "Who may ask for the history. What a returning subscriber missed is recovered without "
            "this right."},
    {CHANNEL_KEY(presence), .kind = KeyKind::boolean,
     .doc = "Keep who is there, and answer who asks."},
    {CHANNEL_KEY(join_leave), .kind = KeyKind::choice, .choices = "off|on_request|everyone",
     .doc = "Who is told of joins and leaves: nobody, the subscribers that ask for it, or all "
            "subscribers. Needs presence."},
    {CHANNEL_KEY(history_size), .kind = KeyKind::count, .max = 1'000'000,
     .doc = "Publications that are kept, the newest; 0 keeps no history."},
    {CHANNEL_KEY(history_ttl), .kind = KeyKind::duration, .min = 10, .max = 365 * 24 * kHour,
     .doc = "How long a publication is kept."},
    {CHANNEL_KEY(recovery), .kind = KeyKind::choice, .choices = "off|stream|cache",
     .doc = "What a returning subscriber receives: nothing, everything that it missed, or the "
            "newest publication. Needs a history."},
    {CHANNEL_KEY(durable), .kind = KeyKind::boolean, .error = Errc::storage_failed,
     .doc = "Keep the history on disk: a publication is acknowledged and delivered when it is "
            "there. Needs storage.path and a history."},
    {CHANNEL_KEY(slow_consumer), .kind = KeyKind::choice,
     .choices = "disconnect|drop_oldest|newest_per_key", .error = Errc::slow_consumer,
     .doc =
         "What happens to a subscriber for whom limits.outbox_bytes wait: it is disconnected, or "
         "loses the oldest messages, or of those with the same key all but the newest. Messages "
         "may be lost only where recovery is \"off\" or \"cache\"."},
    {CHANNEL_KEY(message_bytes), .kind = KeyKind::size, .max = kGiB, .error = Errc::payload_too_big,
     .doc = "Data of one publication; 0 leaves it to the limits of the transport."},
    {CHANNEL_KEY(message_rate), .kind = KeyKind::count, .max = 10'000'000,
     .error = Errc::too_many_requests,
     .doc = "Publications a second in one channel; 0 sets no limit."},

    {KEY(storage, path), .kind = KeyKind::text, .max = 4 * kKiB, .example = "parley.db",
     .doc =
         "The file (SQLite) in which durable channels are kept; it is made when it is not there, "
         "and another stands beside it, ending in -wal. Empty means that no channel may "
         "be durable."},
    {KEY(storage, sync), .kind = KeyKind::choice, .choices = "full|normal",
     .doc = "What an acknowledged publication survives: with \"full\" the loss of power, with "
            "\"normal\", which is faster, the end of the process, however sudden."},
    {KEY(storage, max_bytes), .kind = KeyKind::size, .max = 1024 * kGiB,
     .error = Errc::storage_failed,
     .doc = "Size of the file; beyond it publications are refused until others have expired, and "
            "/health tells \"full\". A file that is larger already stays. 0 takes what the disk "
            "holds."},
    {KEY(storage, queue), .kind = KeyKind::count, .min = 16, .max = 16'777'216,
     .error = Errc::overloaded, .doc = "Operations that may wait for the disk."},

    {KEY(files, path), .kind = KeyKind::text, .max = 4 * kKiB, .example = "/var/lib/parley/files",
     .error = Errc::not_available,
     .doc = "The folder in which uploaded files are kept; it is made when it is not there, and is "
            "this server's alone. Empty takes one beside storage.path, with its name and "
            "\"-files\": parley.db-files; without that, uploads are off. \"off\" turns them off in "
            "any case."},
    {KEY(files, max_bytes), .kind = KeyKind::size, .min = 1, .max = kGiB,
     .error = Errc::file_too_large, .doc = "One file."},
    {KEY(files, total_bytes), .kind = KeyKind::size, .min = 1, .max = 1024 * kGiB,
     .error = Errc::files_full,
     .doc = "All files together; each counts with 4 KiB more, and from the beginning of its upload "
            "with all that it announces."},
    {KEY(files, user_bytes), .kind = KeyKind::size, .min = 1, .max = 1024 * kGiB,
     .error = Errc::file_quota, .doc = "All files of one user, counted like that."},
    {KEY(files, uploads), .kind = KeyKind::count, .min = 1, .max = 10'000,
     .error = Errc::too_many_uploads,
     .doc = "Uploads that one user may have begun and not completed."},
    {KEY(files, downloads), .kind = KeyKind::count, .min = 1, .max = 1'000'000,
     .error = Errc::overloaded,
     .doc =
         "Downloads at once; each holds at most 128 KiB in memory. Further ones wait for a place, "
         "at most limits.request_timeout."},
    {KEY(files, downloads_per_address), .kind = KeyKind::count, .max = 1'000'000,
     .error = Errc::overloaded,
     .doc =
         "Downloads at once for one IP address; further ones wait, and are in nobody's way. 0 sets "
         "no limit. Behind a proxy all clients share one address."},
    {KEY(files, downloads_waiting), .kind = KeyKind::count, .max = 1'000'000,
     .error = Errc::overloaded, .doc = "Downloads that may wait for a place."},
    {KEY(files, types), .kind = KeyKind::list, .check = check_media_type,
     .error = Errc::file_type_refused,
     .doc = "Media types that are taken, as \"image/png\"; \"image/*\" takes all pictures, \"*/*\" "
            "takes everything. Pictures, sound and films whose first bytes fit are shown in place, "
            "all else is offered to be saved."},
    {KEY(files, ttl), .kind = KeyKind::duration, .max = 3650 * 24 * kHour,
     .doc = "Files are removed after this time; 0s keeps them for ever."},
    {KEY(files, unfinished_ttl), .kind = KeyKind::duration, .min = kSecond, .max = 365 * 24 * kHour,
     .doc = "An upload is given up when no bytes came for this time."},
    {KEY(files, queue), .kind = KeyKind::count, .min = 1, .max = 1'000'000,
     .error = Errc::overloaded,
     .doc = "Operations on files that may wait for the disk, with at most 64 MiB of bytes; an "
            "upload alone may have more."},

    {KEY(plain, echo_path), .kind = KeyKind::text, .max = 255, .check = check_path,
     .doc = "Path of the echo page and of its WebSocket, where all talk to all."},
    {KEY(plain, room_path), .kind = KeyKind::text, .max = 255, .check = check_path,
     .doc = "Path below which each room has its WebSocket: /room/NAME."},
    {KEY(plain, ping), .kind = KeyKind::text, .max = 125,
     .doc = "A text message equal to this word is a heartbeat: answered to its sender and never "
            "broadcast. Empty turns text heartbeats off."},
    {KEY(plain, pong), .kind = KeyKind::text, .max = 125,
     .doc = "The answer to plain.ping; a client chooses another with ?pong=WORD."},

    {KEY(centrifuge, path), .kind = KeyKind::text, .max = 255, .check = check_path,
     .doc = "Path of the WebSocket for the centrifuge clients."},
    {KEY(centrifuge, ping_interval), .kind = KeyKind::duration, .min = kSecond, .max = kHour,
     .doc = "The server sends a ping of this dialect this often. Clients are told the number in "
            "whole seconds, rounded up."},
    {KEY(centrifuge, pong_timeout), .kind = KeyKind::duration, .min = 10, .max = kHour,
     .error = Errc::pong_timeout, .doc = "A client must answer a ping within this time."},
    {KEY(centrifuge, allow_anonymous), .kind = KeyKind::boolean, .error = Errc::unauthorized,
     .doc = "Let clients without a token connect, as nobody. In development mode they always may."},
    {KEY(centrifuge, expiry_grace), .kind = KeyKind::duration, .max = kHour,
     .error = Errc::connection_expired,
     .doc = "Time that a client has to renew its token after that has expired."},

    {KEY(websocket, compression), .kind = KeyKind::boolean,
     .doc = "Offer permessage-deflate (RFC 7692); a message is compressed once for all receivers."},
    {KEY(websocket, compression_threshold), .kind = KeyKind::size, .max = kGiB,
     .doc = "Messages smaller than this are sent uncompressed."},
    {KEY(websocket, compression_level), .kind = KeyKind::count, .min = 1, .max = 9,
     .doc = "zlib's level, from 1 (fastest) to 9 (smallest)."},

    {KEY(log, level), .kind = KeyKind::choice, .choices = "trace|debug|info|warning|error|off",
     .flag = "--log-level", .flag_value = "LEVEL",
     .doc = "The least severe messages that are logged. Query strings are never logged, as they "
            "hold tokens."},
    {KEY(log, format), .kind = KeyKind::choice, .choices = "text|json",
     .doc = "One line of text for people, or one JSON object a line for machines."},
};

constexpr Key kNamespaceName = {
    .section = "namespace",
    .name = "name",
    .kind = KeyKind::text,
    .max = 128,
    .check = check_namespace_name,
    .example = "chat",
    .error = Errc::unknown_namespace,
    .doc = "What stands before the colon in the names of its channels: letters, digits, and - _ ."};

#undef CHANNEL_KEY
#undef KEY

}  // namespace

std::span<const Key> config_keys() { return kKeys; }

std::span<const Key> channel_keys() {
  const auto is_rule = [](const Key& key) { return key.rule != nullptr; };
  const auto* first = std::ranges::find_if(kKeys, is_rule);  // they stand together
  return {first, std::find_if_not(first, std::end(kKeys), is_rule)};
}

const Key& namespace_name_key() { return kNamespaceName; }

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
