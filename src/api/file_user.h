// Who uploads: the user of a token, or where no token is asked for the one that is named.
#pragma once

#include <optional>
#include <string>

#include "api/routes.h"
#include "http/message.h"

namespace parley::api {

// Why a request is refused. `allow`: the methods of its path, if it has the wrong one.
struct Refusal {
  Errc code{};
  std::string detail = {};
  const char* allow = nullptr;
};

// No token is asked for: in development mode and on insecure listeners.
bool believes_names(const FilesOptions& options, const http::Peer& peer);

std::optional<std::string> file_user(const FilesOptions& options, const http::Request& request,
                                     const http::Peer& peer, Refusal& refusal);

}  // namespace parley::api
