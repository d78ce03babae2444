// OriginRules decide which web pages may speak to this server (cross-site WebSocket hijacking,
// CORS) by exact comparison of scheme, host and port, never by part of a name. Immutable after
// construction, so all shards may share one. Clients that are no browsers send no Origin and pass:
// the check protects users of browsers, tokens protect the server. Where none are asked for, by a
// development server or an insecure listener, clients of the loopback without an Origin also need a
// Host that nobody can rebind: a loopback name, an address, or the host of a listed origin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/message.h"

namespace parley::http {

// Which pages count as the server's own. A development server, like every insecure listener,
// believes only those whose host is a loopback name: a page of evil.example whose name was rebound
// to 127.0.0.1 has the same origin, too.
enum class OwnPages { on_any_host, on_loopback };

class OriginRules {
 public:
  // Entries such as "https://app.example:8443"; "null" and "*" count only when listed.
  explicit OriginRules(const std::vector<std::string>& allowed,
                       OwnPages own = OwnPages::on_any_host);

  // No Origin, the server's own origin, or a listed one.
  bool allows(const Request& request, const Peer& peer) const;
  // Lets a page of a listed origin read the response. Under "*" pages read without credentials.
  void add_cors(const Request& request, Response& response) const;
  // The answer to a CORS preflight; nothing if the request is none.
  std::optional<Response> preflight(const Request& request, const Peer& peer) const;

 private:
  bool listed(ByteView origin) const;
  bool names_us(const Request& request) const;

  std::vector<std::string> allowed_;  // normalised
  OwnPages own_;
  bool any_ = false;
};

// Does Host name this machine's loopback (localhost, 127.0.0.0/8, [::1]; any port)? A page that
// reaches a development server through a rebound DNS name cannot say so.
bool host_is_loopback_name(const Request& request);

}  // namespace parley::http
