// What the claims of a token mean to the hub.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "auth/claims.h"
#include "hub/session.h"

namespace parley::dialect::centrifuge {

inline Bytes bytes_of(const std::string& json) {
  return json.empty() ? Bytes() : Bytes::copy_of(json);
}

inline std::optional<hub::JoinLeave> join_leave_of(const auth::ChannelOverride& overrides) {
  if (overrides.force_push_join_leave.value_or(false)) return hub::JoinLeave::everyone;
  if (!overrides.join_leave) return std::nullopt;
  return *overrides.join_leave ? hub::JoinLeave::on_request : hub::JoinLeave::off;
}

// Positions are told wherever there is a history, so force_positioning changes nothing.
inline hub::Grant grant_of(const auth::SubscriptionOptions& options,
                           std::optional<std::int64_t> expires_at) {
  return {.channel_info = bytes_of(options.info),
          .data = bytes_of(options.data),
          .expires_at = expires_at,
          .presence = options.overrides.presence,
          .join_leave = join_leave_of(options.overrides),
          .recovers = options.overrides.force_recovery};
}

// The channels that the server subscribes the client to, each once.
inline std::vector<std::pair<std::string, hub::Grant>> grants_of(
    const auth::ConnectionClaims& claims) {
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
