// Why a token was refused: one value for each reason, with a name for tests and metrics and a text
// for the log. The texts are constants, so a log never holds a part of a token. Plain values, any
// thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"

namespace parley::auth {

enum class Refusal : std::uint8_t {
  no_token,
  too_long,
  not_three_parts,
  not_base64url,
  bad_header,
  duplicate_member,
  critical_extension,
  unsigned_token,
  unknown_algorithm,
  no_keys,
  short_secret,
  wrong_algorithm,
  unknown_key,
  keys_pending,
  bad_signature,
  claims_not_json,
  bad_claim,
  wrong_issuer,
  wrong_audience,
  not_yet_valid,
  expired,
};

struct RefusalInfo {
  Refusal refusal;
  ByteView name;  // "wrong_audience"
  ByteView text;  // "its audience (aud) is another one"
  // token_expired where a new token may pass; otherwise unauthorized.
  Errc code;
};

const RefusalInfo& refusal_info(Refusal refusal);

}  // namespace parley::auth
