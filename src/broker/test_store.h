// For tests: a folder of its own, stores in it, and their calls as if they answered at once.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "broker/sqlite_store.h"

namespace parley::broker {

class TestFolder {
 public:
  TestFolder() {
    std::string name = testing::TempDir() + "parley-store-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;

  std::string file(const std::string& name = "parley.db") const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline hub::Publication publication(const std::string& channel, ByteView data) {
  hub::Publication made;
  made.channel = channel;
  made.payload.data = Bytes::copy_of(data);
  made.time_ms = wall_time_ms();
  return made;
}

inline std::unique_ptr<SqliteStore> open_store(const StoreOptions& options) {
  std::string why;
  auto store = SqliteStore::open(options, why);
  EXPECT_TRUE(store.has_value()) << why;
  return store.has_value() ? std::move(*store) : nullptr;
}

// Why the file cannot be opened.
inline std::string refusal(const StoreOptions& options) {
  std::string why;
  const auto store = SqliteStore::open(options, why);
  EXPECT_TRUE(store.has_error());
  return why;
}

// Runs SQL on a file that no store has open, or makes one; answers the last row's first value.
inline std::string query(const std::string& path, const std::string& sql) {
  std::ofstream(path, std::ios::app).flush();
  SqliteConnection file;
  EXPECT_TRUE(file.open(path));
  SqliteStatement statement(file, sql.c_str());
  SqliteRows rows = statement.run();
  std::string answer;
  while (rows.next()) answer = rows.bytes(0);
  EXPECT_FALSE(rows.failed()) << file.take_fault().text;
  return answer;
}

template <class T, class Call>
Result<T> wait_for(Call call) {
  std::promise<Result<T>> answer;
  call([&](Result<T> result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

inline constexpr Retention kKeepAll{.size = 1'000'000, .ttl_ms = 0};

inline Result<hub::StreamPosition> append(SqliteStore& store, hub::Publication made,
                                          Retention retention = kKeepAll) {
  return wait_for<hub::StreamPosition>(
      [&](auto done) { store.append(std::move(made), retention, std::move(done)); });
}

inline Result<hub::StreamPosition> append(SqliteStore& store, const std::string& channel,
                                          ByteView data, Retention retention = kKeepAll) {
  return append(store, publication(channel, data), retention);
}

inline Result<StoredStream> load(SqliteStore& store, const std::string& channel,
                                 Retention retention = kKeepAll) {
  return wait_for<StoredStream>(
      [&](auto done) { store.load(channel, retention, std::move(done)); });
}

inline Result<hub::StreamPosition> clear(SqliteStore& store, const std::string& channel) {
  return wait_for<hub::StreamPosition>([&](auto done) { store.clear(channel, std::move(done)); });
}

// "1:first 2:second": what a load brought.
inline std::string summary(const Result<StoredStream>& stream) {
  if (stream.has_error()) return std::string(error_info(stream.error()).name);
  std::string out;
  for (const hub::Publication& one : stream->publications) {
    if (!out.empty()) out += ' ';
    out += std::to_string(one.position.offset) + ":" + std::string(one.payload.data.view());
  }
  return out;
}

}  // namespace parley::broker
