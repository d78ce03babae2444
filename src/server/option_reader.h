// Reads the values of a command's options: each that cannot be understood is told with what would
// be right, and the default stands for it. A command asks for all, then refuses if any was wrong.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "server/commands.h"

namespace parley::server {

class OptionReader {
 public:
  explicit OptionReader(const CommandOptions& given) : given_(given) {}

  std::uint64_t number(const std::string& flag, std::uint64_t least, std::uint64_t most,
                       std::uint64_t otherwise);
  // "500ms", "10s", "2m", "1h"
  Duration duration(const std::string& flag, Duration least, Duration most, Duration otherwise);
  std::string text(const std::string& flag, const std::string& otherwise) const;
  bool is_given(const std::string& flag) const { return !given_.text(flag).empty(); }
  bool is_set(const std::string& flag) const { return given_.is_set(flag); }
  const std::string& argument(std::size_t index) const { return given_.arguments[index]; }

  void refuse(const std::string& words) { faults_ += words + "\n"; }
  const std::string& faults() const { return faults_; }  // a line each; empty: all is well

 private:
  const CommandOptions given_;
  std::string faults_;
};

}  // namespace parley::server
