#include "dialect/json_payload.h"

namespace parley::dialect {

simdjson::dom::parser& json_parser() {
  thread_local simdjson::dom::parser instance;
  return instance;
}

hub::Payload payload_of(const simdjson::dom::element& data) {
  std::string_view text;
  if (data.get(text) == simdjson::SUCCESS) return {hub::PayloadKind::text, Bytes::copy_of(text)};
  return {hub::PayloadKind::json, Bytes::copy_of(simdjson::minify(data))};
}

}  // namespace parley::dialect
