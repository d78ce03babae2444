// How an uploaded file is served: what a request asks for, the headers that keep whatever it holds
// harmless, and its bytes in slices from the disk. On the shard of the request.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/unique_function.h"
#include "files/file_store.h"
#include "http/message.h"
#include "metrics/metrics.h"

namespace parley::api {

// Posts a task to the shard of the request. Any thread.
using Home = std::function<void(UniqueFunction<void()>)>;

// What is to be known of the request when its file has been found.
struct FileRequest {
  explicit FileRequest(const http::Request& request, const std::string& id);

  bool is_head;
  bool is_known;      // If-None-Match has it
  bool has_other;     // If-Match wants another
  std::string range;  // empty: all of it
  std::string etag;
};

std::string file_url(const files::FileInfo& info);  // "/files/ID/NAME"
// `counters` are those of the shard; what is refused or fails counts there.
http::Response file_response(files::FileStore& store, std::shared_ptr<const Home> home,
                             metrics::ShardCounters& counters, const files::FileInfo& info,
                             const FileRequest& asked);

}  // namespace parley::api
