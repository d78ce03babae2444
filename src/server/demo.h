// `parley demo`: what it runs with where the user said nothing. It keeps the history in a private
// folder that goes with it, and its key of the HTTP API is known to everybody.
#pragma once

#include <string>
#include <string_view>

#include "server/config.h"

namespace parley::server {

inline constexpr std::string_view kDemoApiKey = "demo-api-key";

// A new folder that nobody else may read, below $TMPDIR or /tmp. Removed with all that is in it
// when this ends, and when the process ends by std::quick_exit. At most one at a time.
class DemoFolder {
 public:
  DemoFolder();
  ~DemoFolder();
  DemoFolder(const DemoFolder&) = delete;
  DemoFolder& operator=(const DemoFolder&) = delete;

  const std::string& path() const { return path_; }  // empty: it could not be made

 private:
  std::string path_;
};

// The configuration of the demo, with its database in `folder` (empty: nothing is kept on disk).
// What the environment or a flag has set stays as it is.
Config demo_config(LoadedConfig loaded, const std::string& folder, bool with_cast);

// The demo's own key, if it is the one that counts; empty otherwise, as other keys are secrets.
std::string_view demo_key(const Config& config);

}  // namespace parley::server
