#include "dialect/centrifuge_json.h"

#include "base/json_writer.h"
#include "base/text.h"

namespace parley::dialect::centrifuge {
namespace {

void write_payload(JsonWriter& json, const hub::Payload& payload) {
  json.key("data");
  switch (payload.kind) {
    case hub::PayloadKind::json: json.raw(payload.data.view()); break;
    case hub::PayloadKind::text: json.value(payload.data.view()); break;
    case hub::PayloadKind::binary:
      json.begin_object().member("base64", base64_encode(payload.data.view())).end_object();
      break;
  }
}

void write_client(JsonWriter& json, const hub::ClientInfo& client) {
  json.begin_object();
  if (!client.user.empty()) json.member("user", client.user);
  json.member("client", client.client.text());
  if (!client.connection_info.empty()) json.key("conn_info").raw(client.connection_info.view());
  if (!client.channel_info.empty()) json.key("chan_info").raw(client.channel_info.view());
  json.end_object();
}

void write_publication(JsonWriter& json, const hub::Publication& publication) {
  json.begin_object();
  write_payload(json, publication.payload);
  if (publication.publisher.client) write_client(json.key("info"), publication.publisher);
  if (publication.position.offset != 0) json.member("offset", publication.position.offset);
  if (!publication.tags.empty()) {
    json.key("tags").begin_object();
    for (const auto& [name, value] : publication.tags) json.member(name, value);
    json.end_object();
  }
  if (publication.time_ms != 0) json.member("time", publication.time_ms);
  json.end_object();
}

void write_publications(JsonWriter& json, const std::vector<hub::Publication>& publications) {
  if (publications.empty()) return;
  json.key("publications").begin_array();
  for (const hub::Publication& publication : publications) write_publication(json, publication);
  json.end_array();
}

void write_position(JsonWriter& json, ByteView epoch, std::uint64_t offset) {
  if (!epoch.empty()) json.member("epoch", epoch);
  if (offset != 0) json.member("offset", offset);
}

void write_ttl(JsonWriter& json, std::optional<std::int64_t> ttl) {
  if (ttl) json.member("expires", true).member("ttl", *ttl);
}

// The members of an answer's own object.
struct WriteResult {
  JsonWriter& json;

  void operator()(const ConnectResult& result) const {
    json.member("client", result.client.text()).member("version", result.version);
    write_ttl(json, result.ttl);
    if (!result.subs.empty()) {
      json.key("subs").begin_object();
      for (const auto& [channel, sub] : result.subs) {
        json.key(channel).begin_object();
        (*this)(sub);
        json.end_object();
      }
      json.end_object();
    }
    if (result.ping_seconds != 0) json.member("ping", result.ping_seconds).member("pong", true);
  }
  void operator()(const SubscribeResult& result) const {
    const hub::SubscribeReply& reply = result.reply;
    write_ttl(json, result.ttl);
    if (reply.recoverable) json.member("recoverable", true);
    if (reply.positioned) {
      json.member("positioned", true);
      // The client moves on from where it stood as it takes in the publications.
      const bool recovered = result.since_offset && reply.recovered;
      write_position(json, reply.position.epoch,
                     recovered ? *result.since_offset : reply.position.offset);
    }
    if (result.since_offset) json.member("was_recovering", true);
    if (reply.recovered) json.member("recovered", true);
    write_publications(json, reply.publications);
    if (!reply.data.empty()) json.key("data").raw(reply.data.view());
  }
  void operator()(const std::vector<hub::ClientInfo>& clients) const {
    json.key("presence").begin_object();
    for (const hub::ClientInfo& client : clients)
      write_client(json.key(client.client.text()), client);
    json.end_object();
  }
  // Both also when they are zero: the JavaScript client takes them as they are.
  void operator()(const hub::PresenceStats& stats) const {
    json.member("num_clients", stats.clients).member("num_users", stats.users);
  }
  void operator()(const hub::HistoryPage& page) const {
    write_publications(json, page.publications);
    write_position(json, page.top.epoch, page.top.offset);
  }
  void operator()(const RefreshResult& result) const {
    json.member("client", result.client.text()).member("version", result.version);
    write_ttl(json, result.ttl);
  }
  void operator()(const SubRefreshResult& result) const { write_ttl(json, result.ttl); }
  void operator()(UnsubscribeResult) const {}
  void operator()(PublishResult) const {}
  void operator()(Errc code) const {
    const ErrorWords words = error_words(code);
    json.member("code", words.code).member("message", words.message);
    if (words.temporary) json.member("temporary", true);
  }
};

// In the order of Answer.
constexpr ByteView kAnswerNames[] = {"error",   "connect",    "subscribe",      "unsubscribe",
                                     "publish", "presence",   "presence_stats", "history",
                                     "refresh", "sub_refresh"};
static_assert(std::size(kAnswerNames) == std::variant_size_v<Answer>);

struct WriteNotice {
  JsonWriter& json;

