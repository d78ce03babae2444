#include "server/token_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>
#include <ostream>

#include "auth/signer.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "server/config_file.h"
#include "server/jwks_fetch.h"
#include "server/options.h"

namespace parley::server {
namespace {

constexpr int kRefused = 1;
constexpr int kWrongUsage = 2;
constexpr Duration kKeyPatience{10'000};
constexpr std::size_t kNameColumn = 12;

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

int fail(std::ostream& err, const std::string& text) {
  err << "parley: " << text << '\n';
  return kWrongUsage;
}

// "never" is 0.
std::optional<std::int64_t> parse_lifetime(std::string_view text) {
  if (text == "never") return 0;
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"s", 1}, {"m", kMinute}, {"h", kHour}, {"d", kDay}};
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.end() - end));
  const auto* found =
      std::ranges::find(kUnits, unit, &std::pair<std::string_view, std::int64_t>::first);
  if (error != std::errc() || number <= 0 || found == std::end(kUnits)) return std::nullopt;
  return number * found->second;
}

Result<auth::Signer> signer_of(const TokenRequest& request, const Config& config,
                               std::string& why) {
  const std::optional<auth::Algorithm> named = auth::algorithm_of_name(request.algorithm);
  if (!request.algorithm.empty() && !named) {
    why = "unknown algorithm " + request.algorithm + "; known are";
    for (const auto& each : auth::algorithms()) why += " " + std::string(each.name);
    return Errc::config_invalid;
  }
  if (request.key_file.empty()) {
    if (config.server.token_secret.empty()) {
      why = "there is no secret to sign with; name one with --secret-file FILE or -c FILE";
      return Errc::config_invalid;
    }
    return auth::Signer::secret(config.server.token_secret, named.value_or(auth::Algorithm::hs256),
                                why);
  }
  const std::optional<std::string> text = read_small_file(request.key_file, &why);
  Result<auth::Signer> signer =
      text ? auth::Signer::pem(*text, named, why) : Result<auth::Signer>(Errc::io_error);
  if (!signer.has_value()) why = request.key_file + ": " + why;
  return signer;
}

std::string claims_of(const TokenRequest& request, const Config& config, std::int64_t now,
                      std::int64_t lifetime) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  if (!request.user.empty()) json.member("sub", request.user);
  if (!request.channel.empty()) json.member("channel", request.channel);
  json.member("iat", now);
  if (lifetime != 0) json.member("exp", now + lifetime);
  if (!config.tokens.issuer.empty()) json.member("iss", config.tokens.issuer.front());
  if (!config.tokens.audience.empty()) json.member("aud", config.tokens.audience.front());
  if (!request.info.empty()) json.key("info").raw(request.info);
  json.end_object();
  return text;
}

// What the JSON of the claims cannot carry, or "".
std::string fault_of(const TokenRequest& request) {
  if (!is_valid_utf8(request.user) || !is_valid_utf8(request.channel)) {
    return "--user and --channel are UTF-8";
  }
  if (request.info.empty()) return "";
  // Alone in an object, so that it is one value and not the beginning of other claims.
  const auto members = auth::list_members(base64url_encode("{\"info\":" + request.info + "}"));
  return members && members->size() == 1 ? "" : "--info is not JSON";
}

// Without the spaces and line ends that come along with a copied token.
std::string_view stripped(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = std::min(text.find_first_not_of(kSpace), text.size());
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

std::string utc(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return "a time far away";
  std::array<char, 64> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts)};
}

// "in 59 minutes", "3 days ago"; rounded down.
std::string relative(std::int64_t seconds) {
  constexpr std::pair<std::int64_t, const char*> kUnits[] = {
      {kDay, "day"}, {kHour, "hour"}, {kMinute, "minute"}, {1, "second"}};
  const std::int64_t distance = std::abs(seconds);
  for (const auto& [unit, name] : kUnits) {
    if (distance < unit) continue;
    const std::int64_t count = distance / unit;
    const std::string text = std::to_string(count) + " " + name + (count == 1 ? "" : "s");
    return seconds > 0 ? "in " + text : text + " ago";
  }
  return "now";
}

