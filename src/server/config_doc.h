// The texts that are made from the tables of keys and of errors: the default file, the effective
// values, and the two reference pages. Pure functions.
#pragma once

#include <string>

#include "server/config.h"
#include "server/config_keys.h"

namespace parley::server {

std::string config_init_text();                              // a commented TOML file
std::string config_check_text(const LoadedConfig& loaded);   // values with origins, secrets masked
std::string config_faults_text(const LoadedConfig& loaded);  // one fault a line, then their number
std::string config_doc_text();                               // docs/config.md
std::string errors_doc_text();                               // docs/errors.md

// The key's documentation in one paragraph of plain text, with what the client sees.
std::string describe(const Key& key);
// Breaks at spaces; each line begins with `indent`.
std::string wrap(std::string_view text, std::string_view indent, std::size_t columns);

}  // namespace parley::server
