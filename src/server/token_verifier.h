// From the configuration to what checks and fetches token keys. Used at start and by `parley
// token`.
#pragma once

#include <memory>
#include <string>

#include "auth/verifier.h"
#include "base/error.h"
#include "server/config.h"
#include "server/jwks_fetch.h"

namespace parley::server {

// Reads the key files. On an error `why` says which is bad; a configuration that was checked fails
// only if a file has changed since. Without any key the verifier refuses every token: in
// development mode nobody asks it.
Result<std::unique_ptr<auth::Verifier>> make_verifier(const Config& config, std::string& why);

JwksOptions jwks_options(const Config& config);

}  // namespace parley::server
