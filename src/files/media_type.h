// What a file is. Its first bytes decide, not its name: a type whose beginning is known must begin
// like that, and only such types are ever shown in place. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"

namespace parley::files {

inline constexpr std::size_t kSniffBytes = 512;  // as many first bytes as matter

// The type to serve a file as, from what the client claims ("" if nothing) and its first bytes.
// Nothing when the two contradict each other.
std::optional<std::string> settle_type(ByteView claimed, ByteView first_bytes);

// Lower case, without parameters, common other names replaced: "image/JPG; q" is "image/jpeg".
// Empty if it is no media type.
std::string canonical_type(ByteView claimed);

// The client does not know: no type, or the one for just any bytes.
bool says_nothing(ByteView canonical);

// What a file of this type is served as. Scripts and styles are text, which with `nosniff` no page
// takes for the one or the other.
std::string served_type(ByteView type);

// Pictures, sound and films: harmless when they are opened in place.
bool shown_in_place(ByteView type);

// Is the type in the list? An entry is a type, "image/*" or "*/*".
bool is_allowed(std::span<const std::string> allowed, ByteView type);

}  // namespace parley::files
