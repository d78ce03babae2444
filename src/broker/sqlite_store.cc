#include "broker/sqlite_store.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/log.h"

namespace parley::broker {
namespace {

// One transaction: long enough to share one wait for the disk, short enough to be answered soon.
constexpr std::size_t kBatchOperations = 1'000;
constexpr std::size_t kBatchBytes = 4 << 20;  // stored and loaded

constexpr auto kSweepInterval = std::chrono::minutes(1);
constexpr auto kSweepPause = std::chrono::milliseconds(10);  // while there is more to remove

constexpr std::size_t kPageBytes = 4096;
constexpr int kCacheKib = 16 << 10;
constexpr int kKeptLogBytes = 16 << 20;  // of the write-ahead log, after it was longer

struct Append {
  hub::Publication publication;
  Retention retention;
  SqliteStore::Done<hub::StreamPosition> done;
  Result<hub::StreamPosition> result = Errc::storage_failed;
};

struct Load {
  std::string channel;
  Retention retention;
  SqliteStore::Done<StoredStream> done;
  Result<StoredStream> result = Errc::storage_failed;
};

struct Clear {
  std::string channel;
  SqliteStore::Done<hub::StreamPosition> done;
  Result<hub::StreamPosition> result = Errc::storage_failed;
};

using Operation = std::variant<Append, Load, Clear>;

std::size_t bytes_of(const hub::Publication& publication) {
  return publication.payload.data.size() + publication.publisher.connection_info.size() +
         publication.publisher.channel_info.size();
}

// What an operation carries: a load only when it has run.
std::size_t bytes_of(const Append& append) { return bytes_of(append.publication); }
std::size_t bytes_of(const Clear&) { return 0; }
std::size_t bytes_of(const Load& load) {
  std::size_t bytes = 0;
  if (!load.result.has_value()) return bytes;
  for (const hub::Publication& publication : load.result->publications) {
    bytes += bytes_of(publication);
  }
  return bytes;
}

// An empty file, if there is none, so that nobody else can read it from its first moment on. It
// never opens one that exists: to close that again would drop the lock of a store of this process.
bool create_missing(const std::string& path, std::string& why) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return true;
  }
  if (errno == EEXIST) return true;
  why = "cannot create " + path + ": " + std::generic_category().message(errno);
  if (errno == ENOENT) {
    why += " (the folder " + std::filesystem::path(path).parent_path().string() + " is missing)";
  }
  return false;
}

bool configure(SqliteConnection& file, const StoreOptions& options) {
  return file.execute(options.full_sync ? "PRAGMA synchronous = FULL"
                                        : "PRAGMA synchronous = NORMAL") &&
         file.execute("PRAGMA cache_size = -" + std::to_string(kCacheKib)) &&
         file.execute("PRAGMA journal_size_limit = " + std::to_string(kKeptLogBytes)) &&
         file.execute("PRAGMA cell_size_check = ON") &&
         (options.max_bytes == 0 ||
          file.execute("PRAGMA max_page_count = " +
                       std::to_string(std::max<std::size_t>(options.max_bytes / kPageBytes, 1))));
}

std::string explain(const std::string& path, bool is_locked, const SqliteFault& fault) {
  if (is_locked) return path + " is in use by another process; each server needs its own file";
  switch (fault.health) {
    case StoreHealth::full: return "the disk is too full to open " + path;
    case StoreHealth::damaged:
      return path + " is damaged (" + fault.text +
             "); restore a backup, or move it away to begin with empty histories";
    default: return "cannot open " + path + ": " + fault.text;
  }
}

}  // namespace

class SqliteStore::Worker {
 public:
  Worker(const StoreOptions& options, std::unique_ptr<SqliteConnection> file)
      : options_(options), file_(std::move(file)), tables_(*file_) {}
  ~Worker();
  void start() { thread_ = std::thread(&Worker::run, this); }

