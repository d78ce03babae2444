// Base of everything that lives on one shard: remembers the first thread that uses it (main builds
// the hub, the shards use it) and lets debug builds assert that no other does.
#pragma once

#include <thread>

#include "base/check.h"

namespace parley::runtime {

class ShardAffine {
 protected:
#ifdef NDEBUG
  void assert_home() const {}
#else
  void assert_home() const {
    if (home_ == std::thread::id{}) home_ = std::this_thread::get_id();
    CHECK(std::this_thread::get_id() == home_);
  }

 private:
  mutable std::thread::id home_;
#endif
};

}  // namespace parley::runtime
