// Responses: the usual ones ready-made, and the bytes of any of them. serialize() adds what every
// response must carry (Date, Content-Length, Connection, the security headers) and lets nothing
// through that could split a response: a header with a control character is dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "http/message.h"

namespace parley::http {

struct SerializeOptions {
  bool head_request = false;  // answer with the head alone
  bool keep_alive = true;     // what the connection wants; Response::close overrules it
  int minor_version = 1;      // of the request
};

// With a source: the head alone, which tells its size.
LocalPtr<Frame> serialize(const Response& response, const SerializeOptions& options);

Response text(int status, std::string body);  // text/plain; charset=utf-8
Response json(int status, std::string body);
// {"error":{"code":201,"name":"…","message":"…","detail":"…"}} with the catalogue's status.
Response problem(Errc code, std::string_view detail = {});

std::string_view reason_phrase(int status);
// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t seconds_since_epoch);

}  // namespace parley::http
