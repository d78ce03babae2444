#include "auth/algorithm.h"

#include <algorithm>
#include <array>

namespace parley::auth {
namespace {

// In the order of the enumeration, so that an algorithm is its own place.
constexpr std::array kAlgorithms = {
    AlgorithmInfo{Algorithm::hs256, "HS256", KeyKind::secret, "SHA256", 32},
    AlgorithmInfo{Algorithm::hs384, "HS384", KeyKind::secret, "SHA384", 48},
    AlgorithmInfo{Algorithm::hs512, "HS512", KeyKind::secret, "SHA512", 64},
    AlgorithmInfo{Algorithm::rs256, "RS256", KeyKind::rsa, "SHA256", 0},
    AlgorithmInfo{Algorithm::rs384, "RS384", KeyKind::rsa, "SHA384", 0},
    AlgorithmInfo{Algorithm::rs512, "RS512", KeyKind::rsa, "SHA512", 0},
    AlgorithmInfo{Algorithm::es256, "ES256", KeyKind::ec, "SHA256", 32},
    AlgorithmInfo{Algorithm::es384, "ES384", KeyKind::ec, "SHA384", 48},
    AlgorithmInfo{Algorithm::es512, "ES512", KeyKind::ec, "SHA512", 66},
    AlgorithmInfo{Algorithm::eddsa, "EdDSA", KeyKind::edwards, nullptr, 0},
};

}  // namespace

std::span<const AlgorithmInfo> algorithms() { return kAlgorithms; }

const AlgorithmInfo& algorithm_info(Algorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> algorithm_of_name(ByteView name) {
  const auto* found = std::ranges::find(kAlgorithms, name, &AlgorithmInfo::name);
  if (found == kAlgorithms.end()) return std::nullopt;
  return found->algorithm;
}

}  // namespace parley::auth
