#include "files/download_places.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace parley::files {

class DownloadPlaces::Queue : public std::enable_shared_from_this<Queue> {
 public:
  explicit Queue(const DownloadLimits& limits) : limits_(limits) {}

  void take(const std::string& address, Done done) {
    Place place;
    {
      const std::lock_guard lock(mutex_);
      if (has_place(address)) {
        place = occupy(address);
      } else if (waiting_.size() < limits_.waiting) {
        return waiting_.push_back({address, std::move(done)});
      }
    }
    done(std::move(place));
  }

  void close() {
    std::deque<Waiter> forgotten;  // goes after the lock
    const std::lock_guard lock(mutex_);
    forgotten.swap(waiting_);
  }

  std::size_t taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  struct Waiter {
    std::string address;
    Done done;
  };

  bool has_place(const std::string& address) const {
    if (taken_ >= limits_.places) return false;
    if (limits_.per_address == 0) return true;
    const auto found = by_address_.find(address);
    return found == by_address_.end() || found->second < limits_.per_address;
  }

  Place occupy(const std::string& address) {
    ++taken_;
    ++by_address_[address];
    return {this, [self = shared_from_this(), address](Queue*) { self->leave(address); }};
  }

  void leave(const std::string& address) {
    Done done;
    Place place;
    {
      const std::lock_guard lock(mutex_);
      --taken_;
      const auto found = by_address_.find(address);
      if (--found->second == 0) by_address_.erase(found);
      const auto next = std::ranges::find_if(
          waiting_, [this](const Waiter& each) { return has_place(each.address); });
      if (next == waiting_.end()) return;
      done = std::move(next->done);
      place = occupy(next->address);
      waiting_.erase(next);
    }
    done(std::move(place));
  }

  const DownloadLimits limits_;
  mutable std::mutex mutex_;
  std::deque<Waiter> waiting_;  // guarded by mutex_, as are the next two
  std::size_t taken_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;
};

DownloadPlaces::DownloadPlaces(const DownloadLimits& limits)
    : queue_(std::make_shared<Queue>(limits)) {}

DownloadPlaces::~DownloadPlaces() { queue_->close(); }

void DownloadPlaces::take(const std::string& address, Done done) {
  queue_->take(address, std::move(done));
}

std::size_t DownloadPlaces::taken() const { return queue_->taken(); }

std::size_t DownloadPlaces::waiting() const { return queue_->waiting(); }

}  // namespace parley::files
