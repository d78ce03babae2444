// The checks of single values, by the rows of config_keys.cc: each answers what is wrong, or "".
// Pure, used at start only.
#pragma once

#include <string>
#include <string_view>

namespace parley::server {

std::string check_listen(std::string_view text);
std::string check_insecure(std::string_view text);
std::string check_tls(std::string_view text);
std::string check_secret(std::string_view text);
std::string check_api_key(std::string_view text);
std::string check_origin(std::string_view text);
std::string check_path(std::string_view text);
std::string check_media_type(std::string_view text);
std::string check_namespace_name(std::string_view text);

}  // namespace parley::server
