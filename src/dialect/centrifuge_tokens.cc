#include "dialect/centrifuge_tokens.h"

#include <algorithm>

#include "auth/verifier.h"
#include "base/clock.h"
#include "hub/channel.h"

namespace parley::dialect::centrifuge {
namespace {

std::optional<hub::JoinLeave> join_leave_of(const auth::ChannelOverride& overrides) {
  if (overrides.force_push_join_leave.value_or(false)) return hub::JoinLeave::everyone;
  if (!overrides.join_leave) return std::nullopt;
  return *overrides.join_leave ? hub::JoinLeave::on_request : hub::JoinLeave::off;
}

// Positions are told wherever there is a history, so force_positioning changes nothing.
hub::Grant grant_of(const auth::SubscriptionOptions& options,
                    std::optional<std::int64_t> expires_at) {
  return {.channel_info = bytes_of(options.info),
          .data = bytes_of(options.data),
          .expires_at = expires_at,
          .presence = options.overrides.presence,
          .join_leave = join_leave_of(options.overrides),
          .recovers = options.overrides.force_recovery};
}

}  // namespace

std::int64_t wall_time_s() { return wall_time_ms() / 1000; }

Bytes bytes_of(const std::string& json) { return json.empty() ? Bytes() : Bytes::copy_of(json); }

Result<auth::ConnectionClaims> authenticate(const CentrifugeOptions& options, const Terms& terms,
                                            const std::string& token, std::string& why) {
  auth::ConnectionClaims unproven;
  unproven.user = terms.user;
  if (options.verifier == nullptr) return unproven;
  if (token.empty()) {
    if (terms.insecure || options.allow_anonymous) return unproven;
    why = "a token is needed";
    return Errc::bad_command;
  }
  auto claims = options.verifier->connection(token, wall_time_s(), &why);
  if (claims.has_value() && !claims->user.empty() &&
      !hub::is_valid_user_name(claims->user, options.user_name_bytes)) {
    why = "its user name (sub) is too long or has control characters";
    claims = Errc::unauthorized;
  }
  if (!claims.has_value() && terms.insecure) return unproven;
  return claims;
}

Result<std::optional<hub::Grant>> granted(const CentrifugeOptions& options, const Terms& terms,
                                          const hub::Identity& client, const std::string& channel,
                                          const std::string& token, std::string& why) {
  using Granted = std::optional<hub::Grant>;
  if (options.verifier == nullptr) return Granted();
  const auto claims = options.verifier->subscription(token, wall_time_s(), &why);
  const bool fits = claims.has_value() && claims->user == client.user.view() &&
                    claims->channel == channel &&
                    (claims->client.empty() || claims->client == client.id.text());
  if (fits) return Granted(grant_of(claims->options, claims->expires_at));
  if (terms.insecure) return Granted();
  if (claims.has_value()) {
    why = "it is for another user, channel or client";
    return Errc::unauthorized;
  }
  return claims.error() == Errc::token_expired ? Errc::token_expired : Errc::permission_denied;
}

std::vector<std::pair<std::string, hub::Grant>> grants_of(const auth::ConnectionClaims& claims) {
  std::vector<std::pair<std::string, hub::Grant>> grants;
  for (const auto& [channel, options] : claims.subs) {
    grants.emplace_back(channel, grant_of(options, std::nullopt));
  }
  for (const std::string& channel : claims.channels) {
    const auto is_it = [&](const auto& grant) { return grant.first == channel; };
    if (std::ranges::none_of(grants, is_it)) grants.emplace_back(channel, hub::Grant{});
  }
  return grants;
}

}  // namespace parley::dialect::centrifuge
