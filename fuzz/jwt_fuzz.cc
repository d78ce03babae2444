// What must hold for any bytes as a token: no fault in memory or arithmetic, every refusal has its
// reason, and nothing passes that we did not sign. The same bytes are then signed by us as a
// payload and as a header, so that the fuzzer gets behind the signature to the JSON.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <string>

#include "auth/jwt.h"
#include "base/check.h"
#include "base/text.h"

namespace {

using namespace parley;

constexpr ByteView kSecret = "0123456789abcdef0123456789abcdef";
constexpr ByteView kHeader = R"({"alg":"HS256"})";
constexpr std::int64_t kNow = 1'800'000'000;

std::string sign(ByteView header, ByteView payload) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
  return text + "." + base64url_encode({reinterpret_cast<const char*>(out), size});
}

Result<auth::Claims> verify(ByteView token) {
  std::string why;
  const auto claims = auth::verify_hs256(token, kSecret, kNow, &why);
  CHECK(claims.has_value() == why.empty());
  if (claims.has_value()) {
    CHECK(!claims->user.empty());
    CHECK(is_valid_utf8(claims->user));
    CHECK(!claims->expires_at || *claims->expires_at + auth::kClockLeewaySeconds > kNow);
  }
  return claims;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(reinterpret_cast<const char*>(data), size);
  CHECK(!verify(input).has_value());
  verify(sign(kHeader, input));
  const auto with_header = verify(sign(input, R"({"sub":"ann"})"));
  CHECK(!with_header.has_value() || input.find("HS256") != ByteView::npos ||
        input.find('\\') != ByteView::npos);
  return 0;
}
