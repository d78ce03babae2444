#include "auth/keys.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <utility>

#include "auth/openssl_ptr.h"
#include "base/text.h"

namespace parley::auth {
namespace {

const unsigned char* data_of(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Errc refuse(std::string& why, std::string text) {
  ERR_clear_error();
  why = std::move(text);
  return Errc::config_invalid;
}

// One block of PEM, decoded.
struct PemBlock {
  std::string label;  // "PUBLIC KEY"
  std::string der;
};

std::optional<PemBlock> read_block(BIO* bio) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long size = 0;
  if (PEM_read_bio(bio, &label, &header, &der, &size) != 1) return std::nullopt;
  PemBlock block{label, {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)}};
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_free(der);
  return block;
}

PkeyPtr public_key_of(const PemBlock& block) {
  const unsigned char* at = data_of(block.der);
  const long size = static_cast<long>(block.der.size());
  if (block.label == "CERTIFICATE") {
    const X509Ptr certificate(d2i_X509(nullptr, &at, size));
    return PkeyPtr(certificate == nullptr ? nullptr : X509_get_pubkey(certificate.get()));
  }
  if (block.label == "RSA PUBLIC KEY") {
    return PkeyPtr(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  }
  return PkeyPtr(d2i_PUBKEY(nullptr, &at, size));
}

// What the key's kind may verify; nothing and `why` for a kind that is not for us.
std::optional<AlgorithmSet> algorithms_of(const EVP_PKEY* key, std::string& why) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA: {
      const int bits = EVP_PKEY_get_bits(key);
      if (bits < kMinRsaBits || bits > kMaxRsaBits) {
        why = "the RSA key has " + std::to_string(bits) + " bits; 2048 to 8192 are taken";
        return std::nullopt;
      }
      return AlgorithmSet{Algorithm::rs256, Algorithm::rs384, Algorithm::rs512};
    }
    case EVP_PKEY_EC: {
      std::array<char, 32> group{};
      EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr);
      const ByteView name = group.data();
      if (name == "prime256v1") return AlgorithmSet{Algorithm::es256};
      if (name == "secp384r1") return AlgorithmSet{Algorithm::es384};
      if (name == "secp521r1") return AlgorithmSet{Algorithm::es512};
      why = "the elliptic curve is not P-256, P-384 or P-521";
      return std::nullopt;
    }
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448: return AlgorithmSet{Algorithm::eddsa};
    default: why = "the key is not of the kinds RSA, EC, Ed25519 or Ed448"; return std::nullopt;
  }
}

bool hmac_matches(const AlgorithmInfo& algorithm, ByteView secret, ByteView text,
                  ByteView signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected;
  unsigned size = expected.size();
  if (HMAC(EVP_get_digestbyname(algorithm.digest), secret.data(), static_cast<int>(secret.size()),
           data_of(text), text.size(), expected.data(), &size) == nullptr) {
    return false;
  }
  return equals_constant_time(signature, {reinterpret_cast<const char*>(expected.data()), size});
}

// A token's r||s, each of the curve's size (RFC 7518 section 3.4), as the DER that OpenSSL reads.
std::string der_signature(ByteView raw, std::size_t coordinate) {
  if (raw.size() != 2 * coordinate) return "";
  const int size = static_cast<int>(coordinate);
  BignumPtr r(BN_bin2bn(data_of(raw), size, nullptr));
  BignumPtr s(BN_bin2bn(data_of(raw) + coordinate, size, nullptr));
  const EcdsaPtr pair(ECDSA_SIG_new());
  if (r == nullptr || s == nullptr || pair == nullptr) return "";
  ECDSA_SIG_set0(pair.get(), r.release(), s.release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return "";
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

bool public_key_matches(const AlgorithmInfo& algorithm, EVP_PKEY* key, ByteView text,
                        ByteView signature) {
  const std::string der =
      algorithm.kind == KeyKind::ec ? der_signature(signature, algorithm.bytes) : "";
  if (algorithm.kind == KeyKind::ec) signature = der;
  const DigestContextPtr context(EVP_MD_CTX_new());
  const bool matches = context != nullptr && !signature.empty() &&
                       EVP_DigestVerifyInit_ex(context.get(), nullptr, algorithm.digest, nullptr,
                                               nullptr, key, nullptr) == 1 &&
                       EVP_DigestVerify(context.get(), data_of(signature), signature.size(),
                                        data_of(text), text.size()) == 1;
  ERR_clear_error();  // a refused signature leaves its reasons in the thread's queue
  return matches;
}

}  // namespace

Result<Key> Key::secret(ByteView secret, std::string& why) {
  if (secret.find("-----BEGIN ") != ByteView::npos) {
    return refuse(why, "a PEM key is no secret; name its file as a public key");
  }
  Key key;
  for (const AlgorithmInfo& each : algorithms()) {
    // RFC 7518 section 3.2: a secret is no shorter than the output.
    if (each.kind == KeyKind::secret && secret.size() >= each.bytes) {
      key.algorithms_.add(each.algorithm);
    }
  }
  if (!key.allows(Algorithm::hs256)) return refuse(why, "a secret has at least 32 bytes");
  key.secret_ = std::string(secret);
  return key;
}

Result<Key> Key::pem(ByteView text, std::string& why) {
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const std::optional<PemBlock> block = read_block(bio.get());
  if (!block) return refuse(why, "it is not PEM (-----BEGIN PUBLIC KEY-----)");
  if (block->label.ends_with("PRIVATE KEY")) {
    return refuse(why, "it is a private key; only its public key belongs here");
  }
  if (read_block(bio.get())) return refuse(why, "it holds more than one key or certificate");
  std::shared_ptr<EVP_PKEY> key = public_key_of(*block);
  if (key == nullptr) return refuse(why, "it is not a public key or certificate");
  return of(std::move(key), "", std::nullopt, why);
}

Result<Key> Key::of(std::shared_ptr<evp_pkey_st> pkey, std::string id,
                    std::optional<Algorithm> only, std::string& why) {
  const std::optional<AlgorithmSet> allowed = algorithms_of(pkey.get(), why);
  if (!allowed) return refuse(why, why);
  Key key;
  key.algorithms_ = *allowed;
  if (only) {
    if (!key.allows(*only)) return refuse(why, "its algorithm (alg) is not of its kind");
    key.algorithms_ = {*only};
  }
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey.get(), nullptr));
  if (context == nullptr || EVP_PKEY_public_check(context.get()) != 1) {
    return refuse(why, "its numbers make no sound key");
  }
  key.id_ = std::move(id);
  key.pkey_ = std::move(pkey);
  return key;
}

bool Key::verify(Algorithm algorithm, ByteView text, ByteView signature) const {
  if (!allows(algorithm)) return false;
  const AlgorithmInfo& info = algorithm_info(algorithm);
  return is_secret() ? hmac_matches(info, secret_, text, signature)
                     : public_key_matches(info, pkey_.get(), text, signature);
}

}  // namespace parley::auth
