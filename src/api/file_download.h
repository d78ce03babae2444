// How an uploaded file is served: the headers that keep whatever it holds harmless, and its bytes
// in slices from the disk. On the shard of the request.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/unique_function.h"
#include "files/file_store.h"
#include "http/router.h"
#include "metrics/metrics.h"

namespace parley::api {

// Posts a task to the shard of the request. Any thread.
using Home = std::function<void(UniqueFunction<void()>)>;

std::string file_url(const files::FileInfo& info);  // "/files/ID/NAME"

// Answers GET and HEAD of a complete file. A body waits for its place among the downloads, as long
// as the connection lets it. `counters` are those of the shard; what is refused or fails counts
// there.
void serve_file(files::FileStore& store, const std::shared_ptr<const Home>& home,
                metrics::ShardCounters& counters, const files::FileInfo& info,
                const http::Request& request, const http::Peer& peer, http::Responder respond);

}  // namespace parley::api
