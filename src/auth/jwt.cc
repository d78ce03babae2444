#include "auth/jwt.h"

#include <utility>

#include "auth/json.h"
#include "base/text.h"

namespace parley::auth {
namespace {

std::optional<Refusal> read_header(ByteView encoded, UnverifiedToken& token) {
  const std::optional<std::string> text = base64url_decode(encoded);
  if (!text) return Refusal::not_base64url;
  json::dom::parser parser;
  json::dom::object header;
  if (!json::parse_object(parser, *text, header)) return Refusal::bad_header;
  if (json::has_duplicates(header)) return Refusal::duplicate_member;
  std::string_view algorithm;
  for (const auto& [name, value] : header) {
    if (name == "alg" && value.get(algorithm) != simdjson::SUCCESS) return Refusal::bad_header;
    if (name == "kid") {
      std::string_view id;
      if (value.get(id) != simdjson::SUCCESS) return Refusal::bad_header;
      token.key_id = std::string(id);
    }
    // RFC 7515 section 4.1.11: what is critical must be understood, and nothing is.
    if (name == "crit") return Refusal::critical_extension;
  }
  if (equals_ignore_case(algorithm, "none")) return Refusal::unsigned_token;
  const std::optional<Algorithm> known = algorithm_of_name(algorithm);
  if (!known) return Refusal::unknown_algorithm;
  token.algorithm = *known;
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_token(ByteView text, UnverifiedToken& token) {
  if (text.empty()) return Refusal::no_token;
  if (text.size() > kMaxTokenBytes) return Refusal::too_long;
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  if (first == last || text.find('.', first + 1) != last) return Refusal::not_three_parts;
  if (const auto refused = read_header(text.substr(0, first), token)) return refused;
  std::optional<std::string> signature = base64url_decode(text.substr(last + 1));
  if (!signature) return Refusal::not_base64url;
  token.signed_part = text.substr(0, last);
  token.claims = text.substr(first + 1, last - first - 1);
  token.signature = *std::move(signature);
  return std::nullopt;
}

std::optional<std::vector<TokenMember>> list_members(ByteView part) {
  const std::optional<std::string> text = base64url_decode(part);
  json::dom::parser parser;
  json::dom::object object;
  if (!text || !json::parse_object(parser, *text, object)) return std::nullopt;
  std::vector<TokenMember> members;
  for (const auto& [name, value] : object) {
    members.push_back({std::string(name), simdjson::minify(value)});
  }
  return members;
}

}  // namespace parley::auth
