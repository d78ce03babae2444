// The door of the HTTP API: keys, JSON, and the two ways to name a method. What the methods do
// stands in publish.cc, connections.cc, channels.cc and batch.cc.
#include <memory>

#include "api/methods.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "base/text.h"
#include "http/response.h"

namespace parley::api {
namespace {

using metrics::Counter;

constexpr ByteView kPrefix = "/api/";

// One parser a thread: it keeps its buffers from request to request.
dom::parser& parser() {
  thread_local dom::parser instance;
  return instance;
}

std::string key_of(const http::Request& request) {
  constexpr ByteView kScheme = "apikey ";
  if (const auto key = request.header("X-API-Key")) return std::string(*key);
  if (const auto credentials = request.header("Authorization")) {
    if (!equals_ignore_case(credentials->substr(0, kScheme.size()), kScheme)) return {};
    return std::string(trim(credentials->substr(kScheme.size())));
  }
  return request.query_parameter("api_key").value_or("");
}

http::Response json_response(int status, std::string body) {
  auto response = http::json(status, std::move(body));
  response.add("Cache-Control", "no-store");
  return response;
}

std::string error_json(const Outcome& outcome, bool bare) {
  std::string out;
  JsonWriter json(out);
  if (!bare) json.begin_object().key("error");
  write_error(json, outcome);
  if (!bare) json.end_object();
  return out;
}

class ServerApi {
 public:
  ServerApi(hub::Hub& hub, std::size_t shard, metrics::ShardCounters& counters,
            const ServerApiOptions& options)
      : context_{hub, shard, std::make_shared<const ServerApiOptions>(options)},
        counters_(counters) {}

  // The method is in the path.
  void on_path(const http::Request& request, http::Responder respond) {
    if (!admit(request, respond)) return;
    const std::string path = request.decoded_path()->substr(kPrefix.size());
    const Method* method = find_method(path);
    if (method == nullptr) {
      // A path of nothing, whatever the error mode.
      const Outcome unknown = failure(Errc::method_not_found, unknown_method(path));
      counters_.add(unknown.error);
      return respond(json_response(404, error_json(unknown, false)));
    }
    dom::element document;
    Outcome refusal;
    if (!parse(request, document, refusal)) return refuse(request, std::move(refusal), respond);
    call(request, *method, document, std::move(respond));
  }

  // The method is in the body: {"method":…,"params":{…}}.
  void on_envelope(const http::Request& request, http::Responder respond) {
    if (!admit(request, respond)) return;
    dom::element document;
    Outcome refusal;
    if (!parse(request, document, refusal)) return refuse(request, std::move(refusal), respond);
    std::string_view name;
    if (document["method"].get(name) != simdjson::SUCCESS) {
      return refuse(request, bad_request(R"("method" is missing, or no string)"), respond);
    }
    const Method* method = find_method(name);
    if (method == nullptr) {
      return refuse(request, failure(Errc::method_not_found, unknown_method(name)), respond);
    }
    dom::element parameters;
    if (document["params"].get(parameters) != simdjson::SUCCESS) {
      return refuse(request, bad_request(R"("params" is missing)"), respond);
    }
    call(request, *method, parameters, std::move(respond));
  }

 private:
  // Does the caller know a key? If not, answers.
  bool admit(const http::Request& request, http::Responder& respond) {
    counters_.add(Counter::api_requests);
    const std::vector<std::string>& keys = context_.options->keys;
    const std::string given = key_of(request);
    bool known = false;
    for (const std::string& key : keys) {  // all of them: the time says nothing about which fits
      known = (!key.empty() && equals_constant_time(key, given)) || known;
    }
    if (known) return true;
    std::string detail = "the key is not one of api.keys";
    if (keys.empty()) {
      detail = "the HTTP API is off until the configuration has a key; set api.keys";
    } else if (given.empty()) {
      detail = "send one of api.keys in the header X-API-Key: KEY, or Authorization: apikey KEY";
    }
    const Outcome refusal = failure(Errc::unauthorized, std::move(detail));
    counters_.add(refusal.error);
    auto response = json_response(401, error_json(refusal, false));
    response.add("WWW-Authenticate", R"(apikey realm="parley")");
    respond(std::move(response));
    return false;
  }

  bool parse(const http::Request& request, dom::element& document, Outcome& refusal) {
    const ByteView body = trim(request.body).empty() ? ByteView("{}") : request.body;
    const auto error = parser().parse(body.data(), body.size()).get(document);
    if (error == simdjson::SUCCESS) return true;
    refusal = bad_request(std::string("the body is not JSON: ") + simdjson::error_message(error));
    return false;
  }

  void call(const http::Request& request, const Method& method, const dom::element& parameters,
            http::Responder respond) {
    dom::object object;
    if (parameters.get(object) != simdjson::SUCCESS) {
      return refuse(request, bad_request("the parameters are a JSON object"), respond);
    }
    std::string why;
    Command command = method.read(object, why);
    if (!command) return refuse(request, bad_request(std::move(why)), respond);
    command(context_, [this, &method, by_status = wants_status(request),
                       respond = std::move(respond)](Outcome outcome) mutable {
      if (outcome.failed()) return fail(outcome, by_status, respond);
      if (!method.wrapped) return respond(json_response(200, std::move(outcome.result)));
      respond(json_response(200, R"({"result":)" + outcome.result + "}"));
    });
  }

  static bool wants_status(const http::Request& request) {
    return request.header("X-Centrifugo-Error-Mode") == "transport";
  }

  void refuse(const http::Request& request, const Outcome& outcome, http::Responder& respond) {
    fail(outcome, wants_status(request), respond);
  }

  void fail(const Outcome& outcome, bool by_status, http::Responder& respond) {
    counters_.add(outcome.error);
    const int status = by_status ? api_error(outcome.error).http_status : 200;
    respond(json_response(status, error_json(outcome, by_status)));
  }

  const Context context_;
  metrics::ShardCounters& counters_;
};

}  // namespace

void add_server_api(http::Router& router, hub::Hub& hub, std::size_t shard,
                    metrics::ShardCounters& counters, const ServerApiOptions& options) {
  const auto api = std::make_shared<ServerApi>(hub, shard, counters, options);
  router.add("POST", std::string(kPrefix) + "*",
             [api](const http::Request& request, const http::Peer&, http::Responder respond) {
               api->on_path(request, std::move(respond));
             });
  router.add("POST", "/api",
             [api](const http::Request& request, const http::Peer&, http::Responder respond) {
               api->on_envelope(request, std::move(respond));
             });
  router.add("GET", "/api/openapi.json",
             [document = openapi_document(options.version)](const http::Request&, const http::Peer&,
                                                            http::Responder respond) {
               respond(http::json(200, document));
             });
}

}  // namespace parley::api
