// Outcome: what a command of the HTTP API came to. Its errors are the Centrifuge protocol's codes
// (100 internal … 112 unrecoverable position), so that SDKs of back ends understand them; the words
// behind the code are ours and say what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/unique_function.h"

namespace parley::api {

struct Outcome {
  std::string result;  // JSON object
  Errc error{};        // none: it is done
  std::string detail;  // of the error; empty: the catalogue's meaning

  bool failed() const { return error != Errc{}; }
};

// Called once, on the shard of the request, now or later.
using Answer = UniqueFunction<void(Outcome)>;

Outcome done(std::string result = "{}");
Outcome failure(Errc error, std::string detail = {});
Outcome bad_request(std::string detail);

struct ApiError {
  int code;
  std::string_view words;
  int http_status;  // when the caller wants errors as HTTP statuses
};
ApiError api_error(Errc error);

// {"code":…,"message":"…"}
void write_error(JsonWriter& json, const Outcome& failed);

}  // namespace parley::api
