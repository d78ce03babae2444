// What tokens mean here: who a client is, and what the hub grants it. Stateless. On an error `why`
// has the reason in words that hold nothing of the token, and the code says what becomes of the
// client: bad_command and unauthorized end its connection, any other is the answer to its command.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/claims.h"
#include "dialect/dialect.h"
#include "hub/session.h"

namespace parley::dialect::centrifuge {

// What one connection chose in its URL, and where it came in.
struct Terms {
  std::string user = {};     // believed where no token is needed
  bool insecure = false;     // everything is allowed, a wrong token counts as none
  bool frame_pings = false;  // the WebSocket's own instead of the protocol's
};

std::int64_t wall_time_s();
Bytes bytes_of(const std::string& json);

// Without a verifier the token is not looked at.
Result<auth::ConnectionClaims> authenticate(const CentrifugeOptions& options, const Terms& terms,
                                            const std::string& token, std::string& why);
// Nothing where tokens are not looked at.
Result<std::optional<hub::Grant>> granted(const CentrifugeOptions& options, const Terms& terms,
                                          const hub::Identity& client, const std::string& channel,
                                          const std::string& token, std::string& why);
// The channels that the server subscribes the client to, each once.
std::vector<std::pair<std::string, hub::Grant>> grants_of(const auth::ConnectionClaims& claims);

}  // namespace parley::dialect::centrifuge
