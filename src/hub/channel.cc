#include "hub/channel.h"

#include "base/check.h"
#include "base/text.h"

namespace parley::hub {

bool is_valid_channel_name(ByteView name, std::size_t max_bytes) {
  return !name.empty() && name.size() <= max_bytes && is_valid_utf8(name) &&
         !has_control_characters(name);
}

bool is_valid_user_name(ByteView name, std::size_t max_bytes) {
  return is_valid_channel_name(name, max_bytes);
}

RuleBook::RuleBook(std::vector<ChannelRules> rules) : rules_(std::move(rules)) {
  CHECK(!rules_.empty() && rules_.front().name_space.empty());
}

const ChannelRules* RuleBook::find(ByteView channel) const {
  if (needs_token(channel)) channel.remove_prefix(1);
  const std::size_t colon = channel.substr(0, channel.find('#')).find(':');
  if (colon == ByteView::npos) return &rules_.front();
  const ByteView name_space = channel.substr(0, colon);
  for (const ChannelRules& rules : rules_) {
    if (!rules.name_space.empty() && rules.name_space == name_space) return &rules;
  }
  return nullptr;
}

bool needs_token(ByteView channel) { return channel.starts_with('$'); }

bool is_limited_to_users(ByteView channel) { return channel.find('#') != ByteView::npos; }

bool is_for_user(ByteView channel, ByteView user) {
  if (user.empty() || !is_limited_to_users(channel)) return false;
  ByteView users = channel.substr(channel.find('#') + 1);
  for (;;) {
    const std::size_t comma = users.find(',');
    if (users.substr(0, comma) == user) return true;
    if (comma == ByteView::npos) return false;
    users.remove_prefix(comma + 1);
  }
}

bool may_subscribe(const ChannelRules& rules, ByteView channel, ByteView user) {
  if (needs_token(channel)) return false;
  if (is_limited_to_users(channel)) return is_for_user(channel, user);
  return rules.subscribe == Access::anyone;
}

}  // namespace parley::hub
