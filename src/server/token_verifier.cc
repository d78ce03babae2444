#include "server/token_verifier.h"

#include <optional>
#include <utility>

#include "server/config_file.h"

namespace parley::server {

Result<std::unique_ptr<auth::Verifier>> make_verifier(const Config& config, std::string& why) {
  auth::VerifierOptions options;
  options.secret = config.server.token_secret;
  options.fetched_keys = !config.tokens.jwks_url.empty();
  options.audience = config.tokens.audience;
  options.issuer = config.tokens.issuer;
  options.leeway_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(config.tokens.leeway).count();
  for (const std::string& path : config.tokens.public_keys) {
    std::optional<std::string> text = read_small_file(path, &why);
    if (!text) {
      why = path + ": " + why;
      return Errc::config_invalid;
    }
    options.public_keys.push_back(*std::move(text));
  }
  return auth::Verifier::make(options, why);
}

JwksOptions jwks_options(const Config& config) {
  return {.url = config.tokens.jwks_url, .refresh = config.tokens.jwks_refresh};
}

}  // namespace parley::server
