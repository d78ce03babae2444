// What each layer is told of the configuration, in its own words. Pure functions over a Config that
// was found valid; used once, when the Server is built.
#pragma once

#include <optional>
#include <string>

#include "api/routes.h"
#include "auth/verifier.h"
#include "broker/sqlite_store.h"
#include "dialect/dialect.h"
#include "files/file_store.h"
#include "hub/channel_owner.h"
#include "server/config.h"
#include "transport/options.h"

namespace parley::server {

// Raises the limit of descriptors as far as the system lets it, as every connection is one.
transport::Options transport_options(const Config& config);
hub::HubLimits hub_limits(const Config& config);
hub::RuleBook rule_book(const Config& config);
broker::StoreOptions store_options(const Config& config);
// Nothing when the configuration names no place for files.
std::optional<files::FileStoreOptions> file_store_options(const Config& config);
// Reads the key files; `why` says which could not be read.
Result<auth::VerifierOptions> verifier_options(const Config& config, std::string& why);
// `verifier` is null in development mode.
dialect::PlainOptions plain_options(const Config& config, const auth::Verifier* verifier);
dialect::CentrifugeOptions centrifuge_options(const Config& config, const auth::Verifier* verifier);
api::MetricsAccess metrics_access(const Config& config);
api::AppOptions app_options(const Config& config);
api::ServerApiOptions server_api_options(const Config& config);

}  // namespace parley::server
