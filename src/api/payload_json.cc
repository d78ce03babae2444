#include "api/payload_json.h"

#include "base/text.h"

namespace parley::api {
namespace {

namespace dom = simdjson::dom;

// Not the one of requests: it reads what stands inside of one.
bool parse(ByteView text, dom::element& document) {
  thread_local dom::parser parser;
  return parser.parse(text.data(), text.size()).get(document) == simdjson::SUCCESS;
}

}  // namespace

hub::Payload payload_of(const dom::element& data) {
  std::string_view text;
  if (data.get(text) == simdjson::SUCCESS) {
    return {hub::PayloadKind::text, Bytes::copy_of(text)};
  }
  return {hub::PayloadKind::json, Bytes::copy_of(simdjson::minify(data))};
}

hub::Payload payload_of(ByteView bytes) {
  dom::element document;
  if (parse(bytes, document)) return payload_of(document);
  return {hub::PayloadKind::binary, Bytes::copy_of(bytes)};
}

std::optional<Bytes> compact_json(ByteView text) {
  dom::element document;
  if (!parse(text, document)) return std::nullopt;
  return Bytes::copy_of(simdjson::minify(document));
}

void write_payload(JsonWriter& json, const hub::Payload& payload) {
  switch (payload.kind) {
    case hub::PayloadKind::json: json.raw(payload.data.view()); break;
    case hub::PayloadKind::text: json.value(payload.data.view()); break;
    case hub::PayloadKind::binary:
      json.begin_object().member("base64", base64_encode(payload.data.view())).end_object();
      break;
  }
}

void write_client_info(JsonWriter& json, const hub::ClientInfo& client) {
  json.begin_object().member("user", client.user).member("client", client.client.text());
  if (!client.connection_info.empty()) json.key("conn_info").raw(client.connection_info.view());
  if (!client.channel_info.empty()) json.key("chan_info").raw(client.channel_info.view());
  json.end_object();
}

void write_publication(JsonWriter& json, const hub::Publication& publication) {
  json.begin_object().key("data");
  write_payload(json, publication.payload);
  if (publication.publisher.client) {
    json.key("info");
    write_client_info(json, publication.publisher);
  }
  json.member("offset", publication.position.offset).member("time", publication.time_ms);
  if (!publication.tags.empty()) {
    json.key("tags").begin_object();
    for (const auto& [name, value] : publication.tags) json.member(name, value);
    json.end_object();
  }
  json.end_object();
}

}  // namespace parley::api
