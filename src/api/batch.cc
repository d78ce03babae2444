// batch: commands one after the other, or with "parallel" all at once; replies in their order.
#include "api/methods.h"

namespace parley::api {
namespace {

BatchEntry read_entry(const dom::element& item) {
  dom::object object;
  if (item.get(object) != simdjson::SUCCESS || object.size() != 1) {
    return {{}, nullptr, bad_request("a command is an object with one member, {METHOD: {…}}")};
  }
  const auto [name, value] = *object.begin();
  const Method* method = find_method(name);
  if (method == nullptr) {
    return {{}, nullptr, failure(Errc::method_not_found, unknown_method(name))};
  }
  if (method->name == "batch") {
    return {{}, nullptr, bad_request("a batch holds no batches")};
  }
  dom::object parameters;
  if (value.get(parameters) != simdjson::SUCCESS) {
    return {{}, nullptr, bad_request(wrong_value(std::string(name), "an object", value))};
  }
  std::string why;
  Command command = method->read(parameters, why);
  if (!command) return {{}, nullptr, bad_request(in_quotes(name) + ": " + why)};
  return {method->name, std::move(command), {}};
}

class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(const Context& context, BatchRequest request, Answer answer)
      : context_(context),
        request_(std::move(request)),
        outcomes_(request_.commands.size()),
        answer_(std::move(answer)) {}

  // Answers may come within the call or later, so it loops here alone and never in itself.
  void go_on() {
    if (running_) return;
    running_ = true;
    while (begun_ < outcomes_.size() && (request_.parallel || begun_ == answered_)) begin(begun_++);
    running_ = false;
    if (answered_ == outcomes_.size() && answer_) std::exchange(answer_, nullptr)(done(text()));
  }

 private:
  void begin(std::size_t i) {
    BatchEntry& entry = request_.commands[i];
    if (!entry.command) {
      outcomes_[i] = std::move(entry.refusal);
      ++answered_;
      return;
    }
    entry.command(context_, [self = shared_from_this(), i](Outcome outcome) {
      self->outcomes_[i] = std::move(outcome);
      ++self->answered_;
      self->go_on();
    });
  }

  std::string text() const {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("replies").begin_array();
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      json.begin_object();
      if (outcomes_[i].failed()) {
        json.key("error");
        write_error(json, outcomes_[i]);
      } else {
        json.key(request_.commands[i].method).raw(outcomes_[i].result);
      }
      json.end_object();
    }
    json.end_array().end_object();
    return out;
  }

  const Context context_;
  BatchRequest request_;
  std::vector<Outcome> outcomes_;
  Answer answer_;
  std::size_t begun_ = 0;
  std::size_t answered_ = 0;
  bool running_ = false;
};

}  // namespace

bool JsonType<BatchEntries>::read(BatchEntries& to, const dom::element& from,
                                  const std::string& path, std::string& why) {
  dom::array list;
  if (from.get(list) == simdjson::SUCCESS && list.size() <= kMaxBatchCommands) {
    for (const dom::element item : list) to.push_back(read_entry(item));
    return true;
  }
  why = wrong_value(path, "a list of at most 1000 commands", from);
  return false;
}

void JsonType<BatchEntries>::write_schema(JsonWriter& json) {
  json.member("type", "array").member("maxItems", kMaxBatchCommands);
  json.key("items").begin_object();
  json.member("type", "object").member("minProperties", 1).member("maxProperties", 1);
  json.member("additionalProperties", false).key("properties").begin_object();
  for (const Method& method : methods()) {
    if (method.name == "batch") continue;
    json.key(method.name).begin_object();
    json.member("$ref", "#/components/schemas/" + std::string(method.name) + "_request");
    json.end_object();
  }
  json.end_object().end_object();
}

template <>
std::span<const Field<BatchRequest>> fields() {
  using R = BatchRequest;
  static constexpr std::array kFields = {
      field<R, &R::commands>("commands", "Commands, each {METHOD: {…}}; at most 1000.", true),
      field<R, &R::parallel>("parallel", "Begin all at once instead of one after the other."),
  };
  return kFields;
}

void run(const Context& context, BatchRequest request, Answer answer) {
  std::make_shared<Batch>(context, std::move(request), std::move(answer))->go_on();
}

}  // namespace parley::api
