// publish and broadcast.
#include "api/methods.h"
#include "api/payload_json.h"

namespace parley::api {
namespace {

std::size_t size_of(const hub::Payload& payload, const hub::Tags& tags) {
  std::size_t size = payload.data.size();
  for (const auto& [name, value] : tags) size += name.size() + value.size();
  return size;
}

std::optional<Outcome> fault_of(const Message& message) {
  const bool in_base64 = !message.b64data.bytes.empty();
  if (!message.data && !in_base64) return bad_request(R"("data" is missing)");
  if (message.data && in_base64) {
    return bad_request(R"(there are both "data" and "b64data"; send one of them)");
  }
  if (message.idempotency_key.size() > kMaxIdempotencyKeyBytes) {
    return bad_request(R"("idempotency_key" is longer than )" +
                       std::to_string(kMaxIdempotencyKeyBytes) + " bytes");
  }
  return std::nullopt;
}

// All of a publication but its channel.
struct Draft {
  hub::Publication publication;
  hub::PublishTerms terms;
  std::string idempotency_key;
};

std::optional<Outcome> write_draft(const Context& context, Message message, Draft& draft) {
  if (auto fault = fault_of(message)) return fault;
  draft.publication.payload =
      message.data ? std::move(*message.data) : payload_of(message.b64data.bytes);
  draft.publication.tags = std::move(message.tags);
  draft.terms = {message.skip_history, message.version, std::move(message.version_epoch)};
  draft.idempotency_key = std::move(message.idempotency_key);
  const std::size_t largest = context.options->payload_bytes;
  if (size_of(draft.publication.payload, draft.publication.tags) <= largest) return std::nullopt;
  return failure(Errc::payload_too_big,
                 "data and tags are more than limits.message_bytes, " + std::to_string(largest));
}

std::string position_json(const hub::StreamPosition& position) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  if (position.offset != 0) json.member("offset", position.offset).member("epoch", position.epoch);
  json.end_object();
  return out;
}

void publish(const Context& context, const std::string& channel, Draft draft, Answer answer) {
  if (auto fault = fault_of_channel(context, channel)) return answer(std::move(*fault));
  draft.publication.channel = channel;
  context.hub.publish(
      context.shard, std::move(draft.publication), std::move(draft.terms),
      std::move(draft.idempotency_key),
      [answer = std::move(answer)](Result<hub::PublishReply> reply) mutable {
        if (reply.has_value()) return answer(done(position_json(reply->position)));
        const bool rated = reply.error() == Errc::too_many_requests;
        answer(failure(reply.error(),
                       rated ? "the channel's namespace allows no more (message_rate)" : ""));
      });
}

// The answers to a broadcast, in the order of its channels, whenever they come.
struct Responses {
  std::vector<Outcome> outcomes;
  std::size_t missing;
  Answer answer;

  std::string text() const {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("responses").begin_array();
    for (const Outcome& outcome : outcomes) {
      json.begin_object();
      if (outcome.failed()) {
        json.key("error");
        write_error(json, outcome);
      } else {
        json.key("result").raw(outcome.result);
      }
      json.end_object();
    }
    json.end_array().end_object();
    return out;
  }
};

}  // namespace

void run(const Context& context, PublishRequest request, Answer answer) {
  const std::string channel = std::move(request.channel);
  Draft draft;
  if (auto fault = write_draft(context, std::move(request), draft)) return answer(*fault);
  publish(context, channel, std::move(draft), std::move(answer));
}

void run(const Context& context, BroadcastRequest request, Answer answer) {
  const ChannelList channels = std::move(request.channels);
  Draft draft;
  if (auto fault = write_draft(context, std::move(request), draft)) return answer(*fault);
  const auto responses = std::make_shared<Responses>(
      Responses{std::vector<Outcome>(channels.size()), channels.size(), std::move(answer)});
  for (std::size_t i = 0; i < channels.size(); ++i) {
    publish(context, channels[i], draft, [responses, i](Outcome outcome) {
      responses->outcomes[i] = std::move(outcome);
      if (--responses->missing == 0) responses->answer(done(responses->text()));
    });
  }
}

}  // namespace parley::api
