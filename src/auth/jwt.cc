#include "auth/jwt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>

#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace parley::auth {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kSha256Bytes = 32;
// Seconds beyond this (about the year 285 million) lose whole numbers in a double, and mean
// nothing.
constexpr double kLargestSeconds = 9007199254740992.0;  // 2^53

// header.payload.signature, each base64url; `signed_part` is header.payload as it came.
struct Parts {
  ByteView signed_part;
  ByteView header;
  ByteView payload;
  ByteView signature;
};

std::optional<Parts> split(ByteView token) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == last || token.find('.', first + 1) != last) return std::nullopt;
  return Parts{token.substr(0, last), token.substr(0, first),
               token.substr(first + 1, last - first - 1), token.substr(last + 1)};
}

bool signature_matches(const Parts& parts, ByteView secret) {
  const std::optional<std::string> given = base64url_decode(parts.signature);
  if (!given) return false;
  std::array<unsigned char, kSha256Bytes> expected;
  unsigned size = expected.size();
  const auto* text = reinterpret_cast<const unsigned char*>(parts.signed_part.data());
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), text,
           parts.signed_part.size(), expected.data(), &size) == nullptr) {
    return false;
  }
  return equals_constant_time(*given, {reinterpret_cast<const char*>(expected.data()), size});
}

// NumericDate (RFC 7519 section 2) may have a fraction, which is cut off.
std::optional<std::int64_t> seconds_of(const dom::element& value) {
  double seconds = 0;
  if (value.get_double().get(seconds) != simdjson::SUCCESS) return std::nullopt;
  if (!(std::abs(seconds) <= kLargestSeconds)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(seconds));
}

// Takes a text member once; two members of one name may mean two things to two readers.
bool take_text(const dom::element& value, std::optional<std::string>& into) {
  std::string_view text;
  if (into || value.get_string().get(text) != simdjson::SUCCESS) return false;
  into = std::string(text);
  return true;
}

bool take_seconds(const dom::element& value, std::optional<std::int64_t>& into) {
  if (into) return false;
  into = seconds_of(value);
  return into.has_value();
}

// The reason for a refusal, or null. The object lives as long as its parser.
const char* parse_object(dom::parser& parser, ByteView encoded, dom::object& object) {
  const std::optional<std::string> text = base64url_decode(encoded);
  if (!text) return "a part is not base64url";
  if (parser.parse(simdjson::padded_string(*text)).get_object().get(object) != simdjson::SUCCESS) {
    return "a part is not a JSON object";
  }
  return nullptr;
}

const char* check_header(ByteView encoded) {
  dom::parser parser;
  dom::object header;
  if (const char* why = parse_object(parser, encoded, header)) return why;
  std::optional<std::string> algorithm;
  for (const auto& [name, value] : header) {
    if (name == "alg" && !take_text(value, algorithm)) return "the algorithm is malformed";
    // RFC 7515 section 4.1.11: what is critical must be understood, and nothing is.
    if (name == "crit") return "the header has critical extensions";
  }
  return algorithm == "HS256" ? nullptr : "the algorithm is not HS256";
}

const char* check_claims(ByteView encoded, std::int64_t now, Claims& claims) {
  dom::parser parser;
  dom::object payload;
  if (const char* why = parse_object(parser, encoded, payload)) return why;
  std::optional<std::string> subject;
  std::optional<std::int64_t> not_before;
  for (const auto& [name, value] : payload) {
    if (name == "sub" && !take_text(value, subject)) return "sub is not one string";
    if (name == "exp" && !take_seconds(value, claims.expires_at)) return "exp is not one time";
    if (name == "nbf" && !take_seconds(value, not_before)) return "nbf is not one time";
  }
  if (!subject || subject->empty()) return "sub, the user's name, is missing";
  if (claims.expires_at && *claims.expires_at <= now - kClockLeewaySeconds) return "it has expired";
  if (not_before && *not_before > now + kClockLeewaySeconds) return "it is not valid yet";
  claims.user = std::move(*subject);
  return nullptr;
}

const char* verify(ByteView token, ByteView secret, std::int64_t now, Claims& claims) {
  if (secret.empty()) return "the server has no token secret";
  if (token.empty()) return "there is no token";
  if (token.size() > kMaxTokenBytes) return "it is longer than 8 KiB";
  const std::optional<Parts> parts = split(token);
  if (!parts) return "it does not have three parts";
  if (!signature_matches(*parts, secret)) return "the signature does not match";
  if (const char* why = check_header(parts->header)) return why;
  return check_claims(parts->payload, now, claims);
}

}  // namespace

Result<Claims> verify_hs256(ByteView token, ByteView secret, std::int64_t now_seconds,
                            std::string* why) {
  Claims claims;
  const char* fault = verify(token, secret, now_seconds, claims);
  if (fault == nullptr) return claims;
  if (why != nullptr) *why = fault;
  return Errc::unauthorized;
}

}  // namespace parley::auth
