// FileInfo: what is known of one uploaded file, finished or not, beside its bytes. A plain value.
#pragma once

#include <cstdint>
#include <string>

namespace parley::files {

struct FileInfo {
  std::string id;          // 128 random bits in hex: whoever knows it may read the file
  std::string user;        // whose upload it is: who may continue and remove it
  std::string name;        // as clean_file_name() leaves it
  std::string type;        // what the client said; once the first bytes are there, what is served
  std::string metadata;    // Upload-Metadata, verbatim
  std::uint64_t size = 0;  // when it is complete
  std::uint64_t received = 0;   // of it, so far
  std::int64_t changed_ms = 0;  // the wall clock when bytes last came
  std::int64_t expires_ms = 0;  // 0: never

  bool complete() const { return received == size; }
};

}  // namespace parley::files
