#include "dialect/plain_json.h"

#include <simdjson.h>

#include <algorithm>

#include "base/clock.h"
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

// Each push as its envelopes.
class EnvelopeOf {
 public:
  EnvelopeOf(std::string& scratch, const PayloadWriter::Emit& emit)
      : scratch_(scratch), emit_(emit) {}

  void operator()(const hub::Publication& publication) const {
    say([&](JsonWriter& json) {
      json.member("type", "message").member("id", hub::publication_id(publication.position));
      json.member("room", publication.channel).member("from", publication.publisher.user);
      json.member("time", publication.time_ms);
      write_payload(json, publication.payload);
      if (!publication.ref.empty()) json.member("ref", publication.ref);
    });
  }
  void operator()(const hub::DirectMessage& message) const {
    say([&](JsonWriter& json) {
      json.member("type", "message").member("id", message.id).member("from", message.from);
      json.member("to", message.to).member("time", message.time_ms);
      write_payload(json, message.payload);
      if (!message.ref.empty()) json.member("ref", message.ref);
    });
  }
  void operator()(const hub::Typing& typing) const {
    say([&](JsonWriter& json) {
      json.member("type", "typing").member("room", typing.channel).member("from", typing.user);
      json.member("time", typing.time_ms);
    });
  }
  // One for each user who came or went; the last tells who is here now.
  void operator()(const hub::Membership& membership) const {
    auto left = std::ranges::count_if(membership.changes, is_told);
    for (const hub::MemberChange& change : membership.changes) {
      if (!is_told(change)) continue;
      say([&](JsonWriter& json) {
        json.member("type", change.joined ? "joined" : "left");
        json.member("room", membership.channel).member("user", change.client.user);
        if (--left == 0) {
          write_members(json, membership.members);
        } else {
          json.member("count", membership.members.count);
        }
        json.member("time", membership.time_ms);
      });
    }
  }

 private:
  static bool is_told(const hub::MemberChange& change) {
    return change.of_user && !change.client.user.empty();
  }

  template <class Write>
  void say(const Write& write) const {
    scratch_.clear();
    JsonWriter json(scratch_);
    json.begin_object();
    write(json);
    json.end_object();
    emit_({false, scratch_});
  }

  std::string& scratch_;
  const PayloadWriter::Emit& emit_;
};

class EnvelopeWriter final : public PayloadWriter {
 public:
  void write(const hub::Push& push, std::string& scratch, const Emit& emit) const override {
    std::visit(EnvelopeOf(scratch, emit), push);
  }
};

struct VerbatimOf {
  const PayloadWriter::Emit& emit;

  void say(const hub::Payload& payload) const {
    emit({payload.kind == hub::PayloadKind::binary, payload.data.view()});
  }
  void operator()(const hub::Publication& publication) const { say(publication.payload); }
  void operator()(const hub::DirectMessage& message) const { say(message.payload); }
  void operator()(const hub::Membership&) const {}
  void operator()(const hub::Typing&) const {}
};

class VerbatimWriter final : public PayloadWriter {
 public:
  void write(const hub::Push& push, std::string&, const Emit& emit) const override {
    std::visit(VerbatimOf{emit}, push);
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

std::string welcome_envelope(const Welcome& welcome) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "welcome").member("room", welcome.room);
  json.member("user", welcome.user).member("id", welcome.id);
  write_members(json, welcome.members);
  if (welcome.position != nullptr) {
    // Of a stream without a publication too: it is a valid `since`.
    const hub::StreamPosition& position = *welcome.position;
    json.member("position", position.epoch + "-" + std::to_string(position.offset));
  }
  if (welcome.recovered) json.member("recovered", *welcome.recovered);
  json.member("time", wall_time_ms()).end_object();
  return out;
}

std::string channel_envelope(ByteView type, const std::string& channel) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", type).member("room", channel);
  json.member("time", wall_time_ms()).end_object();
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
  json.begin_object().member("type", "ack").member("ref", ref);
  json.member("id", hub::publication_id(reply.position));
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
