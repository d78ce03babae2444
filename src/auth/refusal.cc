#include "auth/refusal.h"

#include <array>

namespace parley::auth {
namespace {

// In the order of the enumeration, so that a refusal is its own place.
constexpr std::array kRefusals = {
    RefusalInfo{Refusal::no_token, "no_token", "there is no token", Errc::unauthorized},
    RefusalInfo{Refusal::too_long, "too_long", "it is longer than 8 KiB", Errc::unauthorized},
    RefusalInfo{Refusal::not_three_parts, "not_three_parts", "it does not have three parts",
                Errc::unauthorized},
    RefusalInfo{Refusal::not_base64url, "not_base64url", "a part is not base64url without padding",
                Errc::unauthorized},
    RefusalInfo{Refusal::bad_header, "bad_header",
                "its header is not a JSON object whose alg and kid are strings",
                Errc::unauthorized},
    RefusalInfo{Refusal::duplicate_member, "duplicate_member",
                "an object in it has two members of one name", Errc::unauthorized},
    RefusalInfo{Refusal::critical_extension, "critical_extension",
                "its header has critical extensions (crit), and none is known here",
                Errc::unauthorized},
    RefusalInfo{Refusal::unsigned_token, "unsigned_token",
                "it is not signed: its algorithm is none", Errc::unauthorized},
    RefusalInfo{Refusal::unknown_algorithm, "unknown_algorithm",
                "its algorithm (alg) is missing or not supported", Errc::unauthorized},
    RefusalInfo{Refusal::no_keys, "no_keys", "the server has no key to check tokens with",
                Errc::unauthorized},
    RefusalInfo{Refusal::short_secret, "short_secret",
                "the server's secret is too short for its algorithm: HS384 wants 48 bytes, HS512 "
                "64",
                Errc::unauthorized},
    RefusalInfo{Refusal::wrong_algorithm, "wrong_algorithm",
                "its algorithm (alg) is not that of a key of this server", Errc::unauthorized},
    RefusalInfo{Refusal::unknown_key, "unknown_key", "its key (kid) is not among the fetched keys",
                Errc::unauthorized},
    RefusalInfo{Refusal::keys_pending, "keys_pending",
                "its key is not known yet, and the keys are being fetched", Errc::token_expired},
    RefusalInfo{Refusal::bad_signature, "bad_signature", "the signature does not match",
                Errc::unauthorized},
    RefusalInfo{Refusal::claims_not_json, "claims_not_json", "its claims are not a JSON object",
                Errc::unauthorized},
    RefusalInfo{Refusal::bad_claim, "bad_claim", "a claim is malformed", Errc::unauthorized},
    RefusalInfo{Refusal::wrong_issuer, "wrong_issuer", "its issuer (iss) is another one",
                Errc::unauthorized},
    RefusalInfo{Refusal::wrong_audience, "wrong_audience", "its audience (aud) is another one",
                Errc::unauthorized},
    RefusalInfo{Refusal::not_yet_valid, "not_yet_valid", "it is not valid yet (nbf)",
                Errc::unauthorized},
    RefusalInfo{Refusal::expired, "expired", "it has expired", Errc::token_expired},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRefusals.size(); ++i) {
    if (kRefusals[i].refusal != static_cast<Refusal>(i)) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

const RefusalInfo& refusal_info(Refusal refusal) {
  return kRefusals[static_cast<std::size_t>(refusal)];
}

}  // namespace parley::auth
