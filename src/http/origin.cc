#include "http/origin.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "http/authority.h"
#include "http/response.h"
#include "http/tokens.h"

namespace parley::http {
namespace {

constexpr ByteView kAny = "*";
// How much of a preflight's header list is repeated in the answer.
constexpr std::size_t kMaxRequestHeaderBytes = 1024;

// Origins of http and https in one form; all else ("null", an app's own scheme) by its letters.
std::string canonical(ByteView origin) {
  const std::size_t scheme_end = origin.find("://");
  if (scheme_end != ByteView::npos) {
    auto known = canonical_origin(origin.substr(0, scheme_end), origin.substr(scheme_end + 3));
    if (known) return *std::move(known);
  }
  return to_lower(origin);
}

bool is_ipv4(ByteView host) {
  for (int parts = 0; parts < 4; ++parts) {
    unsigned number = 0;
    const auto [stop, error] = std::from_chars(host.data(), host.data() + host.size(), number);
    if (error != std::errc() || number > 255) return false;
    host.remove_prefix(static_cast<std::size_t>(stop - host.data()));
    if (parts == 3) break;
    if (!host.starts_with('.')) return false;
    host.remove_prefix(1);
  }
  return host.empty();
}

bool is_loopback_ipv4(ByteView host) { return host.starts_with("127.") && is_ipv4(host); }

// No name, so that no name server has a say in whom it means.
bool is_address(ByteView host) { return host.starts_with('[') || is_ipv4(host); }

bool is_preflight(const Request& request) {
  return request.method == "OPTIONS" && request.header("origin") &&
         request.header("access-control-request-method");
}

}  // namespace

OriginRules::OriginRules(const std::vector<std::string>& allowed, OwnPages own) : own_(own) {
  for (const std::string& entry : allowed) {
    if (entry == kAny) {
      any_ = true;
    } else {
      allowed_.push_back(
          canonical(entry.ends_with('/') ? entry.substr(0, entry.size() - 1) : entry));
    }
  }
}

bool OriginRules::listed(ByteView origin) const {
  return std::ranges::find(allowed_, canonical(origin)) != allowed_.end();
}

bool OriginRules::allows(const Request& request, const Peer& peer) const {
  const auto origin = request.header("origin");
  if (any_) return true;
  // Where no token protects, a page of a rebound name must not pass for one of our own.
  const bool on_loopback = own_ == OwnPages::on_loopback || peer.insecure;
  if (!origin) return !on_loopback || !peer.loopback || names_us(request);
  if (request.count("origin") > 1) return false;
  if (listed(*origin)) return true;
  const auto host = request.header("host");
  if (!host) return false;
  if (on_loopback && !host_is_loopback_name(request)) return false;
  return canonical_origin(peer.tls ? "https" : "http", *host) == canonical(*origin);
}

// A browser says no Origin when a page reads from its own host, which a rebound name is, too.
bool OriginRules::names_us(const Request& request) const {
  const auto host = request.header("host");
  if (!host || host_is_loopback_name(request)) return true;
  const auto authority = parse_authority(*host);
  if (!authority) return false;
  return is_address(authority->host) || listed("http://" + std::string(*host)) ||
         listed("https://" + std::string(*host));
}

void OriginRules::add_cors(const Request& request, Response& response) const {
  if (!any_ && allowed_.empty()) return;
  response.add("Vary", "Origin");
  const auto origin = request.header("origin");
  if (!origin || request.count("origin") > 1) return;
  if (listed(*origin)) {
    response.add("Access-Control-Allow-Origin", std::string(*origin));
    response.add("Access-Control-Allow-Credentials", "true");
  } else if (any_) {
    response.add("Access-Control-Allow-Origin", "*");
  }
}

std::optional<Response> OriginRules::preflight(const Request& request, const Peer& peer) const {
  if (!is_preflight(request)) return std::nullopt;
  if (!allows(request, peer)) return problem(Errc::http_forbidden_origin);
  Response response;
  response.status = 204;
  add_cors(request, response);
  response.add("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  response.add("Access-Control-Max-Age", "300");
  const auto headers = request.header("access-control-request-headers");
  if (headers && headers->size() <= kMaxRequestHeaderBytes &&
      std::ranges::all_of(request.elements("access-control-request-headers"), is_token)) {
    response.add("Access-Control-Allow-Headers", std::string(*headers));
  }
  return response;
}

bool host_is_loopback_name(const Request& request) {
  const auto host = request.header("host");
  if (!host) return false;
  const auto authority = parse_authority(*host);
  if (!authority) return false;
  return to_lower(authority->host) == "localhost" || authority->host == "[::1]" ||
         is_loopback_ipv4(authority->host);
}

}  // namespace parley::http
