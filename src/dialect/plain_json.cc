#include "dialect/plain_json.h"

#include <simdjson.h>

#include "base/json_writer.h"
#include "base/text.h"

namespace parley::dialect {
namespace {

// One parser a thread: it keeps its buffers from message to message.
simdjson::dom::parser& parser() {
  thread_local simdjson::dom::parser instance;
  return instance;
}

std::string_view string_or_empty(const simdjson::dom::object& object, std::string_view key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return {};
  return text;
}

bool has(const simdjson::dom::object& object, std::string_view key) {
  return object[key].error() == simdjson::SUCCESS;
}

bool has_non_string(const simdjson::dom::object& object, std::string_view key) {
  return has(object, key) && !object[key].is_string();
}

// A string stands for its own text, so that a raw client reads words and not quotes.
hub::Payload payload_of(const simdjson::dom::element& data) {
  std::string_view text;
  if (data.get(text) == simdjson::SUCCESS) return {hub::PayloadKind::text, Bytes::copy_of(text)};
  return {hub::PayloadKind::json, Bytes::copy_of(simdjson::minify(data))};
}

Result<PlainCommand> typed_command(std::string_view type, PlainCommand command,
                                   std::string& detail) {
  if (type == "typing") {
    command.kind = PlainCommand::Kind::typing;
  } else if (type == "who") {
    command.kind = PlainCommand::Kind::who;
  } else {
    detail = R"("type" is "typing" or "who"; a message has "data" and no "type")";
    return Errc::unknown_type;
  }
  return command;
}

void write_members(JsonWriter& json, const hub::Members& members) {
  // An empty list with a count stands for "too many to list with every change".
  if (!members.names.empty() || members.count == 0) {
    json.key("users").begin_array();
    for (const auto& name : members.names) json.value(name);
    json.end_array();
  }
  json.member("count", members.count);
}

void write_payload(JsonWriter& json, const hub::Payload& payload) {
  switch (payload.kind) {
    case hub::PayloadKind::text: json.member("data", payload.data.view()); break;
    case hub::PayloadKind::json: json.key("data").raw(payload.data.view()); break;
    case hub::PayloadKind::binary:
      json.member("data", base64_encode(payload.data.view())).member("encoding", "base64");
      break;
  }
}

void write_membership(JsonWriter& json, ByteView type, const std::string& room,
                      const std::string& user, const hub::Members& members, std::int64_t time) {
  json.member("type", type).member("room", room).member("user", user);
  write_members(json, members);
  json.member("time", time);
}

struct EnvelopeOf {
  JsonWriter& json;

