#include "api/openapi.h"

#include "api/methods.h"

namespace parley::api {
namespace {

constexpr std::string_view kErrorModeHeader = R"({"name":"X-Centrifugo-Error-Mode","in":"header",
  "description":"With 'transport' an error is the status of the reply and its body is the bare error.",
  "schema":{"type":"string","enum":["transport"]}})";

constexpr std::string_view kSecuritySchemes = R"({
  "header":{"type":"apiKey","in":"header","name":"X-API-Key"},
  "authorization":{"type":"apiKey","in":"header","name":"Authorization",
    "description":"'apikey KEY'"},
  "query":{"type":"apiKey","in":"query","name":"api_key"}})";

// What the results refer to; outcome.cc and payload_json.cc write them.
constexpr std::string_view kSharedSchemas[][2] = {
    {"Error", R"({"type":"object","additionalProperties":false,"required":["code","message"],
  "properties":{"code":{"type":"integer","enum":[100,101,102,103,104,106,107,108,111,112]},
  "message":{"type":"string"}}})"},
    {"Failure", R"({"type":"object","additionalProperties":false,"required":["error"],
  "properties":{"error":{"$ref":"#/components/schemas/Error"}}})"},
    {"Problem", R"({"type":"object","required":["error"],"properties":{"error":{"type":"object",
  "required":["code","name","message"],"description":"A refusal of the HTTP layer.",
  "properties":{"code":{"type":"integer"},"name":{"type":"string"},"message":{"type":"string"},
  "detail":{"type":"string"}}}}})"},
    {"Position", R"({"type":"object","additionalProperties":false,
  "description":"Where the publication stands; empty when it is in no history.",
  "properties":{"offset":{"type":"integer"},"epoch":{"type":"string"}}})"},
    {"ClientInfo", R"({"type":"object","additionalProperties":false,"required":["user","client"],
  "properties":{"user":{"type":"string"},"client":{"type":"string","format":"uuid"},
  "conn_info":{"description":"From the connection's token."},
  "chan_info":{"description":"From the subscription's token."}}})"},
    {"Publication", R"({"type":"object","additionalProperties":false,
  "required":["data","offset","time"],"properties":{
  "data":{"description":"JSON as it was sent, text as a string, binary as {\"base64\": …}."},
  "info":{"$ref":"#/components/schemas/ClientInfo"},"offset":{"type":"integer"},
  "time":{"type":"integer","description":"Milliseconds since 1970."},
  "tags":{"type":"object","additionalProperties":{"type":"string"}}}})"},
    {"Node", R"({"type":"object","additionalProperties":false,
  "required":["uid","name","version","num_clients","num_users","num_channels","uptime"],
  "properties":{"uid":{"type":"string","description":"Another one after each start."},
  "name":{"type":"string"},"version":{"type":"string"},"num_clients":{"type":"integer"},
  "num_users":{"type":"integer"},"num_channels":{"type":"integer"},
  "uptime":{"type":"integer","description":"Seconds."}}})"},
};

std::string reference(std::string_view name, std::string_view kind) {
  return "#/components/schemas/" + std::string(name) + std::string(kind);
}

void write_content(JsonWriter& json, const std::string& schema) {
  json.key("content").begin_object().key("application/json").begin_object();
  json.key("schema").begin_object().member("$ref", schema).end_object();
  json.end_object().end_object();
}

void write_responses(JsonWriter& json, const Method& method) {
  json.key("responses").begin_object();
  json.key("200").begin_object().member("description", "Done, or an error that says why not.");
  write_content(json, reference(method.name, "_reply"));
  json.end_object();
  for (const auto& [status, meaning, schema] :
       {std::tuple{"401", "No key, or a wrong one.", "Failure"},
        std::tuple{"413", "The body is larger than limits.body_bytes.", "Problem"},
        std::tuple{"default", "An error, when X-Centrifugo-Error-Mode asks for it so.", "Error"}}) {
    json.key(status).begin_object().member("description", meaning);
    write_content(json, reference(schema, ""));
    json.end_object();
  }
  json.end_object();
}

void write_path(JsonWriter& json, const Method& method) {
  json.key("/api/" + std::string(method.name)).begin_object().key("post").begin_object();
  json.member("operationId", method.name).member("summary", method.summary);
  json.key("parameters").begin_array().raw(kErrorModeHeader).end_array();
  json.key("requestBody").begin_object().member("required", true);
  write_content(json, reference(method.name, "_request"));
  json.end_object();
  write_responses(json, method);
  json.end_object().end_object();
}

// {"result":…} or {"error":…}; some methods answer with the bare result.
void write_reply_schema(JsonWriter& json, const Method& method) {
  json.key(std::string(method.name) + "_reply").begin_object().key("oneOf").begin_array();
  if (method.wrapped) {
    json.begin_object().member("type", "object").member("additionalProperties", false);
    json.key("required").begin_array().value("result").end_array();
    json.key("properties").begin_object().key("result").raw(method.result_schema).end_object();
    json.end_object();
  } else {
    json.raw(method.result_schema);
  }
  json.begin_object().member("$ref", reference("Failure", "")).end_object();
  json.end_array().end_object();
}

void write_components(JsonWriter& json) {
  json.key("components").begin_object();
  json.key("securitySchemes").raw(kSecuritySchemes);
  json.key("schemas").begin_object();
  for (const Method& method : methods()) {
    json.key(std::string(method.name) + "_request").begin_object();
    method.write_request_schema(json);
    json.end_object();
    write_reply_schema(json, method);
  }
  for (const auto& [name, schema] : kSharedSchemas) json.key(name).raw(schema);
  json.end_object().end_object();
}

}  // namespace

std::string openapi_document(std::string_view version) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("openapi", "3.1.0");
  json.key("info").begin_object().member("title", "Parley server API").member("version", version);
  json.member("description",
              "For back ends: publish to channels, steer connections, ask who is there. Replies "
              "have the status 200 and an object with either 'result' or 'error'.");
  json.end_object();
  json.key("security").begin_array();
  for (const char* scheme : {"header", "authorization", "query"}) {
    json.begin_object().key(scheme).begin_array().end_array().end_object();
  }
  json.end_array();
  json.key("paths").begin_object();
  for (const Method& method : methods()) write_path(json, method);
  json.end_object();
  write_components(json);
  json.end_object();
  return out;
}

}  // namespace parley::api
