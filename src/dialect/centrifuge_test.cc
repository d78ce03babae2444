// The Centrifuge dialect against its transcripts, in memory: tests/transcripts/centrifuge/*.txt.
// The same files run against the real server in tests/integration.
#include <gmock/gmock.h>

#include "dialect/transcript_player.h"

namespace parley::dialect {
namespace {

hub::ChannelRules name_space(std::string name) {
  hub::ChannelRules rules;
  rules.name_space = std::move(name);
  return rules;
}

// The same stand in tests/transcripts/centrifuge/parley.toml.
hub::RuleBook rules() {
  std::vector<hub::ChannelRules> all = {{}};
  all.push_back(name_space("recovery"));
  all.push_back(name_space("smallhistory"));
  all.back().history_size = 2;
  all.push_back(name_space("nohistory"));
  all.back().history_size = 0;
  all.push_back(name_space("cache"));
  all.back().recovery = hub::Recovery::cache;
  all.push_back(name_space("hidden"));
  all.back().presence = false;
  all.push_back(name_space("closed"));
  all.back().subscribe = hub::Access::token;
  return hub::RuleBook(std::move(all));
}

class CentrifugeTranscript : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(CentrifugeTranscript, Holds) {
  const bool insecure = GetParam().filename().string().starts_with("insecure");
  TranscriptPlayer(make_centrifuge({}), rules(), insecure).play(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Centrifuge, CentrifugeTranscript,
                         testing::ValuesIn(transcripts("centrifuge")), transcript_name);

}  // namespace
}  // namespace parley::dialect
