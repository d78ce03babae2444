// A fault that a build may plant in the hub (cmake -DPARLEY_PLANT=NAME), so that one can see
// `parley verify` find it. In every other build kFault is none, a constant, and the compiler leaves
// out whatever asks for another.
#pragma once

#include <cstdint>

#include "hub/push.h"

namespace parley::hub::planted {

enum class Fault : std::uint8_t { none, skip_offset, deliver_twice, reorder, forget_leave };

inline constexpr Fault kFault =
#if defined(PARLEY_PLANT_SKIP_OFFSET)
    Fault::skip_offset;
#elif defined(PARLEY_PLANT_DELIVER_TWICE)
    Fault::deliver_twice;
#elif defined(PARLEY_PLANT_REORDER)
    Fault::reorder;
#elif defined(PARLEY_PLANT_FORGET_LEAVE)
    Fault::forget_leave;
#else
    Fault::none;
#endif

// Now and then, as a fault that is hard to find happens.
inline constexpr std::uint64_t kEvery = 97;

inline bool is_chosen(const Push& push) {
  if constexpr (kFault == Fault::none) return false;
  const auto* publication = std::get_if<Publication>(&push);
  return publication != nullptr && publication->position.offset != 0 &&
         publication->position.offset % kEvery == 0;
}

inline bool forgets_leave(SessionRef session) {
  return kFault == Fault::forget_leave && session.slot % 7 == 1;
}

}  // namespace parley::hub::planted
