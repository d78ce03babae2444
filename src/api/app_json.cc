#include "api/routes.h"
#include "base/json_writer.h"
#include "http/response.h"

namespace parley::api {
namespace {

void write_files(JsonWriter& json, const AppFiles& files) {
  json.key("files").begin_object().member("path", files.path);
  json.member("max_bytes", files.max_bytes).member("chunk_bytes", files.chunk_bytes);
  json.key("types").begin_array();
  for (const std::string& type : files.types) json.value(type);
  json.end_array().end_object();
}

std::string app_json(const AppOptions& options) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("name", "parley").member("version", options.version);
  json.member("mode", options.development ? "development" : "token");
  json.member("demo", options.demo).member("apps", options.apps);
  if (!options.demo_key.empty()) json.member("api_key", options.demo_key);
  json.key("paths").begin_object().member("centrifuge", options.centrifuge_path);
  json.member("echo", options.echo_path).member("room", options.room_path).end_object();
  json.key("limits").begin_object().member("message_bytes", options.message_bytes).end_object();
  if (options.files) {
    write_files(json, *options.files);
  } else {
    json.key("files").null();
  }
  json.end_object();
  return out;
}

}  // namespace

void add_app_json(http::Router& router, const AppOptions& options) {
  router.add(
      "GET", "/app.json",
      [body = app_json(options)](const http::Request&, const http::Peer&, http::Responder respond) {
        auto response = http::json(200, body);
        response.add("Cache-Control", "no-store");
        respond(std::move(response));
      });
}

}  // namespace parley::api