  // Any thread.
  template <class Kind>
  void enqueue(Kind operation);
  Health health() const { return health_.load(std::memory_order_relaxed); }
  std::size_t waiting() const;
  std::uint64_t transactions() const { return transactions_.load(std::memory_order_relaxed); }

 private:
  // The store's thread.
  void run();
  bool take(std::vector<Operation>& batch);  // false: nothing waits, and nothing will
  std::size_t execute(std::span<Operation> operations);
  Result<hub::StreamPosition> perform(const Append& append);
  Result<StoredStream> perform(const Load& load);
  Result<hub::StreamPosition> perform(const Clear& clear);
  Result<StoredStream> after_failure(const Load& load);
  static Result<hub::StreamPosition> after_failure(const Append&) { return Errc::storage_failed; }
  static Result<hub::StreamPosition> after_failure(const Clear&) { return Errc::storage_failed; }
  template <class Changes>
  bool in_transaction(Changes changes);
  void checkpoint();
  void sweep();
  void set_health(const SqliteFault& fault);

  const StoreOptions options_;

  // The store's thread.
  const std::unique_ptr<SqliteConnection> file_;
  StreamTables tables_;
  SqliteFault checkpoint_fault_;
  TimePoint next_sweep_ = Clock::now();

  // Any thread.
  std::atomic<Health> health_{Health::good};
  std::atomic<std::uint64_t> transactions_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Operation> waiting_;  // guarded by mutex_, as are the next two
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;

  std::thread thread_;
};

SqliteStore::Worker::~Worker() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

template <class Kind>
void SqliteStore::Worker::enqueue(Kind operation) {
  const std::size_t bytes = bytes_of(operation);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < options_.queue_limit && waiting_bytes_ + bytes <= options_.queue_bytes) {
      waiting_.emplace_back(std::move(operation));
      waiting_bytes_ += bytes;
      changed_.notify_one();
      return;
    }
  }
  operation.done(Errc::overloaded);
}

std::size_t SqliteStore::Worker::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void SqliteStore::Worker::run() {
  pthread_setname_np(pthread_self(), "store");
  std::vector<Operation> batch;
  while (take(batch)) {
    for (std::span<Operation> rest(batch); !rest.empty();) rest = rest.subspan(execute(rest));
    if (Clock::now() >= next_sweep_) sweep();
  }
}

bool SqliteStore::Worker::take(std::vector<Operation>& batch) {
  batch.clear();
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, next_sweep_, [this] { return stopping_ || !waiting_.empty(); });
  while (!waiting_.empty() && batch.size() < kBatchOperations) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    std::visit([this](const auto& one) { waiting_bytes_ -= bytes_of(one); }, batch.back());
  }
  return !stopping_ || !batch.empty();
}

// As many as make one transaction, from the front; answers how many. When one fails, so do all:
// none is stored. Reading may still work, so each load then has another try by itself.
std::size_t SqliteStore::Worker::execute(std::span<Operation> operations) {
  std::size_t count = 0;
  const bool stored = in_transaction([&] {
    std::size_t bytes = 0;
    const auto succeeds = [&](auto& one) {
      one.result = perform(one);
      bytes += bytes_of(one);
      return one.result.has_value();
    };
    for (; count < operations.size() && bytes < kBatchBytes; ++count) {
      if (!std::visit(succeeds, operations[count])) return false;
    }
    return true;
  });
  if (!stored) count = operations.size();
  for (Operation& operation : operations.first(count)) {
    const auto answer = [&](auto& one) {
      if (!stored) one.result = after_failure(one);
      one.done(std::move(one.result));
    };
    std::visit(answer, operation);
  }
  checkpoint();
  return count;
}

Result<hub::StreamPosition> SqliteStore::Worker::perform(const Append& append) {
  return tables_.append(append.publication, append.retention, options_.wall_clock_ms());
}

Result<StoredStream> SqliteStore::Worker::perform(const Load& load) {
  return tables_.load(load.channel, load.retention, options_.wall_clock_ms());
}

