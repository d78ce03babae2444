#include "base/error.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/check.h"

namespace parley {
namespace {

constexpr std::array kCatalogue = {
    ErrorInfo{Errc::bad_message, "bad_message",
              "The message is not the JSON that this format expects; see docs/dialects/plain.md.",
              0, 0, false},
    ErrorInfo{Errc::unknown_type, "unknown_type",
              "The message has a \"type\" that the server does not know.", 0, 0, false},
    ErrorInfo{Errc::user_not_connected, "user_not_connected",
              "Nobody of that name is connected, so the direct message reached nobody.", 0, 0,
              true},
    ErrorInfo{Errc::bad_room_name, "bad_room_name",
              "A room name is 1 to 255 bytes of UTF-8 without control characters or '/'.", 400,
              1008, false},
    ErrorInfo{Errc::bad_user_name, "bad_user_name",
              "A user name is 1 to 128 bytes of UTF-8 without control characters.", 400, 1008,
              false},
    ErrorInfo{Errc::unauthorized, "unauthorized",
              "The token is missing or wrong; get a right one and connect again.", 401, 1008,
              false},
    ErrorInfo{Errc::too_many_requests, "too_many_requests",
              "The connection sends faster than limits.publish_rate allows; slow down.", 429, 1008,
              true},
    ErrorInfo{Errc::overloaded, "overloaded",
              "The server's queue for this room is full; the message was not sent, try again.", 503,
              1013, true},
    ErrorInfo{Errc::unknown_namespace, "unknown_namespace",
              "No [[namespace]] of the configuration has the name before the channel's colon.", 404,
              1008, false},
    ErrorInfo{Errc::permission_denied, "permission_denied",
              "The channel's rules, or the token, do not let this client do that.", 403, 1008,
              false},
    ErrorInfo{Errc::already_subscribed, "already_subscribed",
              "The connection is subscribed to this channel already.", 0, 0, false},
    ErrorInfo{Errc::too_many_channels, "too_many_channels",
              "The connection is in limits.channels_per_connection channels already.", 0, 1008,
              false},
    ErrorInfo{Errc::not_available, "not_available",
              "The channel's rules, or the server's configuration, do not have this feature.", 404,
              1008, false},
    ErrorInfo{Errc::unrecoverable_position, "unrecoverable_position",
              "The history no longer reaches back to this position; load the state anew.", 416, 0,
              false},
    ErrorInfo{Errc::method_not_found, "method_not_found", "There is no method of this name.", 404,
              0, false},
    ErrorInfo{Errc::unsubscribed, "unsubscribed", "The back end ended this subscription.", 0, 4003,
              false},
    ErrorInfo{Errc::subscription_expired, "subscription_expired",
              "The subscription's token expired and was not renewed; get a new one.", 0, 1008,
              true},
    ErrorInfo{Errc::storage_failed, "storage_failed",
              "The message could not be stored (the server's log says why), so it was not sent.",
              503, 1013, true},
    ErrorInfo{Errc::insufficient_state, "insufficient_state",
              "The connection may have missed publications; subscribe again and recover.", 0, 4004,
              true},
    ErrorInfo{Errc::bad_command, "bad_command",
              "The command breaks the protocol; the detail says where.", 400, 1008, false},
    ErrorInfo{Errc::payload_too_big, "payload_too_big",
              "The payload is larger than the channel's namespace allows (message_bytes).", 413,
              1009, false},
    ErrorInfo{Errc::presence_too_long, "presence_too_long",
              "More than limits.presence_clients are in the channel; ask for its presence_stats.",
              400, 0, false},
    ErrorInfo{Errc::file_too_large, "file_too_large",
              "The file is larger than files.max_bytes, or than its upload announced.", 413, 0,
              false},
    ErrorInfo{Errc::file_type_refused, "file_type_refused",
              "The file's type is not one of files.types, or its first bytes are of another type "
              "than was claimed.",
              415, 0, false},
    ErrorInfo{Errc::file_quota, "file_quota",
              "The files of this user have files.user_bytes already; remove some.", 507, 0, false},
    ErrorInfo{Errc::files_full, "files_full",
              "All files together have files.total_bytes already, or the disk is full.", 507, 0,
              true},
    ErrorInfo{Errc::too_many_uploads, "too_many_uploads",
              "The user has begun files.uploads uploads and completed none of them; finish or "
              "remove one.",
              429, 0, true},
    ErrorInfo{Errc::upload_conflict, "upload_conflict",
              "Upload-Offset is not where the upload goes on; ask for it with HEAD.", 409, 0, true},
    ErrorInfo{Errc::file_not_stored, "file_not_stored",
              "The disk failed (the server's log says why); send the same bytes again.", 503, 0,
              true},
    ErrorInfo{Errc::upload_version, "upload_version",
              "Tus-Resumable names a version of the protocol other than 1.0.0.", 412, 0, false},
    ErrorInfo{Errc::token_expired, "token_expired",
              "The token has expired; get a new one and connect again.", 401, 1008, true},

    ErrorInfo{Errc::http_bad_request, "http_bad_request",
              "The request breaks the rules of HTTP/1.1.", 400, 0, false},
    ErrorInfo{Errc::http_forbidden_origin, "http_forbidden_origin",
              "The page's origin is not this server's; add it to http.allowed_origins.", 403, 0,
              false},
    ErrorInfo{Errc::http_not_found, "http_not_found", "There is nothing at this path.", 404, 0,
              false},
    ErrorInfo{Errc::http_method_not_allowed, "http_method_not_allowed",
              "The path exists, but not for this method; the Allow header lists those it takes.",
              405, 0, false},
    ErrorInfo{Errc::http_request_timeout, "http_request_timeout",
              "The request was not complete within limits.request_timeout.", 408, 0, true},
    ErrorInfo{Errc::http_body_too_large, "http_body_too_large",
              "The body is larger than limits.body_bytes.", 413, 0, false},
    ErrorInfo{Errc::http_uri_too_long, "http_uri_too_long",
              "The request line is longer than limits.request_line_bytes.", 414, 0, false},
    ErrorInfo{Errc::http_headers_too_large, "http_headers_too_large",
              "The headers exceed limits.header_bytes or limits.header_count.", 431, 0, false},
    ErrorInfo{Errc::http_upgrade_required, "http_upgrade_required",
              "Only WebSocket version 13 (RFC 6455) is spoken here.", 426, 0, false},
    ErrorInfo{Errc::http_range_not_satisfiable, "http_range_not_satisfiable",
              "The Range lies outside of the file.", 416, 0, false},
    ErrorInfo{Errc::http_not_implemented, "http_not_implemented",
              "The request uses a method or transfer coding that the server does not know.", 501, 0,
              false},
    ErrorInfo{Errc::http_version_not_supported, "http_version_not_supported",
              "Only HTTP/1.0 and HTTP/1.1 are spoken here.", 505, 0, false},
    ErrorInfo{Errc::http_internal, "http_internal", "The server failed; its log says why.", 500, 0,
              true},

    ErrorInfo{Errc::http_unsupported_media_type, "http_unsupported_media_type",
              "The body's Content-Type is not what this path takes.", 415, 0, false},

    ErrorInfo{Errc::ws_protocol_error, "ws_protocol_error", "A frame breaks RFC 6455.", 0, 1002,
              false},
    ErrorInfo{Errc::ws_invalid_utf8, "ws_invalid_utf8", "A text message is not valid UTF-8.", 0,
              1007, false},
    ErrorInfo{Errc::ws_message_too_big, "ws_message_too_big",
              "A message is larger than limits.message_bytes (after inflating).", 0, 1009, false},
    ErrorInfo{Errc::ws_too_many_fragments, "ws_too_many_fragments",
              "A message has more continuation frames than limits.message_fragments.", 0, 1008,
              false},
    ErrorInfo{Errc::ws_bad_close, "ws_bad_close",
              "A close frame has a code that may not be sent, or a broken reason.", 0, 1002, false},
    ErrorInfo{Errc::ws_bad_deflate, "ws_bad_deflate", "A compressed message does not inflate.", 0,
              1007, false},

    ErrorInfo{
        Errc::slow_consumer, "slow_consumer",
        "The client did not read fast enough: more than limits.outbox_bytes were waiting, or an "
        "HTTP answer was read more slowly than limits.answer_rate.",
        0, 4001, true},
    ErrorInfo{Errc::pong_timeout, "pong_timeout",
              "The client did not answer a ping within limits.pong_timeout.", 0, 1001, true},
    ErrorInfo{Errc::shutdown, "shutdown", "The server is going down; connect again.", 503, 1001,
              true},
    ErrorInfo{Errc::too_many_connections, "too_many_connections",
              "limits.connections (or limits.connections_per_address) are open already.", 503, 1013,
              true},
    ErrorInfo{Errc::message_timeout, "message_timeout",
              "A message was begun but not finished within limits.message_timeout.", 0, 1008, true},
    ErrorInfo{Errc::idle_timeout, "idle_timeout",
              "No request came within limits.keep_alive_timeout, or nothing of an answer was read.",
              0, 0, true},
    ErrorInfo{Errc::authentication_timeout, "authentication_timeout",
              "The client did not say who it is within limits.authentication_timeout.", 0, 1008,
              false},
    ErrorInfo{Errc::connection_expired, "connection_expired",
              "The token expired and was not renewed in time; get a new one and connect again.", 0,
              4002, true},
    ErrorInfo{Errc::disconnected, "disconnected",
              "The back end ended this connection; do not come back by yourself.", 0, 4003, false},
    ErrorInfo{Errc::reconnect, "reconnect", "The back end asks the client to connect again.", 0,
              4005, true},
    ErrorInfo{Errc::too_many_commands, "too_many_commands",
              "More than limits.pending_commands of the connection were waiting.", 0, 1008, true},

    ErrorInfo{Errc::config_invalid, "config_invalid",
              "The configuration is wrong; every fault is listed with its place.", 0, 0, false},
    ErrorInfo{Errc::io_error, "io_error", "The operating system refused an operation.", 0, 0, true},
    ErrorInfo{Errc::closed_by_peer, "closed_by_peer", "The peer closed the connection.", 0, 0,
              true},
};

}  // namespace

const ErrorInfo& error_info(Errc code) {
  for (const ErrorInfo& info : kCatalogue) {
    if (info.code == code) return info;
  }
  check_failed("error code is in the catalogue", __FILE__, __LINE__);
}

std::span<const ErrorInfo> error_catalogue() { return kCatalogue; }

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "parley: CHECK failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

void throw_exception_from_error(Errc code, const boost::source_location& at) {
  check_failed(error_info(code).name.data(), at.file_name(), static_cast<int>(at.line()));
}

}  // namespace parley
