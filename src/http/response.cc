#include "http/response.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "http/tokens.h"

namespace parley::http {
namespace {

constexpr std::pair<int, std::string_view> kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

constexpr std::pair<std::string_view, std::string_view> kSecurityHeaders[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

// What the embedded app needs and no more: scripts and styles of its own, pictures that it draws
// itself, sound and films that the user is about to send, sockets of any server that the user
// names.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

void append_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

const std::string* find_header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equals_ignore_case(key, name)) return &value;
  }
  return nullptr;
}

// serialize() alone says where a response ends and whether the connection goes on.
bool is_framing(std::string_view name) {
  return equals_ignore_case(name, "content-length") ||
         equals_ignore_case(name, "transfer-encoding") || equals_ignore_case(name, "connection");
}

void append_own_headers(std::string& head, const Response& response, bool interim) {
  for (const auto& [name, value] : response.headers) {
    if (!is_token(name) || has_control_characters(value)) continue;
    if (!interim && is_framing(name)) continue;
    append_header(head, name, value);
  }
}

void append_connection(std::string& head, const Response& response,
                       const SerializeOptions& options) {
  // A 426 names its Upgrade header as one for this hop.
  const bool upgrade = find_header(response, "upgrade") != nullptr;
  if (response.close || !options.keep_alive) {
    append_header(head, "Connection", upgrade ? "Upgrade, close" : "close");
  } else if (upgrade) {
    append_header(head, "Connection", "Upgrade");
  } else if (options.minor_version == 0) {
    append_header(head, "Connection", "keep-alive");
  }
}

void append_defaults(std::string& head, const Response& response) {
  for (const auto& [name, value] : kSecurityHeaders) {
    if (find_header(response, name) == nullptr) append_header(head, name, value);
  }
  const std::string* const type = find_header(response, "content-type");
  if (type != nullptr && type->starts_with("text/html") &&
      find_header(response, "content-security-policy") == nullptr) {
    append_header(head, "Content-Security-Policy", kPagePolicy);
  }
}

const std::string& current_date() {
  thread_local std::int64_t second = -1;
  thread_local std::string date;
  const std::int64_t now = wall_time_ms() / 1000;
  if (now != second) {
    date = http_date(now);
    second = now;
  }
  return date;
}

Response with_content(int status, std::string_view type, std::string body) {
  Response response;
  response.status = status;
  response.add("Content-Type", std::string(type));
  response.body = std::move(body);
  return response;
}

}  // namespace

LocalPtr<Frame> serialize(const Response& response, const SerializeOptions& options) {
  const int status = response.status;
  const bool interim = status < 200;
  const bool has_content = !interim && status != 204 && status != 304;

  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  head.append(reason_phrase(status)).append("\r\n");
  append_own_headers(head, response, interim);
  if (!interim) {
    append_header(head, "Date", current_date());
    append_header(head, "Server", "Parley");
    append_connection(head, response, options);
    append_defaults(head, response);
  }
  if (has_content) {
    append_header(head, "Content-Length", std::to_string(response.content_length()));
  }
  head.append("\r\n");
  const bool head_alone = !has_content || options.head_request || response.source != nullptr;
  return Frame::join(head, head_alone ? ByteView() : response.content());
}

Response text(int status, std::string body) {
  return with_content(status, "text/plain; charset=utf-8", std::move(body));
}

Response json(int status, std::string body) {
  return with_content(status, "application/json", std::move(body));
}

Response problem(Errc code, std::string_view detail) {
  const ErrorInfo& info = error_info(code);
  std::string body;
  JsonWriter writer(body);
  writer.begin_object().key("error").begin_object();
  writer.member("code", static_cast<int>(code)).member("name", info.name);
  writer.member("message", info.meaning);
  if (!detail.empty()) writer.member("detail", detail);
  writer.end_object().end_object();
  // A code that has no status of its own reached HTTP by our fault.
  return json(info.http_status == 0 ? 500 : info.http_status, std::move(body));
}

std::string_view reason_phrase(int status) {
  const auto* const found =
      std::ranges::find(kReasons, status, &std::pair<int, std::string_view>::first);
  return found == std::end(kReasons) ? std::string_view() : found->second;
}

std::string http_date(std::int64_t seconds_since_epoch) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = seconds_since_epoch;
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                 kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                 kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                                 utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace parley::http