  void operator()(const Subscribed& notice) const {
    const hub::SubscribeReply& reply = notice.reply;
    json.member("channel", notice.channel).key("subscribe").begin_object();
    if (reply.recoverable) json.member("recoverable", true);
    if (reply.positioned) {
      json.member("positioned", true);
      write_position(json, reply.position.epoch, reply.position.offset);
    }
    if (!reply.data.empty()) json.key("data").raw(reply.data.view());
    json.end_object();
  }
  void operator()(const Unsubscribed& notice) const {
    json.member("channel", notice.channel).key("unsubscribe").begin_object();
    json.member("code", unsubscribe_code(notice.reason));
    json.member("reason", error_info(notice.reason).name).end_object();
  }
  void operator()(const Refreshed& notice) const {
    json.key("refresh").begin_object();
    write_ttl(json, notice.ttl);
    json.end_object();
  }
};

// {"push":{…}} around what `write` writes.
template <class Write>
void append_push(std::string& out, Write write) {
  JsonWriter json(out);
  json.begin_object().key("push").begin_object();
  write(json);
  json.end_object().end_object();
}

// Writes into `out` what a client is told; nothing if it is not.
struct WritePush {
  std::string& out;
  bool join_leave;

  void operator()(const hub::Publication& publication) const {
    append_push(out, [&](JsonWriter& json) {
      json.member("channel", publication.channel);
      write_publication(json.key("pub"), publication);
    });
  }
  void operator()(const hub::Membership& membership) const {
    if (!join_leave) return;
    for (const hub::MemberChange& change : membership.changes) {
      if (!out.empty()) out += '\n';
      append_push(out, [&](JsonWriter& json) {
        json.member("channel", membership.channel).key(change.joined ? "join" : "leave");
        write_client(json.begin_object().key("info"), change.client);
        json.end_object();
      });
    }
  }
  void operator()(const hub::Typing&) const {}
  // The envelope of the plain dialect (docs/dialects/plain.md).
  void operator()(const hub::DirectMessage& message) const {
    append_push(out, [&](JsonWriter& json) {
      json.key("message").begin_object().key("data").begin_object();
      json.member("type", "message").member("id", message.id).member("from", message.from);
      json.member("to", message.to).member("time", message.time_ms);
      write_payload(json, message.payload);
      if (!message.ref.empty()) json.member("ref", message.ref);
      json.end_object().end_object();
    });
  }
};

class PushWriter final : public PayloadWriter {
 public:
  explicit PushWriter(bool join_leave) : join_leave_(join_leave) {}

  void write(const hub::Push& push, std::string& scratch, const Emit& emit) const override {
    scratch.clear();
    std::visit(WritePush{scratch, join_leave_}, push);
    if (!scratch.empty()) emit({false, scratch});
  }

 private:
  const bool join_leave_;
};

}  // namespace

std::string write_reply(std::uint32_t id, const Answer& answer) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("id", id).key(kAnswerNames[answer.index()]).begin_object();
  std::visit(WriteResult{json}, answer);
  json.end_object().end_object();
  return out;
}

std::string write_notice(const Notice& notice) {
  std::string out;
  append_push(out, [&](JsonWriter& json) { std::visit(WriteNotice{json}, notice); });
  return out;
}

const PayloadWriter& push_writer() {
  static const PushWriter instance(true);
  return instance;
}

const PayloadWriter& quiet_push_writer() {
  static const PushWriter instance(false);
  return instance;
}

}  // namespace parley::dialect::centrifuge
