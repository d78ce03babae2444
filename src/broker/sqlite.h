// SQLite, as much of it as the store needs: a connection to one file, its prepared statements and
// the rows they find. Owned by a SqliteStore and used by its thread alone. Nothing throws: a call
// that fails says so, and the connection keeps what went wrong until it is taken. The only door to
// the library.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace parley::broker {

enum class StoreHealth {
  good,
  full,     // no space: nothing can be stored, reading goes on
  failing,  // the system refuses to read or write, for any other reason
  damaged,  // the file's content is not what was written
};

struct SqliteFault {
  StoreHealth health = StoreHealth::good;
  std::string text;  // SQLite's words, or ours for damage that only we can see
};

class SqliteConnection {
 public:
  SqliteConnection() = default;
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;

  // An existing file. It is locked at the first access, against every other process.
  bool open(const std::string& path);
  bool execute(const std::string& sql);

  bool commit();
  void rollback();
  std::int64_t last_insert_id() const;
  std::int64_t rows_changed() const;  // since open()

  // The write-ahead log is long enough to be copied into the file.
  bool checkpoint_due() const { return wal_pages_ >= kCheckpointPages; }
  bool checkpoint();

  bool is_locked() const { return locked_; }  // by another process, when open() or execute() failed
  void report_damage(std::string text) { fault_ = {StoreHealth::damaged, std::move(text)}; }
  SqliteFault take_fault() { return std::exchange(fault_, {}); }

 private:
  friend class SqliteStatement;
  friend class SqliteRows;
  static constexpr int kCheckpointPages = 1000;  // 4 MiB, SQLite's own default

  bool check(int code);  // true for success; keeps a fault

  sqlite3* handle_ = nullptr;
  int wal_pages_ = 0;
  bool locked_ = false;
  SqliteFault fault_;
};

// The rows of one run of a statement. The values that were bound outlive it.
class SqliteRows {
 public:
  SqliteRows(SqliteConnection& connection, sqlite3_stmt* statement, bool bound)
      : connection_(connection), statement_(statement), failed_(!bound) {}
  ~SqliteRows();
  SqliteRows(const SqliteRows&) = delete;

  bool next();  // false: no more rows, or failed()
  bool failed() const { return failed_; }
  std::int64_t integer(int column) const;
  ByteView bytes(int column) const;  // until next()

 private:
  SqliteConnection& connection_;
  sqlite3_stmt* statement_;
  bool failed_;
};

// Binds as a blob what would be text as a plain ByteView.
struct SqliteBlob {
  ByteView bytes;
};

class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, const char* sql);
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;

  bool valid() const { return handle_ != nullptr; }

  template <class... Values>
  SqliteRows run(const Values&... values) {
    int index = 0;
    const bool bound = valid() && (bind(++index, values) && ...);
    return SqliteRows(connection_, handle_, bound);
  }
  // For a statement that finds nothing.
  template <class... Values>
  bool execute(const Values&... values) {
    SqliteRows rows = run(values...);
    while (rows.next()) {
    }
    return !rows.failed();
  }

 private:
  bool bind(int index, std::int64_t number);
  bool bind(int index, ByteView text);
  bool bind(int index, SqliteBlob blob);

  SqliteConnection& connection_;
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace parley::broker
