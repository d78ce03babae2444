#include "server/config_checks.h"

#include <algorithm>
#include <cctype>

#include "files/media_type.h"
#include "server/listen_address.h"

namespace parley::server {
namespace {

// HMAC-SHA256 wants a key no shorter than its output (RFC 7518 section 3.2).
constexpr std::size_t kShortestSecret = 32;
constexpr std::size_t kShortestApiKey = 8;

}  // namespace

std::string check_listen(std::string_view text) {
  std::string why;
  parse_listen_address(text, &why);
  return why;
}

std::string check_insecure(std::string_view text) {
  return text == "all" ? "" : check_listen(text);
}

std::string check_tls(std::string_view text) {
  if (text.empty() || text == "self") return "";
  const std::size_t comma = text.find(',');
  const bool two_files = comma != std::string_view::npos && comma > 0 && comma + 1 < text.size() &&
                         text.rfind(',') == comma;
  return two_files
             ? ""
             : R"(expected "self", or a certificate file and a key file with a comma between)";
}

std::string check_secret(std::string_view text) {
  if (text.empty() || text.size() >= kShortestSecret) return "";
  return "a secret has at least " + std::to_string(kShortestSecret) +
         " bytes, as `openssl rand -hex 32` prints";
}

std::string check_api_key(std::string_view text) {
  if (text.size() < kShortestApiKey) {
    return "a key has at least " + std::to_string(kShortestApiKey) + " characters";
  }
  // Others would not pass through a header, or not unchanged.
  const auto wrong = [](unsigned char c) { return c <= ' ' || c >= 0x7F; };
  return std::ranges::any_of(text, wrong) ? "a key is in ASCII, without spaces" : "";
}

// Browsers send the origin in one spelling only, and it is compared byte by byte.
std::string check_origin(std::string_view text) {
  if (text == "*") return "";
  std::string_view rest = text;
  const bool secure = rest.starts_with("https://");
  if (!secure && !rest.starts_with("http://")) return "an origin begins with http:// or https://";
  rest.remove_prefix(secure ? 8 : 7);
  if (rest.empty()) return "the host is missing";
  if (rest.find_first_of("/?#@") != std::string_view::npos) {
    return "an origin ends with its host or port, without a path or a slash";
  }
  const auto wrong = [](unsigned char c) { return c <= ' ' || c >= 0x7F || std::isupper(c) != 0; };
  if (std::ranges::any_of(rest, wrong)) return "a host is written in lower-case ASCII";
  if (rest.ends_with(secure ? ":443" : ":80")) return "browsers leave out the scheme's own port";
  return "";
}

std::string check_path(std::string_view text) {
  if (!text.starts_with('/') || text.size() < 2 || text.ends_with('/')) {
    return "a path begins with a slash, and neither is nor ends with one";
  }
  const auto wrong = [](unsigned char c) {
    return std::isalnum(c) == 0 && std::string_view("/-._~").find(c) == std::string_view::npos;
  };
  if (std::ranges::any_of(text, wrong)) return "a path holds letters, digits and / - . _ ~ only";
  if (text == "/health" || text == "/metrics" || text == "/app.json" || text == "/api" ||
      text.starts_with("/api/") || text == "/files" || text.starts_with("/files/")) {
    return "this path is the server's own";
  }
  return "";
}

std::string check_media_type(std::string_view text) {
  const std::string_view name = text.ends_with("/*") ? text.substr(0, text.size() - 2) : text;
  if (text == "*/*" || (name != text && files::canonical_type(std::string(name) + "/x") != "")) {
    return "";
  }
  return files::canonical_type(text) == text
             ? ""
             : "a media type is written \"image/png\" or \"image/*\"";
}

std::string check_namespace_name(std::string_view text) {
  const auto wrong = [](unsigned char c) {
    return std::isalnum(c) == 0 && std::string_view("-_.").find(c) == std::string_view::npos;
  };
  if (!text.empty() && std::ranges::none_of(text, wrong)) return "";
  return "a name is of letters, digits, and - _ .";
}

}  // namespace parley::server