  void operator()(const hub::Publication& publication) const {
    json.member("type", "message").member("id", hub::publication_id(publication.position));
    json.member("room", publication.channel).member("from", publication.publisher);
    json.member("time", publication.time_ms);
    write_payload(json, publication.payload);
    if (!publication.ref.empty()) json.member("ref", publication.ref);
  }
  void operator()(const hub::DirectMessage& message) const {
    json.member("type", "message").member("id", message.id).member("from", message.from);
    json.member("to", message.to).member("time", message.time_ms);
    write_payload(json, message.payload);
    if (!message.ref.empty()) json.member("ref", message.ref);
  }
  void operator()(const hub::Join& join) const {
    write_membership(json, "joined", join.channel, join.user, join.members, join.time_ms);
  }
  void operator()(const hub::Leave& leave) const {
    write_membership(json, "left", leave.channel, leave.user, leave.members, leave.time_ms);
  }
  void operator()(const hub::Typing& typing) const {
    json.member("type", "typing").member("room", typing.channel).member("from", typing.user);
    json.member("time", typing.time_ms);
  }
};

class EnvelopeWriter final : public PayloadWriter {
 public:
  std::optional<WireMessage> write(const hub::Push& push, std::string& scratch) const override {
    scratch.clear();
    JsonWriter json(scratch);
    json.begin_object();
    std::visit(EnvelopeOf{json}, push);
    json.end_object();
    return WireMessage{false, scratch};
  }
};

struct VerbatimOf {
  static WireMessage of(const hub::Payload& payload) {
    return {payload.kind == hub::PayloadKind::binary, payload.data.view()};
  }
  using Written = std::optional<WireMessage>;
  Written operator()(const hub::Publication& publication) const { return of(publication.payload); }
  Written operator()(const hub::DirectMessage& message) const { return of(message.payload); }
  Written operator()(const hub::Join&) const { return std::nullopt; }
  Written operator()(const hub::Leave&) const { return std::nullopt; }
  Written operator()(const hub::Typing&) const { return std::nullopt; }
};

class VerbatimWriter final : public PayloadWriter {
 public:
  std::optional<WireMessage> write(const hub::Push& push, std::string&) const override {
    return std::visit(VerbatimOf{}, push);
  }
};

}  // namespace

Result<PlainCommand> parse_plain_command(ByteView text, std::string& detail, std::string& ref) {
  simdjson::dom::object object;
  simdjson::dom::element document;
  if (const auto error = parser().parse(text.data(), text.size()).get(document);
      error != simdjson::SUCCESS) {
    detail = std::string("not JSON: ") + simdjson::error_message(error);
    return Errc::bad_message;
  }
  if (document.get(object) != simdjson::SUCCESS) {
    detail = R"(a message is a JSON object such as {"data":"hello"})";
    return Errc::bad_message;
  }
  if (has_non_string(object, "ref") || has_non_string(object, "to") ||
      has_non_string(object, "type")) {
    detail = R"("ref", "to" and "type" are strings)";
    return Errc::bad_message;
  }
  PlainCommand command;
  command.ref = string_or_empty(object, "ref");
  if (command.ref.size() > kMaxRefBytes) {
    detail = R"("ref" is at most 64 bytes)";
    return Errc::bad_message;
  }
  ref = command.ref;
  // "message" is what the server calls one; a client that sends it back means the same.
  const std::string_view type = string_or_empty(object, "type");
  if (has(object, "type") && type != "message") {
    return typed_command(type, std::move(command), detail);
  }
  simdjson::dom::element data;
  if (object["data"].get(data) != simdjson::SUCCESS) {
    detail = R"(there is neither "data" nor "type")";
    return Errc::bad_message;
  }
  command.payload = payload_of(data);
  if (has(object, "to")) {
    command.kind = PlainCommand::Kind::direct;
    command.to = string_or_empty(object, "to");
  }
  return command;
}

std::string welcome_envelope(const std::string& room, const std::string& user,
                             const std::string& connection_id, const hub::Members& members,
                             std::int64_t time_ms) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "welcome").member("room", room).member("user", user);
  json.member("id", connection_id);
  write_members(json, members);
  json.member("time", time_ms).end_object();
  return out;
}

std::string who_envelope(const std::string& room, const hub::Members& members,
                         std::int64_t time_ms) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "who").member("room", room);
  write_members(json, members);
  json.member("time", time_ms).end_object();
  return out;
}

std::string ack_envelope(const std::string& ref, const hub::PublishReply& reply) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "ack").member("ref", ref).member("id", reply.id);
  json.member("time", reply.time_ms).end_object();
  return out;
}

std::string error_envelope(Errc code, ByteView detail, const std::string& ref) {
  const ErrorInfo& info = error_info(code);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "error").member("code", static_cast<int>(code));
  json.member("name", info.name).member("message", detail.empty() ? info.meaning : detail);
  if (!ref.empty()) json.member("ref", ref);
  json.end_object();
  return out;
}

const PayloadWriter& verbatim_writer() {
  static const VerbatimWriter instance;
  return instance;
}

const PayloadWriter& envelope_writer() {
  static const EnvelopeWriter instance;
  return instance;
}

}  // namespace parley::dialect
