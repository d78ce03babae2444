#include "files/file_store.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace parley::files {
namespace {

constexpr auto kSweepInterval = std::chrono::minutes(1);
constexpr auto kSweepPause = std::chrono::milliseconds(10);  // while there is more to remove

}  // namespace

class FileStore::Worker {
 public:
  Worker(const FileStoreOptions& options, std::unique_ptr<Shelf> shelf)
      : options_(options),
        shelf_(std::move(shelf)),
        kept_bytes_(shelf_->total_bytes()),
        thread_(&Worker::run, this) {}
  ~Worker();

  // Any thread.
  template <class T, class Work>
  void submit(std::size_t bytes, Done<T> done, Work work);
  void submit_read(UniqueFunction<void(Shelf&)> run);  // beside the limits
  const Shelf& shelf() const { return *shelf_; }       // for what any thread may ask it
  std::uint64_t kept_bytes() const { return kept_bytes_.load(std::memory_order_relaxed); }
  std::size_t waiting() const;

 private:
  struct Task {
    UniqueFunction<void(Shelf&)> run;
    std::size_t bytes;
    bool is_limited;
  };

  void run();

  const FileStoreOptions& options_;
  const std::unique_ptr<Shelf> shelf_;  // the thread's own, but for shelf()
  std::atomic<std::uint64_t> kept_bytes_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;  // guarded by mutex_, as are the next three
  std::size_t limited_ = 0;   // of those that wait
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;

  std::thread thread_;
};

FileStore::Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

template <class T, class Work>
void FileStore::Worker::submit(std::size_t bytes, Done<T> done, Work work) {
  {
    const std::lock_guard lock(mutex_);
    // Alone, an upload of any size may wait: how large a body may be is not for the queue to say.
    const bool has_room = waiting_bytes_ == 0 || waiting_bytes_ + bytes <= options_.queue_bytes;
    if (limited_ < options_.queue_limit && has_room) {
      ++limited_;
      waiting_bytes_ += bytes;
      waiting_.push_back(
          {[this, work = std::move(work), done = std::move(done)](Shelf& shelf) mutable {
             Result<T> result = work(shelf);
             kept_bytes_.store(shelf.total_bytes(), std::memory_order_relaxed);
             done(std::move(result));
           },
           bytes, true});
      changed_.notify_one();
      return;
    }
  }
  done(Errc::overloaded);
}

// Each is of a download that has its place and no other read; to refuse it would cut its body off.
void FileStore::Worker::submit_read(UniqueFunction<void(Shelf&)> run) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({std::move(run), 0, false});
  changed_.notify_one();
}

std::size_t FileStore::Worker::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void FileStore::Worker::run() {
  pthread_setname_np(pthread_self(), "files");
  TimePoint next_sweep = Clock::now();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_until(lock, next_sweep, [this] { return stopping_ || !waiting_.empty(); });
    if (!waiting_.empty()) {
      {
        Task task = std::move(waiting_.front());
        waiting_.pop_front();
        limited_ -= task.is_limited ? 1 : 0;
        waiting_bytes_ -= task.bytes;
        lock.unlock();
        task.run(*shelf_);
      }  // its bytes go before others wait for the lock
      lock.lock();
    } else if (stopping_) {
      return;
    }
    if (Clock::now() < next_sweep) continue;
    lock.unlock();
    next_sweep = shelf_->sweep() ? Clock::now() + kSweepPause : Clock::now() + kSweepInterval;
    kept_bytes_.store(shelf_->total_bytes(), std::memory_order_relaxed);
    lock.lock();
  }
}

Result<std::unique_ptr<FileStore>> FileStore::open(const FileStoreOptions& options,
                                                   std::string& why) {
  auto folder = Folder::open(options.path, options.full_sync, why);
  if (!folder.has_value()) return folder.error();
  auto shelf = Shelf::open(std::move(*folder), options.limits, options.wall_clock_ms);
  if (!shelf.has_value()) {
    why = "cannot read the folder " + options.path + " of files; the log says why";
    return Errc::io_error;
  }
  return std::make_unique<FileStore>(options, std::move(*shelf));
}

FileStore::FileStore(const FileStoreOptions& options, std::unique_ptr<Shelf> shelf)
    : options_(options),
      downloads_(options_.downloads),
      worker_(std::make_unique<Worker>(options_, std::move(shelf))) {}

FileStore::~FileStore() = default;

void FileStore::create(NewUpload upload, std::string first_bytes, Done<FileInfo> done) {
  const std::size_t size = upload.metadata.size() + first_bytes.size();
  worker_->submit<FileInfo>(
      size, std::move(done),
      [upload = std::move(upload), first_bytes = std::move(first_bytes)](Shelf& shelf) {
        auto created = shelf.create(upload);
        if (!created.has_value() || first_bytes.empty()) return created;
        auto begun = shelf.append(created->id, upload.user, 0, first_bytes);
        if (!begun.has_value()) (void)shelf.remove(created->id, upload.user);
        return begun;
      });
}

void FileStore::append(std::string id, std::string user, std::uint64_t offset, std::string bytes,
                       Done<FileInfo> done) {
  const std::size_t size = bytes.size();
  worker_->submit<FileInfo>(
      size, std::move(done),
      [id = std::move(id), user = std::move(user), offset, bytes = std::move(bytes)](Shelf& shelf) {
        return shelf.append(id, user, offset, bytes);
      });
}

void FileStore::find_own(std::string id, std::string user, Done<FileInfo> done) {
  worker_->submit<FileInfo>(0, std::move(done),
                            [id = std::move(id), user = std::move(user)](const Shelf& shelf) {
                              return shelf.find_own(id, user);
                            });
}

Result<FileInfo> FileStore::find(const std::string& id) const { return worker_->shelf().find(id); }

void FileStore::remove(std::string id, std::string user, Done<void> done) {
  worker_->submit<void>(0, std::move(done),
                        [id = std::move(id), user = std::move(user)](Shelf& shelf) {
                          return shelf.remove(id, user);
                        });
}

void FileStore::read(std::string id, std::uint64_t at, std::size_t bytes, Done<std::string> done) {
  worker_->submit_read([id = std::move(id), at, bytes, done = std::move(done)](
                           Shelf& shelf) mutable { done(shelf.read(id, at, bytes)); });
}

FolderHealth FileStore::health() const { return worker_->shelf().health(); }

std::uint64_t FileStore::kept_bytes() const { return worker_->kept_bytes(); }

std::size_t FileStore::waiting() const { return worker_->waiting(); }

}  // namespace parley::files
