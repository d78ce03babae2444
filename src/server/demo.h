// `parley demo`: what it runs with where the user said nothing. Its key of the HTTP API is known to
// everybody.
#pragma once

#include <string_view>

#include "server/config.h"

namespace parley::server {

inline constexpr std::string_view kDemoApiKey = "demo-api-key";

// The configuration of the demo. What a file, the environment or a flag has set stays as it is.
Config demo_config(const LoadedConfig& loaded);

// The demo's own key, if it is the one that counts; empty otherwise, as other keys are secrets.
std::string_view demo_key(const Config& config);

}  // namespace parley::server
