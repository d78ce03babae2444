// The namespaces that the web apps need (docs/chat-schema.md, docs/danmaku-schema.md): they are
// there without configuration as long as http.apps is on. Internal to the configuration.
#pragma once

#include <string>

#include "server/config.h"

namespace parley::server {

// After all sources were read: adds those that are missing, and to those that the environment or a
// flag began what was not set there. Who writes one in the file has written all of it.
void add_app_namespaces(LoadedConfig& loaded);

// The same as TOML, for the reference.
std::string app_namespaces_toml();

}  // namespace parley::server
