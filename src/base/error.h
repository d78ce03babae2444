// The one catalogue of failures. Every refusal that a client, a log or an HTTP reply can show has a
// number here; numbers never change. `Result<T>` carries a value or an Errc, never text: the human
// detail travels beside it. docs/errors.md is printed from the same table (`parley config doc
// --errors`).
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <span>
#include <string_view>

namespace parley {

// How this stays stable: append only. The hundreds group by origin: 1xx the request of a client,
// 2xx HTTP, 3xx the WebSocket protocol, 4xx limits and lifecycle, 9xx configuration and start-up.
enum class Errc : std::uint16_t {
  bad_message = 101,
  unknown_type = 102,
  user_not_connected = 103,
  bad_room_name = 104,
  bad_user_name = 105,
  unauthorized = 106,
  too_many_requests = 107,
  overloaded = 108,
  unknown_namespace = 110,
  permission_denied = 111,
  already_subscribed = 112,
  too_many_channels = 113,
  not_available = 114,
  unrecoverable_position = 115,
  method_not_found = 116,
  unsubscribed = 117,
  subscription_expired = 118,
  storage_failed = 119,
  insufficient_state = 120,
  bad_command = 121,
  payload_too_big = 122,
  presence_too_long = 123,
  file_too_large = 124,
  file_type_refused = 125,
  file_quota = 126,
  files_full = 127,
  too_many_uploads = 128,
  upload_conflict = 129,
  file_not_stored = 130,
  upload_version = 131,
  token_expired = 109,

  http_bad_request = 201,
  http_forbidden_origin = 202,
  http_not_found = 203,
  http_method_not_allowed = 204,
  http_request_timeout = 205,
  http_body_too_large = 206,
  http_uri_too_long = 207,
  http_headers_too_large = 208,
  http_upgrade_required = 209,
  http_range_not_satisfiable = 210,
  http_not_implemented = 211,
  http_version_not_supported = 212,
  http_internal = 213,
  http_unsupported_media_type = 214,

  ws_protocol_error = 301,
  ws_invalid_utf8 = 302,
  ws_message_too_big = 303,
  ws_too_many_fragments = 304,
  ws_bad_close = 305,
  ws_bad_deflate = 306,

  slow_consumer = 401,
  pong_timeout = 402,
  shutdown = 403,
  too_many_connections = 404,
  message_timeout = 405,
  idle_timeout = 406,
  authentication_timeout = 407,
  connection_expired = 408,
  disconnected = 409,
  reconnect = 410,
  too_many_commands = 411,

  config_invalid = 901,
  io_error = 902,
  closed_by_peer = 903,
};

template <class T>
using Result = boost::system::result<T, Errc>;

struct ErrorInfo {
  Errc code;
  std::string_view name;      // snake_case, shown to clients and in metrics
  std::string_view meaning;   // what was wrong and what to do, one sentence
  std::uint16_t http_status;  // 0: never shown over HTTP
  std::uint16_t close_code;   // WebSocket close code; 0: never closes a connection
  bool retryable;             // may the client try the same again
};

const ErrorInfo& error_info(Errc code);
std::span<const ErrorInfo> error_catalogue();

// Found by Boost when Result's throwing accessors are used, which ours are not; it ends the
// process.
[[noreturn]] void throw_exception_from_error(Errc code, const boost::source_location& at);

}  // namespace parley
