// Reads a TOML file into a configuration. The TOML library is seen by config_file.cc alone.
#pragma once

#include <optional>
#include <string>

#include "server/config.h"

namespace parley::server {

// Every fault (syntax, unknown table or key, wrong value) goes to loaded.faults with its line and
// column; what is right is set all the same.
void read_config_file(const std::string& path, LoadedConfig& loaded);

// A small file as a whole; on nothing, `why` says what failed.
std::optional<std::string> read_small_file(const std::string& path, std::string* why);

}  // namespace parley::server
