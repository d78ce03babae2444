#include "base/sha1.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace parley {

std::string sha1(ByteView bytes) {
  std::string digest(20, '\0');
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                   &size, EVP_sha1(), nullptr) == 1);
  CHECK(size == digest.size());
  return digest;
}

}  // namespace parley
