#include "api/outcome.h"

#include <utility>

namespace parley::api {

Outcome done(std::string result) { return {std::move(result), {}, {}}; }

Outcome failure(Errc error, std::string detail) { return {{}, error, std::move(detail)}; }

Outcome bad_request(std::string detail) { return failure(Errc::bad_command, std::move(detail)); }

ApiError api_error(Errc error) {
  switch (error) {
    case Errc::unauthorized: return {101, "unauthorized", 401};
    case Errc::unknown_namespace: return {102, "unknown channel", 404};
    case Errc::permission_denied: return {103, "permission denied", 403};
    case Errc::method_not_found: return {104, "method not found", 404};
    case Errc::payload_too_big:
    case Errc::presence_too_long: return {106, "limit exceeded", 413};
    case Errc::bad_command:
    case Errc::bad_room_name: return {107, "bad request", 400};
    case Errc::not_available: return {108, "not available", 400};
    case Errc::too_many_requests: return {111, "too many requests", 429};
    case Errc::unrecoverable_position: return {112, "unrecoverable position", 416};
    default: return {100, "internal server error", 500};
  }
}

void write_error(JsonWriter& json, const Outcome& failed) {
  const ApiError error = api_error(failed.error);
  std::string message(error.words);
  message.append(": ");
  message.append(failed.detail.empty() ? error_info(failed.error).meaning : failed.detail);
  json.begin_object().member("code", error.code).member("message", message).end_object();
}

}  // namespace parley::api
