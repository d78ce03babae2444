#include "files/media_type.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace parley::files {
namespace {

// How a file begins. Several types share one container.
enum class Container : std::uint8_t {
  unknown,
  png,
  jpeg,
  gif,
  webp,
  avif,
  mpeg_audio,
  wav,
  ogg,
  flac,
  mp4,
  webm,
  pdf,
  zip,
};

struct KnownType {
  ByteView type;
  Container container;  // what does not say its type is the first of these
  bool in_place;
};

constexpr KnownType kKnownTypes[] = {
    {"image/png", Container::png, true},        {"image/jpeg", Container::jpeg, true},
    {"image/gif", Container::gif, true},        {"image/webp", Container::webp, true},
    {"image/avif", Container::avif, true},      {"audio/mpeg", Container::mpeg_audio, true},
    {"audio/wav", Container::wav, true},        {"audio/ogg", Container::ogg, true},
    {"video/ogg", Container::ogg, true},        {"audio/flac", Container::flac, true},
    {"video/mp4", Container::mp4, true},        {"audio/mp4", Container::mp4, true},
    {"video/webm", Container::webm, true},      {"audio/webm", Container::webm, true},
    {"application/pdf", Container::pdf, false}, {"application/zip", Container::zip, false},
};

constexpr std::pair<ByteView, ByteView> kOtherNames[] = {
    {"image/jpg", "image/jpeg"},
    {"image/pjpeg", "image/jpeg"},
    {"image/x-png", "image/png"},
    {"audio/mp3", "audio/mpeg"},
    {"audio/x-wav", "audio/wav"},
    {"audio/wave", "audio/wav"},
    {"audio/vnd.wave", "audio/wav"},
    {"audio/x-m4a", "audio/mp4"},
    {"audio/m4a", "audio/mp4"},
    {"audio/x-flac", "audio/flac"},
    {"application/ogg", "audio/ogg"},
    {"video/x-m4v", "video/mp4"},
    {"application/x-pdf", "application/pdf"},
    {"application/x-zip-compressed", "application/zip"},
    {"text/x-markdown", "text/markdown"},
};

constexpr std::pair<ByteView, Container> kBeginnings[] = {
    {{"\x89PNG\r\n\x1A\n", 8}, Container::png},
    {{"\xFF\xD8\xFF", 3}, Container::jpeg},
    {{"GIF87a", 6}, Container::gif},
    {{"GIF89a", 6}, Container::gif},
    {{"ID3", 3}, Container::mpeg_audio},
    {{"OggS\0", 5}, Container::ogg},
    {{"fLaC", 4}, Container::flac},
    {{"\x1A\x45\xDF\xA3", 4}, Container::webm},
    {{"%PDF-", 5}, Container::pdf},
    {{"PK\x03\x04", 4}, Container::zip},
    {{"PK\x05\x06", 4}, Container::zip},  // an empty one
};

// The frame header of MPEG audio, layer III.
bool is_mpeg_frame(ByteView bytes) {
  if (bytes.size() < 2) return false;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return first == 0xFF && (second & 0xE6) == 0xE2 && (second & 0x18) != 0x08;
}

// Pictures as phones take them: in the same container, but no film, and not for every browser.
bool is_heif(ByteView brand) {
  return brand.starts_with("hei") || brand.starts_with("hev") || brand == "mif1" || brand == "msf1";
}

Container sniff(ByteView bytes) {
  for (const auto& [beginning, container] : kBeginnings) {
    if (bytes.starts_with(beginning)) return container;
  }
  if (bytes.size() >= 12) {
    const ByteView brand = bytes.substr(8, 4);
    if (bytes.starts_with("RIFF") && brand == "WEBP") return Container::webp;
    if (bytes.starts_with("RIFF") && brand == "WAVE") return Container::wav;
    if (bytes.substr(4, 4) == "ftyp") {
      if (brand == "avif" || brand == "avis") return Container::avif;
      return is_heif(brand) ? Container::unknown : Container::mp4;
    }
  }
  return is_mpeg_frame(bytes) ? Container::mpeg_audio : Container::unknown;
}

const KnownType* find_known(ByteView type) {
  const auto* found = std::ranges::find(kKnownTypes, type, &KnownType::type);
  return found == std::end(kKnownTypes) ? nullptr : found;
}

// UTF-8 without control characters but line ends and tabs, however its last character is cut off.
bool looks_like_text(ByteView bytes) {
  Utf8Validator validator;
  return validator.feed(bytes) && std::ranges::none_of(bytes, [](unsigned char c) {
           return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
         });
}

std::string type_of(Container container, ByteView first_bytes) {
  const auto* known = std::ranges::find(kKnownTypes, container, &KnownType::container);
  if (known != std::end(kKnownTypes)) return std::string(known->type);
  return looks_like_text(first_bytes) ? "text/plain" : "application/octet-stream";
}

bool is_name(ByteView part) {
  return !part.empty() && std::ranges::all_of(part, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           ByteView("!#$&^_.+-").find(static_cast<char>(c)) != ByteView::npos;
  });
}

}  // namespace

std::string canonical_type(ByteView claimed) {
  std::string type = to_lower(trim(claimed.substr(0, claimed.find(';'))));
  const std::size_t slash = type.find('/');
  constexpr std::size_t kLongest = 127;  // RFC 6838, 4.2
  if (slash == std::string::npos || type.size() > kLongest ||
      !is_name(ByteView(type).substr(0, slash)) || !is_name(ByteView(type).substr(slash + 1))) {
    return {};
  }
  for (const auto& [other, name] : kOtherNames) {
    if (type == other) return std::string(name);
  }
  return type;
}

std::optional<std::string> settle_type(ByteView claimed, ByteView first_bytes) {
  const Container container = sniff(first_bytes);
  const std::string type = canonical_type(claimed);
  if (says_nothing(type)) return type_of(container, first_bytes);
  const KnownType* known = find_known(type);
  if (known != nullptr && known->container != container) return std::nullopt;
  return type;
}

bool says_nothing(ByteView canonical) {
  return canonical.empty() || canonical == "application/octet-stream";
}

std::string served_type(ByteView type) {
  // Every name that a browser knows for JavaScript has one of these in it.
  constexpr ByteView kScripts[] = {"javascript", "ecmascript", "jscript", "livescript"};
  const bool is_active = type == "text/css" || std::ranges::any_of(kScripts, [type](ByteView name) {
                           return type.find(name) != ByteView::npos;
                         });
  return is_active ? "text/plain" : std::string(type);
}

bool shown_in_place(ByteView type) {
  const KnownType* known = find_known(type);
  return known != nullptr && known->in_place;
}

bool is_allowed(std::span<const std::string> allowed, ByteView type) {
  return std::ranges::any_of(allowed, [type](ByteView entry) {
    if (entry == "*/*" || entry == type) return true;
    return entry.ends_with("/*") && type.starts_with(entry.substr(0, entry.size() - 1));
  });
}

}  // namespace parley::files
