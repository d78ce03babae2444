// TlsContext: the certificate and rules of a TLS listener (TLS 1.2 and up), or those of a client.
// Made once at start-up, shared read-only by all shards.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"

struct ssl_ctx_st;

namespace parley::runtime {

class TlsContext {
 public:
  // PEM files; the certificate file may hold the whole chain. `why` tells what was wrong.
  static Result<std::shared_ptr<const TlsContext>> load(const std::string& certificate_file,
                                                        const std::string& key_file,
                                                        std::string& why);
  // A fresh P-256 certificate for localhost and loopback addresses, valid for a year; the key never
  // leaves the process.
  static std::shared_ptr<const TlsContext> self_signed();

  // For connecting, to a server that is whoever it says: load and tests on a machine of one's own.
  static std::shared_ptr<const TlsContext> any_server();

  ~TlsContext();
  ssl_ctx_st* native() const { return context_; }
  const std::string& fingerprint() const { return fingerprint_; }  // SHA-256, hex

 private:
  explicit TlsContext(ssl_ctx_st* context);
  ssl_ctx_st* context_;
  std::string fingerprint_;
};

}  // namespace parley::runtime
