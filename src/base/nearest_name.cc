#include "base/nearest_name.h"

#include <algorithm>
#include <vector>

namespace parley {
namespace {
// Longer words are not typing errors, and the work is the product of both lengths.
constexpr std::size_t kLongestWord = 100;
}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > kLongestWord || b.size() > kLongestWord) return std::max(a.size(), b.size());
  // Optimal string alignment: rows are prefixes of a, columns prefixes of b.
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t substitution = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

bool is_near(std::string_view word, std::size_t distance) {
  return distance < word.size() && distance <= std::max<std::size_t>(2, word.size() / 3);
}

std::string nearest_name(std::string_view word, std::span<const std::string> names) {
  const auto nearest = std::ranges::min_element(
      names, {}, [&](const std::string& name) { return edit_distance(word, name); });
  if (nearest == names.end() || !is_near(word, edit_distance(word, *nearest))) return "";
  return *nearest;
}

}  // namespace parley