Result<hub::StreamPosition> SqliteStore::Worker::perform(const Clear& clear) {
  return tables_.clear(clear.channel, options_.wall_clock_ms());
}

Result<StoredStream> SqliteStore::Worker::after_failure(const Load& load) {
  Result<StoredStream> result = perform(load);
  if (!result.has_value()) set_health(file_->take_fault());
  return result;
}

template <class Changes>
bool SqliteStore::Worker::in_transaction(Changes changes) {
  if (health() == Health::damaged) return false;
  const std::int64_t written = file_->rows_changed();
  if (file_->execute("BEGIN IMMEDIATE") && changes() && tables_.finish() && file_->commit()) {
    if (file_->rows_changed() == written) return true;  // which tells nothing of the disk
    transactions_.fetch_add(1, std::memory_order_relaxed);
    set_health(checkpoint_fault_);
    return true;
  }
  set_health(file_->take_fault());
  file_->rollback();
  tables_.forget_streams();
  return false;
}

// After the answers, which need not wait for it. While it fails the log grows, commits succeed
// until the disk is full, and say that the store is failing.
void SqliteStore::Worker::checkpoint() {
  if (!file_->checkpoint_due()) return;
  checkpoint_fault_ = file_->checkpoint() ? SqliteFault{} : file_->take_fault();
}

void SqliteStore::Worker::sweep() {
  const std::int64_t now_ms = options_.wall_clock_ms();
  next_sweep_ = Clock::now() + kSweepInterval;
  if (!tables_.sweep_due(now_ms)) return;
  if (in_transaction([&] { return tables_.sweep(now_ms); })) {
    next_sweep_ = Clock::now() + kSweepPause;
  }
  checkpoint();
}

void SqliteStore::Worker::set_health(const SqliteFault& fault) {
  const Health before = health();
  if (fault.health == before || before == Health::damaged) return;
  health_.store(fault.health, std::memory_order_relaxed);
  const std::string& path = options_.path;
  switch (fault.health) {
    case Health::good: return log::info("store: {} takes publications again", path);
    case Health::full:
      return log::error("store: no space for {} ({}); durable channels may refuse publications",
                        path, fault.text);
    case Health::failing:
      return log::error("store: {} fails ({}); durable channels may refuse publications", path,
                        fault.text);
    case Health::damaged:
      file_->execute("PRAGMA query_only = ON");  // a write could make it worse
      return log::error("store: {}; durable channels refuse publications until a restart",
                        explain(path, false, fault));
  }
}

SqliteStore::SqliteStore(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const StoreOptions& options,
                                                       std::string& why) {
  if (!create_missing(options.path, why)) return Errc::io_error;
  auto owned = std::make_unique<SqliteConnection>();
  SqliteConnection& file = *owned;
  std::unique_ptr<Worker> worker;
  if (file.open(options.path) && configure(file, options) && StreamTables::prepare(file, why)) {
    worker = std::make_unique<Worker>(options, std::move(owned));
  }
  const SqliteFault fault = file.take_fault();
  if (worker == nullptr || fault.health != Health::good) {
    why = why.empty() ? explain(options.path, file.is_locked(), fault) : options.path + " " + why;
    return Errc::io_error;
  }
  worker->start();
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(worker)));
}

void SqliteStore::append(hub::Publication publication, Retention retention,
                         Done<hub::StreamPosition> done) {
  worker_->enqueue(Append{std::move(publication), retention, std::move(done)});
}

void SqliteStore::load(std::string channel, Retention retention, Done<Stream> done) {
  worker_->enqueue(Load{std::move(channel), retention, std::move(done)});
}

void SqliteStore::clear(std::string channel, Done<hub::StreamPosition> done) {
  worker_->enqueue(Clear{std::move(channel), std::move(done)});
}

SqliteStore::Health SqliteStore::health() const { return worker_->health(); }

std::size_t SqliteStore::waiting() const { return worker_->waiting(); }

std::uint64_t SqliteStore::transactions() const { return worker_->transactions(); }

}  // namespace parley::broker
