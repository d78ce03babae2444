// What the tests of the configuration share: files that go away, and faults as the user reads them.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "server/config.h"

namespace parley::server {

// Lives as long as the test; its name differs between processes that run at once.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("parley-config-" + std::to_string(getpid()) + "-" + std::to_string(++count_))) {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  static inline int count_ = 0;
  const std::string path_;
};

// Each fault with its place, the file's name shortened to "F".
inline std::vector<std::string> texts(const LoadedConfig& loaded, const std::string& path = "") {
  std::vector<std::string> out;
  for (const ConfigFault& fault : loaded.faults) {
    std::string text = fault.place + (fault.place.empty() ? "" : ": ") + fault.text;
    while (!path.empty() && text.find(path) != std::string::npos) {
      text.replace(text.find(path), path.size(), "F");
    }
    out.push_back(text);
  }
  return out;
}

inline std::vector<std::string> faults_of_file(const std::string& toml) {
  const TemporaryFile file(toml);
  return texts(load_config({file.path(), {}, {}}), file.path());
}

inline std::vector<std::string> faults_of_setting(const std::string& key,
                                                  const std::string& value) {
  return texts(load_config({"", {}, {{"--set", key, value}}}));
}

}  // namespace parley::server
