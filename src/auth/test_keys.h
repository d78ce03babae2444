// Private keys for tests, made at run time: none stands in the source.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>

#include "auth/openssl_ptr.h"

namespace parley::auth {

inline std::string private_pem(EVP_PKEY* made) {
  const PkeyPtr key(made);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

inline std::string new_rsa_key(unsigned bits = 2048) { return private_pem(EVP_RSA_gen(bits)); }
inline std::string new_ec_key(const char* curve) { return private_pem(EVP_EC_gen(curve)); }
inline std::string new_ed25519_key() {
  return private_pem(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

}  // namespace parley::auth
