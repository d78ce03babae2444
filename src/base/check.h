// CHECK(cond) stops the process when an invariant of ours is broken: it stays on in release
// builds, because going on with a broken invariant would corrupt somebody's messages. DCHECK is for
// the hot path and vanishes with NDEBUG. Neither is for input: a peer's fault is a Result value.
#pragma once

namespace parley {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace parley

#define CHECK(condition) \
  ((condition) ? (void)0 : ::parley::check_failed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define DCHECK(condition) ((void)sizeof(!(condition)))
#else
#define DCHECK(condition) CHECK(condition)
#endif
