#include "api/bearer_token.h"

#include "base/text.h"

namespace parley::api {

std::optional<std::string> bearer_token(const http::Request& request) {
  constexpr ByteView kScheme = "bearer ";
  const ByteView credentials = request.header("Authorization").value_or("");
  if (equals_ignore_case(credentials.substr(0, kScheme.size()), kScheme)) {
    return std::string(trim(credentials.substr(kScheme.size())));
  }
  return request.query_parameter("token");
}

}  // namespace parley::api