// A time in a form for people, any other value as JSON.
std::string shown(const auth::TokenMember& member, std::int64_t now) {
  constexpr std::string_view kTimes[] = {"exp", "nbf", "iat", "expire_at"};
  std::int64_t seconds = 0;
  const auto* const first = member.json.data();
  const auto result = std::from_chars(first, first + member.json.size(), seconds);
  const bool is_time = std::ranges::find(kTimes, member.name) != std::end(kTimes) &&
                       result.ec == std::errc() && std::abs(seconds) < (std::int64_t{1} << 53);
  if (!is_time) return member.json;
  if (member.name == "expire_at" && seconds == 0) return "never";
  return utc(seconds) + ", " + relative(seconds - now);
}

void print_part(std::string_view title, std::string_view part, std::int64_t now,
                std::ostream& out) {
  out << title << '\n';
  const auto members = auth::list_members(part);
  if (!members) {
    out << "  (not readable)\n";
    return;
  }
  for (const auto& member : *members) {
    std::string name = member.name;
    name.resize(std::max(name.size() + 1, kNameColumn), ' ');
    out << "  " << name << shown(member, now) << '\n';
  }
}

bool is_subscription(std::string_view claims_part) {
  const auto members = auth::list_members(claims_part);
  return members && std::ranges::any_of(*members, [](const auth::TokenMember& member) {
           return member.name == "channel";
         });
}

// "" when the server would take it; the name and the reason otherwise.
std::string verdict_of(const auth::Verifier& verifier, std::string_view token, bool subscription,
                       std::int64_t now) {
  std::string why;
  const Errc code = subscription ? verifier.subscription(token, now, &why).error()
                                 : verifier.connection(token, now, &why).error();
  return code == Errc{} ? "" : why + " (" + std::string(error_info(code).name) + ")";
}

}  // namespace

int make_token(const TokenRequest& request, const Config& config, std::int64_t now_seconds,
               std::ostream& out, std::ostream& err) {
  const std::optional<std::int64_t> lifetime = parse_lifetime(request.expires);
  if (!lifetime) {
    return fail(
        err, R"(--expires is a time like 30s, 10m, 1h or 7d, or "never"; got )" + request.expires);
  }
  std::string why = fault_of(request);
  if (!why.empty()) return fail(err, why);
  const Result<auth::Signer> signer = signer_of(request, config, why);
  if (!signer.has_value()) return fail(err, why);
  const std::string token =
      signer->sign(claims_of(request, config, now_seconds, *lifetime), request.key_id);
  if (token.size() > auth::kMaxTokenBytes) return fail(err, "the token is longer than 8 KiB");
  out << token << '\n';
  return 0;
}

int explain_token(std::string_view token, const Config& config, std::int64_t now_seconds,
                  std::ostream& out, std::ostream& err) {
  token = stripped(token);
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  std::string_view claims_part;
  if (token.size() <= auth::kMaxTokenBytes && first != token.npos && second != token.npos) {
    claims_part = token.substr(first + 1, second - first - 1);
    print_part("header", token.substr(0, first), now_seconds, out);
    print_part("claims", claims_part, now_seconds, out);
  }
  if (development_mode(config)) {
    return fail(err, "not checked: there is no key; name one with --secret-file FILE or -c FILE");
  }
  std::string why;
  const auto options = verifier_options(config, why);
  if (!options.has_value()) return fail(err, why);
  const auto verifier = auth::Verifier::make(*options, why);
  if (!verifier.has_value()) return fail(err, why);
  std::optional<JwksFetch> fetch;
  if (!config.tokens.jwks_url.empty()) {
    fetch.emplace(JwksOptions{.url = config.tokens.jwks_url}, **verifier);
    fetch->wait_for_first(kKeyPatience);
    if (fetch->fetches() == 0 || fetch->failures() != 0) {
      err << "parley: the keys could not be fetched from " << config.tokens.jwks_url << '\n';
    }
  }
  const bool subscription = is_subscription(claims_part);
  const std::string refusal = verdict_of(**verifier, token, subscription, now_seconds);
  if (!refusal.empty()) {
    out << "verdict\n  refused: " << refusal << '\n';
    return kRefused;
  }
  out << "verdict\n  accepted for " << (subscription ? "subscribing" : "connecting") << '\n';
  return 0;
}

}  // namespace parley::server
