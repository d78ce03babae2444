#include "ws/extensions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "http/tokens.h"
#include "ws/deflate.h"

namespace parley::ws {
namespace {

struct Parameter {
  ByteView name;
  std::optional<std::string> value;
};

// Reads the grammar of section 9.1 from left to right; each step answers false where it does not
// fit.
//   list      = extension *( "," extension )       (empty elements allowed, RFC 9110 section 5.6.1)
//   extension = token *( ";" parameter )
//   parameter = token [ "=" ( token / quoted-string that holds a token ) ]
class ExtensionScanner {
 public:
  explicit ExtensionScanner(ByteView text) : rest_(trim(text)) {}

  bool at_end() const { return rest_.empty(); }

  bool skip(char separator) {
    skip_spaces();
    if (!rest_.starts_with(separator)) return false;
    rest_.remove_prefix(1);
    skip_spaces();
    return true;
  }

  bool token(ByteView& out) {
    const auto end = std::ranges::find_if_not(rest_, http::is_token_char);
    out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return !out.empty();
  }

  bool parameter(Parameter& out) {
    out.value.reset();
    if (!token(out.name)) return false;
    if (!skip('=')) return true;
    out.value.emplace();
    if (rest_.starts_with('"')) return quoted_token(*out.value);
    ByteView value;
    if (!token(value)) return false;
    out.value->assign(value);
    return true;
  }

 private:
  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  bool quoted_token(std::string& out) {
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return http::is_token(out);
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) return false;
      out.push_back(rest_[i]);
    }
    return false;
  }

  ByteView rest_;
};

// 8 to 15 without leading zeros (RFC 7692 section 7.1.2).
std::optional<int> window_bits(const std::optional<std::string>& value) {
  static constexpr std::array<ByteView, 8> kTexts = {"8", "9", "10", "11", "12", "13", "14", "15"};
  const auto found = std::find(kTexts.begin(), kTexts.end(), value);
  if (found == kTexts.end()) return std::nullopt;
  return 8 + static_cast<int>(found - kTexts.begin());
}

// One element of the list, taken as an offer. A parameter that is unknown, repeated or of a wrong
// value declines the offer, not the connection.
class Offer {
 public:
  explicit Offer(ByteView extension) : acceptable_(extension == "permessage-deflate") {}

  void add(const Parameter& parameter) { acceptable_ = acceptable_ && understood(parameter); }
  bool acceptable() const { return acceptable_; }
  const std::optional<int>& server_max_window_bits() const { return server_max_window_bits_; }

 private:
  static bool first_time(bool& seen) { return !std::exchange(seen, true); }

  bool understood(const Parameter& parameter) {
    const auto& [name, value] = parameter;
    if (name == "server_no_context_takeover") return !value && first_time(server_no_takeover_);
    if (name == "client_no_context_takeover") return !value && first_time(client_no_takeover_);
    if (name == "client_max_window_bits") {
      return (!value || window_bits(value)) && first_time(client_max_window_bits_);
    }
    if (name == "server_max_window_bits" && !server_max_window_bits_) {
      server_max_window_bits_ = window_bits(value);
      return server_max_window_bits_ >=
             Deflater::kMinWindowBits;  // nothing is less than any number
    }
    return false;
  }

  bool acceptable_;
  bool server_no_takeover_ = false;
  bool client_no_takeover_ = false;
  bool client_max_window_bits_ = false;
  std::optional<int> server_max_window_bits_;
};

}  // namespace

bool DeflateNegotiation::consider(ByteView header_value) {
  ExtensionScanner scanner(header_value);
  while (!scanner.at_end()) {
    if (scanner.skip(',')) continue;
    ByteView name;
    if (!scanner.token(name)) return false;
    Offer offer(name);
    while (scanner.skip(';')) {
      Parameter parameter;
      if (!scanner.parameter(parameter)) return false;
      offer.add(parameter);
    }
    if (!scanner.at_end() && !scanner.skip(',')) return false;
    if (agreement_.enabled || !offer.acceptable()) continue;
    agreement_.enabled = true;
    response_ = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    if (const auto& bits = offer.server_max_window_bits()) {
      agreement_.server_max_window_bits = *bits;
      response_.append("; server_max_window_bits=").append(std::to_string(*bits));
    }
  }
  return true;
}

}  // namespace parley::ws
