#include "base/ids.h"

#include <sys/random.h>

#include "base/check.h"
#include "base/text.h"

namespace parley {

std::string random_id(std::size_t bytes) {
  std::string raw(bytes, '\0');
  std::size_t filled = 0;
  while (filled < bytes) {
    const ssize_t got = ::getrandom(raw.data() + filled, bytes - filled, 0);
    CHECK(got > 0);  // Linux never fails here once booted
    filled += static_cast<std::size_t>(got);
  }
  return hex_encode(raw);
}

}  // namespace parley
