// DownloadPlaces: how many files are downloaded at once, in all and from one address. Who finds no
// place waits for one, first come first served, but never behind those whose address has all of
// its own. Whoever gave up waiting gives the place back as soon as it comes. Any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/unique_function.h"

namespace parley::files {

struct DownloadLimits {
  std::size_t places = 256;
  std::size_t per_address = 64;  // 0: as many as there are
  std::size_t waiting = 4096;    // for a place
};

class DownloadPlaces {
 public:
  // Kept as long as the download; it may outlive this. Null: too many wait.
  using Place = std::shared_ptr<void>;
  using Done = UniqueFunction<void(Place)>;

  explicit DownloadPlaces(const DownloadLimits& limits);
  ~DownloadPlaces();  // forgets those that wait
  DownloadPlaces(const DownloadPlaces&) = delete;
  DownloadPlaces& operator=(const DownloadPlaces&) = delete;

  // Calls `done` once, now or on the thread that gives a place back.
  void take(const std::string& address, Done done);

  std::size_t taken() const;
  std::size_t waiting() const;

 private:
  class Queue;
  const std::shared_ptr<Queue> queue_;  // the places have it too
};

}  // namespace parley::files
