#include "broker/sqlite.h"

#include <sqlite3.h>

namespace parley::broker {
namespace {

// A process that goes down, or a person's sqlite3 shell, may hold the file for a moment.
constexpr int kBusyTimeoutMs = 500;

StoreHealth health_of(int code) {
  switch (code & 0xFF) {  // the low byte of an extended code is the primary one
    case SQLITE_FULL: return StoreHealth::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:  // an offset that is taken: the file forgot a number that it had given
      return StoreHealth::damaged;
    default: return StoreHealth::failing;
  }
}

// SQLite takes a null pointer for NULL, and an empty view may have one.
const char* data_of(ByteView bytes) { return bytes.data() == nullptr ? "" : bytes.data(); }

}  // namespace

SqliteConnection::~SqliteConnection() { sqlite3_close(handle_); }

bool SqliteConnection::open(const std::string& path) {
  const int code =
      sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (!check(code)) return false;
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  if (!execute("PRAGMA locking_mode = EXCLUSIVE")) return false;
  // Takes the place of the automatic checkpoint, which would run before the commit is answered.
  sqlite3_wal_hook(
      handle_,
      [](void* connection, sqlite3*, const char*, int pages) {
        static_cast<SqliteConnection*>(connection)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  return true;
}

bool SqliteConnection::execute(const std::string& sql) {
  return check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

bool SqliteConnection::commit() { return execute("COMMIT"); }

void SqliteConnection::rollback() {
  // Some failures have rolled back already.
  if (sqlite3_get_autocommit(handle_) == 0) {
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

std::int64_t SqliteConnection::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t SqliteConnection::rows_changed() const { return sqlite3_total_changes64(handle_); }

bool SqliteConnection::checkpoint() {
  if (!check(sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                       nullptr))) {
    return false;
  }
  wal_pages_ = 0;
  return true;
}

bool SqliteConnection::check(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return true;
  locked_ = (code & 0xFF) == SQLITE_BUSY;
  fault_ = {health_of(code), handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_)};
  return false;
}

SqliteRows::~SqliteRows() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

bool SqliteRows::next() {
  if (failed_) return false;
  const int code = sqlite3_step(statement_);
  failed_ = !connection_.check(code);
  return code == SQLITE_ROW;
}

std::int64_t SqliteRows::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

ByteView SqliteRows::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

SqliteStatement::SqliteStatement(SqliteConnection& connection, const char* sql)
    : connection_(connection) {
  connection_.check(sqlite3_prepare_v3(connection_.handle_, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                       &handle_, nullptr));
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(handle_); }

bool SqliteStatement::bind(int index, std::int64_t number) {
  return connection_.check(sqlite3_bind_int64(handle_, index, number));
}

bool SqliteStatement::bind(int index, ByteView text) {
  return connection_.check(
      sqlite3_bind_text64(handle_, index, data_of(text), text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

bool SqliteStatement::bind(int index, SqliteBlob blob) {
  return connection_.check(
      sqlite3_bind_blob64(handle_, index, data_of(blob.bytes), blob.bytes.size(), SQLITE_STATIC));
}

}  // namespace parley::broker
