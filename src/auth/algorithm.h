// The signature algorithms of JSON Web Tokens (RFC 7518 section 3.1, RFC 8037) that are spoken
// here, and sets of them: a key says by such a set what it may verify. Plain values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace parley::auth {

enum class Algorithm : std::uint8_t {
  hs256,
  hs384,
  hs512,
  rs256,
  rs384,
  rs512,
  es256,
  es384,
  es512,
  eddsa,
};

enum class KeyKind : std::uint8_t { secret, rsa, ec, edwards };

struct AlgorithmInfo {
  Algorithm algorithm;
  ByteView name;  // as in "alg"
  KeyKind kind;
  const char* digest;  // OpenSSL's name; null: the algorithm has its own
  std::size_t bytes;   // HMAC: output and shortest secret; ECDSA: one coordinate
};

std::span<const AlgorithmInfo> algorithms();
const AlgorithmInfo& algorithm_info(Algorithm algorithm);
std::optional<Algorithm> algorithm_of_name(ByteView name);

class AlgorithmSet {
 public:
  AlgorithmSet() = default;
  AlgorithmSet(std::initializer_list<Algorithm> members) {
    for (const Algorithm member : members) add(member);
  }
  void add(Algorithm algorithm) { bits_ |= bit(algorithm); }
  bool has(Algorithm algorithm) const { return (bits_ & bit(algorithm)) != 0; }

 private:
  static constexpr unsigned bit(Algorithm algorithm) {
    return 1U << static_cast<unsigned>(algorithm);
  }
  unsigned bits_ = 0;
};

}  // namespace parley::auth
