#include "auth/claims.h"

#include <cmath>

#include "auth/json.h"
#include "base/text.h"

namespace parley::auth {
namespace {

using json::dom::array;
using json::dom::element;
using json::dom::object;

// Seconds beyond this (about the year 285 million) lose whole numbers in a double, and mean
// nothing.
constexpr double kLargestSeconds = 9007199254740992.0;  // 2^53

// One object of the claims. Every read answers false when the member is there but is not what it
// should be, and then fault() says so; an absent member leaves its target alone.
class Members {
 public:
  Members(const object& members, ByteView& fault) : members_(members), fault_(fault) {}

  bool text(ByteView name, std::string& into, ByteView fault) const {
    element value;
    std::string_view text;
    if (!find(name, value)) return true;
    if (value.get(text) != simdjson::SUCCESS) return refuse(fault);
    into = std::string(text);
    return true;
  }

  // A NumericDate (RFC 7519 section 2) may have a fraction, which is cut off.
  bool time(ByteView name, std::optional<std::int64_t>& into, ByteView fault) const {
    element value;
    double seconds = 0;
    if (!find(name, value)) return true;
    if (value.get_double().get(seconds) != simdjson::SUCCESS) return refuse(fault);
    if (!(std::abs(seconds) <= kLargestSeconds)) return refuse(fault);
    into = static_cast<std::int64_t>(std::floor(seconds));
    return true;
  }

  // A list of strings; with `or_one`, one string stands for a list of one.
  bool texts(ByteView name, std::vector<std::string>& into, bool or_one, ByteView fault) const {
    element value;
    array items;
    std::string_view text;
    if (!find(name, value)) return true;
    if (or_one && value.get(text) == simdjson::SUCCESS) {
      into.emplace_back(text);
      return true;
    }
    if (value.get(items) != simdjson::SUCCESS) return refuse(fault);
    for (const element item : items) {
      if (item.get(text) != simdjson::SUCCESS) return refuse(fault);
      into.emplace_back(text);
    }
    return true;
  }

  // Any JSON value; null counts as absent. The encoded form wins where both stand.
  bool json(ByteView name, ByteView encoded_name, std::string& into, ByteView fault) const {
    element value;
    if (find(encoded_name, value)) {
      std::string_view encoded;
      if (value.get(encoded) != simdjson::SUCCESS) return refuse(fault);
      const std::optional<std::string> decoded = base64_decode(encoded);
      json::dom::parser parser;
      element root;
      if (!decoded ||
          parser.parse(simdjson::padded_string(*decoded)).get(root) != simdjson::SUCCESS) {
        return refuse(fault);
      }
      into = simdjson::minify(root);
      return true;
    }
    if (find(name, value) && !value.is_null()) into = simdjson::minify(value);
    return true;
  }

  // {"value": true}; null counts as absent.
  bool flag(ByteView name, std::optional<bool>& into, ByteView fault) const {
    element value;
    if (!find(name, value) || value.is_null()) return true;
    bool flag = false;
    if (value["value"].get(flag) != simdjson::SUCCESS) return refuse(fault);
    into = flag;
    return true;
  }

  // Hands the member's own members, which must be unambiguous too, to `read`.
  template <class Read>
  bool object_of(ByteView name, ByteView fault, Read read) const {
    element value;
    if (!find(name, value) || value.is_null()) return true;
    object inner;
    if (value.get(inner) != simdjson::SUCCESS || json::has_duplicates(inner)) return refuse(fault);
    return read(inner);
  }

  bool find(ByteView name, element& into) const {
    return members_[name].get(into) == simdjson::SUCCESS;
  }
  bool refuse(ByteView fault) const {
    fault_ = fault;
    return false;
  }

