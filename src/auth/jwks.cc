// JSON Web Key Sets: RFC 7517 (the set and its common members), RFC 7518 section 6 (RSA and EC),
// RFC 8037 (Edwards curves).
#include <openssl/core_names.h>
#include <openssl/err.h>

#include <utility>

#include "auth/json.h"
#include "auth/keys.h"
#include "auth/openssl_ptr.h"
#include "base/text.h"

namespace parley::auth {
namespace {

using json::dom::array;
using json::dom::element;
using json::dom::object;

constexpr std::size_t kMaxExponentBytes = 8;

// A member that is a string, or "": absent and of another type are the same to a key.
ByteView text_of(const object& jwk, ByteView name) {
  std::string_view text;
  return jwk[name].get(text) == simdjson::SUCCESS ? text : ByteView();
}

bool has(const object& jwk, ByteView name) { return jwk[name].error() == simdjson::SUCCESS; }

std::string bytes_of(const object& jwk, ByteView name) {
  return base64url_decode(text_of(jwk, name)).value_or("");
}

BignumPtr number_of(ByteView bytes) {
  return BignumPtr(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), nullptr));
}

PkeyPtr key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return PkeyPtr(key);
}

PkeyPtr rsa_key(const object& jwk) {
  const std::string modulus = bytes_of(jwk, "n");
  const std::string exponent = bytes_of(jwk, "e");
  // A longer exponent only makes checks slower; the size of the modulus is looked at in Key::of.
  if (exponent.size() > kMaxExponentBytes) return nullptr;
  const BignumPtr n = number_of(modulus);
  const BignumPtr e = number_of(exponent);
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return key_from("RSA", builder.get());
}

PkeyPtr ec_key(const object& jwk) {
  constexpr std::pair<const char*, std::size_t> kCurves[] = {
      {"P-256", 32}, {"P-384", 48}, {"P-521", 66}};
  for (const auto& [curve, coordinate] : kCurves) {
    if (text_of(jwk, "crv") != curve) continue;
    const std::string x = bytes_of(jwk, "x");
    const std::string y = bytes_of(jwk, "y");
    if (x.size() != coordinate || y.size() != coordinate) return nullptr;
    const std::string point = "\x04" + x + y;  // uncompressed, SEC 1 section 2.3.3
    const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    return key_from("EC", builder.get());
  }
  return nullptr;
}

PkeyPtr edwards_key(const object& jwk) {
  const std::string x = bytes_of(jwk, "x");
  for (const char* curve : {"Ed25519", "Ed448"}) {
    if (text_of(jwk, "crv") != curve) continue;
    return PkeyPtr(EVP_PKEY_new_raw_public_key_ex(
        nullptr, curve, nullptr, reinterpret_cast<const unsigned char*>(x.data()), x.size()));
  }
  return nullptr;
}

PkeyPtr public_key(const object& jwk) {
  const ByteView type = text_of(jwk, "kty");
  if (type == "RSA") return rsa_key(jwk);
  if (type == "EC") return ec_key(jwk);
  if (type == "OKP") return edwards_key(jwk);
  return nullptr;
}

// RFC 7517 sections 4.2 and 4.3: what the key says that it is for.
bool is_for_verifying(const object& jwk) {
  if (has(jwk, "use") && text_of(jwk, "use") != "sig") return false;
  if (!has(jwk, "key_ops")) return true;
  array operations;
  if (jwk["key_ops"].get(operations) != simdjson::SUCCESS) return false;
  return std::any_of(operations.begin(), operations.end(), [](const element& each) {
    std::string_view operation;
    return each.get(operation) == simdjson::SUCCESS && operation == "verify";
  });
}

std::optional<Key> key_of(const element& entry) {
  object jwk;
  if (entry.get(jwk) != simdjson::SUCCESS || json::has_duplicates(jwk)) return std::nullopt;
  if (!is_for_verifying(jwk)) return std::nullopt;
  std::optional<Algorithm> only;
  if (has(jwk, "alg")) {
    only = algorithm_of_name(text_of(jwk, "alg"));
    if (!only) return std::nullopt;
  }
  if (has(jwk, "kid") && text_of(jwk, "kid").empty()) return std::nullopt;
  std::shared_ptr<EVP_PKEY> pkey = public_key(jwk);
  if (pkey == nullptr) return std::nullopt;
  std::string why;
  Result<Key> key = Key::of(std::move(pkey), std::string(text_of(jwk, "kid")), only, why);
  if (!key.has_value()) return std::nullopt;
  return *std::move(key);
}

}  // namespace

Result<KeySet> parse_jwks(ByteView text, std::string& why) {
  const auto refuse = [&why](const char* reason) {
    why = reason;
    return Errc::bad_message;
  };
  if (text.size() > kMaxJwksBytes) return refuse("the key set is larger than 256 KiB");
  json::dom::parser parser;
  object root;
  array entries;
  if (!json::parse_object(parser, text, root) || json::has_duplicates(root) ||
      root["keys"].get(entries) != simdjson::SUCCESS) {
    return refuse("it is not a JSON Web Key Set");
  }
  if (entries.size() > kMaxJwksKeys) return refuse("the key set has more than 100 keys");
  KeySet set;
  for (const element entry : entries) {
    if (auto key = key_of(entry)) {
      set.keys.push_back(*std::move(key));
    } else {
      ++set.skipped;
    }
  }
  ERR_clear_error();
  return set;
}

}  // namespace parley::auth
