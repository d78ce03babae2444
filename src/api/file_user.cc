#include "api/file_user.h"

#include "api/bearer_token.h"
#include "auth/verifier.h"
#include "base/clock.h"
#include "hub/channel.h"

namespace parley::api {
namespace {

std::optional<std::string> user_of_token(const FilesOptions& options, const http::Request& request,
                                         const std::string& name, Refusal& refusal) {
  refusal.code = Errc::unauthorized;
  const auto claims = options.verifier->connection(bearer_token(request).value_or(""),
                                                   wall_time_ms() / 1000, &refusal.detail);
  if (!claims.has_value()) {
    refusal.code = claims.error();
    return std::nullopt;
  }
  if (claims->user.empty()) {
    refusal.detail = "the token names no user (sub)";
    return std::nullopt;
  }
  if (!name.empty() && name != claims->user) {
    refusal.detail = "username is not the token's";
    return std::nullopt;
  }
  return claims->user;
}

}  // namespace

bool believes_names(const FilesOptions& options, const http::Peer& peer) {
  return options.verifier == nullptr || peer.insecure;
}

std::optional<std::string> file_user(const FilesOptions& options, const http::Request& request,
                                     const http::Peer& peer, Refusal& refusal) {
  std::string name = request.query_parameter("username").value_or("");
  if (!believes_names(options, peer)) return user_of_token(options, request, name, refusal);
  if (name.empty()) {
    refusal = {Errc::unauthorized, "say who you are: ?username=NAME"};
    return std::nullopt;
  }
  if (!hub::is_valid_user_name(name, options.user_name_bytes)) {
    refusal = {Errc::bad_user_name};
    return std::nullopt;
  }
  return name;
}

}  // namespace parley::api
