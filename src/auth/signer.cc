#include "auth/signer.h"

#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <utility>

#include "auth/keys.h"
#include "auth/openssl_ptr.h"
#include "base/check.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace parley::auth {
namespace {

const unsigned char* data_of(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Errc refuse(std::string& why, const char* text) {
  ERR_clear_error();
  why = text;
  return Errc::config_invalid;
}

// Asked for the password of an encrypted key; without it OpenSSL would ask the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::string public_pem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PUBKEY(bio.get(), key) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// OpenSSL's DER as a token's r||s (RFC 7518 section 3.4).
std::string raw_signature(ByteView der, std::size_t coordinate) {
  const unsigned char* at = data_of(der);
  const EcdsaPtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string raw(2 * coordinate, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  const int size = static_cast<int>(coordinate);
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, size) == size);
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate, size) == size);
  return raw;
}

}  // namespace

Result<Signer> Signer::secret(ByteView secret, Algorithm algorithm, std::string& why) {
  const Result<Key> key = Key::secret(secret, why);
  if (!key.has_value()) return key.error();
  if (!key->allows(algorithm)) {
    return refuse(why, "the secret is too short for the algorithm, or that takes a private key");
  }
  Signer signer(algorithm);
  signer.secret_ = std::string(secret);
  return signer;
}

Result<Signer> Signer::pem(ByteView text, std::optional<Algorithm> algorithm, std::string& why) {
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  std::shared_ptr<EVP_PKEY> pkey =
      PkeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (pkey == nullptr) return refuse(why, "it is not a PEM private key without a password");
  const Result<Key> key = Key::pem(public_pem(pkey.get()), why);
  if (!key.has_value()) return key.error();
  for (const AlgorithmInfo& each : algorithms()) {
    if (!algorithm && key->allows(each.algorithm)) algorithm = each.algorithm;
  }
  if (!key->allows(*algorithm)) return refuse(why, "the private key is of another algorithm");
  Signer signer(*algorithm);
  signer.pkey_ = std::move(pkey);
  return signer;
}

std::string Signer::public_key() const { return pkey_ == nullptr ? "" : public_pem(pkey_.get()); }

std::string Signer::sign(ByteView claims_json, ByteView key_id) const {
  std::string header;
  JsonWriter json(header);
  json.begin_object().member("alg", algorithm_info(algorithm_).name).member("typ", "JWT");
  if (!key_id.empty()) json.member("kid", key_id);
  json.end_object();
  return sign_with_header(header, claims_json);
}

std::string Signer::sign_with_header(ByteView header_json, ByteView claims_json) const {
  const std::string text = base64url_encode(header_json) + "." + base64url_encode(claims_json);
  return text + "." + base64url_encode(signature_of(text));
}

std::string Signer::signature_of(ByteView text) const {
  const AlgorithmInfo& info = algorithm_info(algorithm_);
  if (pkey_ == nullptr) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = out.size();
    CHECK(HMAC(EVP_get_digestbyname(info.digest), secret_.data(), static_cast<int>(secret_.size()),
               data_of(text), text.size(), out.data(), &size) != nullptr);
    return {reinterpret_cast<const char*>(out.data()), size};
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  std::size_t size = 0;
  CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, info.digest, nullptr, nullptr, pkey_.get(),
                              nullptr) == 1);
  CHECK(EVP_DigestSign(context.get(), nullptr, &size, data_of(text), text.size()) == 1);
  std::string out(size, '\0');
  CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                       data_of(text), text.size()) == 1);
  out.resize(size);
  return info.kind == KeyKind::ec ? raw_signature(out, info.bytes) : out;
}

}  // namespace parley::auth
