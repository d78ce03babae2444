#include "runtime/tls_context.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/text.h"

namespace parley::runtime {
namespace {

constexpr long kSelfSignedSeconds = 365L * 24 * 3600;

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using SerialPtr = std::unique_ptr<ASN1_INTEGER, Free<ASN1_INTEGER_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

std::string last_error() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  return text;
}

std::string fingerprint_of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CHECK(X509_digest(certificate, EVP_sha256(), digest, &size) == 1);
  return hex_encode({reinterpret_cast<const char*>(digest), size});
}

void add_extension(X509* certificate, int kind, const char* value) {
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  CHECK(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// Browsers refuse two certificates of one issuer with the same serial number.
SerialPtr random_serial() {
  unsigned char bytes[8];
  CHECK(RAND_bytes(bytes, sizeof bytes) == 1);
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8 | byte;
  SerialPtr serial(ASN1_INTEGER_new());
  CHECK(ASN1_INTEGER_set_uint64(serial.get(), number >> 1 | 1) == 1);
  return serial;
}

CertificatePtr make_certificate(EVP_PKEY* key) {
  CertificatePtr certificate(X509_new());
  X509* x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  CHECK(X509_set_serialNumber(x509, random_serial().get()) == 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);  // a clock that is a little behind
  X509_gmtime_adj(X509_getm_notAfter(x509), kSelfSignedSeconds);
  X509_set_pubkey(x509, key);
  X509_NAME* name = X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("Parley on localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(x509, name);
  add_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(x509, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  CHECK(X509_sign(x509, key, EVP_sha256()) > 0);
  return certificate;
}

}  // namespace

TlsContext::TlsContext(SSL_CTX* context) : context_(context) {
  CHECK(context_ != nullptr);
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Idle connections give their record buffers back.
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);  // tickets do; no memory here
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const std::string& certificate_file,
                                                           const std::string& key_file,
                                                           std::string& why) {
  const std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  if (SSL_CTX_use_certificate_chain_file(made->context_, certificate_file.c_str()) != 1) {
    why = certificate_file + ": " + last_error();
    return Errc::config_invalid;
  }
  if (SSL_CTX_use_PrivateKey_file(made->context_, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(made->context_) != 1) {
    why = key_file + ": " + last_error();
    return Errc::config_invalid;
  }
  made->fingerprint_ = fingerprint_of(SSL_CTX_get0_certificate(made->context_));
  return std::shared_ptr<const TlsContext>(made);
}

std::shared_ptr<const TlsContext> TlsContext::self_signed() {
  const std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  const KeyPtr key(EVP_EC_gen("P-256"));
  CHECK(key != nullptr);
  const CertificatePtr certificate = make_certificate(key.get());
  CHECK(SSL_CTX_use_certificate(made->context_, certificate.get()) == 1);
  CHECK(SSL_CTX_use_PrivateKey(made->context_, key.get()) == 1);
  made->fingerprint_ = fingerprint_of(certificate.get());
  return made;
}

std::shared_ptr<const TlsContext> TlsContext::any_server() {
  const std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX_set_verify(made->context_, SSL_VERIFY_NONE, nullptr);
  return made;
}

}  // namespace parley::runtime
