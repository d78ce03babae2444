// Base of everything that lives on one shard: remembers the thread that made it and lets debug
// builds assert that only that thread touches it.
#pragma once

#include <thread>

#include "base/check.h"

namespace parley::runtime {

class ShardAffine {
 protected:
#ifdef NDEBUG
  void assert_home() const {}
#else
  void assert_home() const { CHECK(std::this_thread::get_id() == home_); }

 private:
  std::thread::id home_ = std::this_thread::get_id();
#endif
};

}  // namespace parley::runtime
