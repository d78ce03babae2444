// Owners of OpenSSL objects, so that every path frees them.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>

namespace parley::auth {

template <auto free>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};

using BioPtr = std::unique_ptr<BIO, Freeing<BIO_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freeing<BN_free>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Freeing<ECDSA_SIG_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freeing<OSSL_PARAM_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freeing<OSSL_PARAM_BLD_free>>;
using X509Ptr = std::unique_ptr<X509, Freeing<X509_free>>;

}  // namespace parley::auth
