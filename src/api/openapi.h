// The OpenAPI 3.1 document of the HTTP API, made from the table of methods and the tables of their
// fields, so that it cannot say anything else than the code does.
#pragma once

#include <string>
#include <string_view>

namespace parley::api {

std::string openapi_document(std::string_view version);

}  // namespace parley::api
