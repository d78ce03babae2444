// "Did you mean …?": the known name that differs least from a mistyped one. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace parley {

// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// A guess is offered only when no more than a third of the word (at least 2 letters) is wrong.
bool is_near(std::string_view word, std::size_t distance);

// The nearest of `names`, or empty when none is near.
std::string nearest_name(std::string_view word, std::span<const std::string> names);

}  // namespace parley
