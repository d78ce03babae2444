// What must hold for any bytes as a token: no fault in memory or arithmetic, every refusal has its
// reason, and nothing passes that we did not sign. The same bytes are then signed by us as claims
// and as a header, so that the fuzzer gets behind the signature to the JSON, and are read as a key
// set.
#include <cstdint>
#include <string>

#include "auth/signer.h"
#include "auth/verifier.h"
#include "base/check.h"
#include "base/text.h"

namespace {

using namespace parley;

constexpr ByteView kSecret = "0123456789abcdef0123456789abcdef";
constexpr std::int64_t kNow = 1'800'000'000;

const auth::Verifier& verifier() {
  static const auto instance = [] {
    std::string why;
    return *auth::Verifier::make({.secret = std::string(kSecret), .fetched_keys = true}, why);
  }();
  return *instance;
}

const auth::Signer& signer() {
  static const auto instance = [] {
    std::string why;
    return *auth::Signer::secret(kSecret, auth::Algorithm::hs256, why);
  }();
  return instance;
}

// Info, data and meta go into line-based protocols as they are.
void check_json(ByteView json) {
  CHECK(is_valid_utf8(json));
  CHECK(json.find_first_of("\r\n") == ByteView::npos);
}

void check_options(const auth::SubscriptionOptions& options) {
  check_json(options.info);
  check_json(options.data);
}

void check_end(std::optional<std::int64_t> expires_at) {
  CHECK(!expires_at || *expires_at + 30 > kNow);
}

bool connects(ByteView token) {
  std::string why;
  const auto claims = verifier().connection(token, kNow, &why);
  CHECK(claims.has_value() == why.empty());
  if (!claims.has_value()) return false;
  CHECK(is_valid_utf8(claims->user));
  check_end(claims->expires_at);
  check_json(claims->info);
  check_json(claims->meta);
  for (const auto& [channel, options] : claims->subs) {
    CHECK(is_valid_utf8(channel));
    check_options(options);
  }
  return true;
}

bool subscribes(ByteView token) {
  std::string why;
  const auto claims = verifier().subscription(token, kNow, &why);
  CHECK(claims.has_value() == why.empty());
  if (!claims.has_value()) return false;
  CHECK(!claims->channel.empty());
  check_end(claims->expires_at);
  check_options(claims->options);
  return true;
}

void read_as_key_set(ByteView text) {
  std::string why;
  const auto set = auth::parse_jwks(text, why);
  CHECK(set.has_value() == why.empty());
  if (!set.has_value()) return;
  CHECK(set->keys.size() + set->skipped <= auth::kMaxJwksKeys);
  for (const auth::Key& key : set->keys) {
    CHECK(!key.is_secret());
    for (const auth::AlgorithmInfo& each : auth::algorithms()) {
      key.verify(each.algorithm, "text", std::string(2 * each.bytes, 's'));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(reinterpret_cast<const char*>(data), size);
  CHECK(!connects(input));
  CHECK(!subscribes(input));
  const std::string with_claims = signer().sign(input);
  connects(with_claims);
  subscribes(with_claims);
  const std::string with_header = signer().sign_with_header(input, R"({"sub":"ann"})");
  if (connects(with_header)) {
    auth::UnverifiedToken token;
    CHECK(!auth::parse_token(with_header, token));
    CHECK(token.algorithm == auth::Algorithm::hs256);
  }
  read_as_key_set(input);
  if (const auto members = auth::list_members(base64url_encode(input))) {
    for (const auto& member : *members) check_json(member.json);
  }
  return 0;
}
