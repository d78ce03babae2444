// What a verified token says. JSON values that are handed on (info, data, meta) are kept as compact
// JSON without line breaks; an empty string means that there is none. Plain values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/refusal.h"
#include "base/bytes.h"

namespace parley::auth {

// Of a channel's rules, those that a token sets for one subscription; what is not set stays.
struct ChannelOverride {
  std::optional<bool> presence;
  std::optional<bool> join_leave;
  std::optional<bool> force_recovery;
  std::optional<bool> force_positioning;
  std::optional<bool> force_push_join_leave;
};

struct SubscriptionOptions {
  std::string info;  // shown in presence beside the connection's own
  std::string data;  // told to the subscriber with the subscription
  ChannelOverride overrides;
};

struct ConnectionClaims {
  std::string user;                        // "sub"; empty: anonymous
  std::optional<std::int64_t> expires_at;  // seconds since 1970; nothing: the connection may stay
  std::optional<std::int64_t> issued_at;   // "iat"
  std::string id;                          // "jti"
  std::string info;
  std::string meta;                   // for the server and its back end, never told to clients
  std::vector<std::string> channels;  // to be subscribed by the server
  std::vector<std::pair<std::string, SubscriptionOptions>> subs;  // likewise, with options
};

struct SubscriptionClaims {
  std::string user;                        // "sub"; empty: anonymous
  std::string channel;                     // never empty
  std::string client;                      // the connection's id; empty: any of the user
  std::optional<std::int64_t> expires_at;  // seconds since 1970; nothing: it may stay
  SubscriptionOptions options;
};

// The claims that say whether a token is for us, and now.
struct ValidityClaims {
  std::optional<std::int64_t> expiration;  // "exp"
  std::optional<std::int64_t> not_before;  // "nbf"
  std::optional<std::string> issuer;       // "iss"
  std::vector<std::string> audience;       // "aud", a string or a list
};

// Read the claims of a token whose signature was right. Nothing when all went well; with bad_claim,
// `fault` says which claim and why, in constant words.
std::optional<Refusal> parse_claims(ByteView json, ConnectionClaims& claims,
                                    ValidityClaims& validity, ByteView& fault);
std::optional<Refusal> parse_claims(ByteView json, SubscriptionClaims& claims,
                                    ValidityClaims& validity, ByteView& fault);

}  // namespace parley::auth
