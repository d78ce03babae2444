// Whose token a request brings.
#pragma once

#include <optional>
#include <string>

#include "http/message.h"

namespace parley::api {

// Of "Authorization: Bearer TOKEN", or ?token=TOKEN where that header has no bearer: it may be a
// proxy's own, such as Basic.
std::optional<std::string> bearer_token(const http::Request& request);

}  // namespace parley::api