 private:
  const object& members_;
  ByteView& fault_;
};

bool read_overrides(const Members& members, ChannelOverride& into, ByteView& fault) {
  constexpr ByteView kFault = "override does not map a known rule to {\"value\": true or false}";
  return members.object_of("override", "override is not an object", [&](const object& inner) {
    const Members rules(inner, fault);
    return rules.flag("presence", into.presence, kFault) &&
           rules.flag("join_leave", into.join_leave, kFault) &&
           rules.flag("force_recovery", into.force_recovery, kFault) &&
           rules.flag("force_positioning", into.force_positioning, kFault) &&
           rules.flag("force_push_join_leave", into.force_push_join_leave, kFault);
  });
}

bool read_options(const Members& members, SubscriptionOptions& into, ByteView& fault) {
  return members.json("info", "b64info", into.info, "b64info is not base64 of JSON") &&
         members.json("data", "b64data", into.data, "b64data is not base64 of JSON") &&
         read_overrides(members, into.overrides, fault);
}

bool read_subs(const Members& members, ConnectionClaims& claims, ByteView& fault) {
  constexpr ByteView kFault = "subs does not map channels to objects, each channel once";
  return members.object_of("subs", kFault, [&](const object& subs) {
    for (const auto& [channel, value] : subs) {
      object options;
      if (value.get(options) != simdjson::SUCCESS || json::has_duplicates(options)) {
        return members.refuse(kFault);
      }
      claims.subs.emplace_back(channel, SubscriptionOptions{});
      if (!read_options(Members(options, fault), claims.subs.back().second, fault)) return false;
    }
    return true;
  });
}

bool read_validity(const Members& members, ValidityClaims& validity) {
  std::string issuer;
  element found;
  if (!members.text("iss", issuer, "iss is not a string")) return false;
  if (members.find("iss", found)) validity.issuer = std::move(issuer);
  return members.time("exp", validity.expiration, "exp is not a time in seconds") &&
         members.time("nbf", validity.not_before, "nbf is not a time in seconds") &&
         members.texts("aud", validity.audience, true, "aud is not a string or a list of strings");
}

// When the connection or subscription ends: expire_at is asked first and 0 there means never.
bool read_end(const Members& members, const ValidityClaims& validity,
              std::optional<std::int64_t>& into) {
  std::optional<std::int64_t> given;
  if (!members.time("expire_at", given, "expire_at is not a time in seconds")) return false;
  into = given ? given : validity.expiration;
  if (given == 0) into = std::nullopt;
  return true;
}

bool read_claims(const Members& members, const ValidityClaims& validity, ConnectionClaims& claims,
                 ByteView& fault) {
  return members.text("sub", claims.user, "sub is not a string") &&
         read_end(members, validity, claims.expires_at) &&
         members.time("iat", claims.issued_at, "iat is not a time in seconds") &&
         members.text("jti", claims.id, "jti is not a string") &&
         members.json("info", "b64info", claims.info, "b64info is not base64 of JSON") &&
         members.json("meta", "", claims.meta, "") &&
         members.texts("channels", claims.channels, false, "channels is not a list of strings") &&
         read_subs(members, claims, fault);
}

bool read_claims(const Members& members, const ValidityClaims& validity, SubscriptionClaims& claims,
                 ByteView& fault) {
  if (!members.text("sub", claims.user, "sub is not a string") ||
      !members.text("channel", claims.channel, "channel is not a string") ||
      !members.text("client", claims.client, "client is not a string") ||
      !read_end(members, validity, claims.expires_at)) {
    return false;
  }
  if (claims.channel.empty()) return members.refuse("channel is missing");
  return read_options(members, claims.options, fault);
}

template <class Claims>
std::optional<Refusal> parse(ByteView text, Claims& claims, ValidityClaims& validity,
                             ByteView& fault) {
  json::dom::parser parser;
  object root;
  if (!json::parse_object(parser, text, root)) return Refusal::claims_not_json;
  if (json::has_duplicates(root)) return Refusal::duplicate_member;
  const Members members(root, fault);
  const bool good =
      read_validity(members, validity) && read_claims(members, validity, claims, fault);
  return good ? std::nullopt : std::optional(Refusal::bad_claim);
}

}  // namespace

std::optional<Refusal> parse_claims(ByteView text, ConnectionClaims& claims,
                                    ValidityClaims& validity, ByteView& fault) {
  return parse(text, claims, validity, fault);
}

std::optional<Refusal> parse_claims(ByteView text, SubscriptionClaims& claims,
                                    ValidityClaims& validity, ByteView& fault) {
  return parse(text, claims, validity, fault);
}

}  // namespace parley::auth
