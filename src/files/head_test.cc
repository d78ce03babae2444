#include "files/head.h"

#include <gtest/gtest.h>

namespace parley::files {
namespace {

FileInfo sample() {
  FileInfo info;
  info.user = "ann";
  info.name = "猫 的 照片.png";
  info.type = "image/png";
  info.metadata = "filename 54yr,filetype aW1hZ2U=";
  info.size = 123'456;
  info.received = 4'096;
  return info;
}

TEST(Head, ComesBackAsItWas) {
  const auto head = encode_head(sample());
  ASSERT_TRUE(head);
  EXPECT_EQ(head->size(), kHeadBytes);
  const auto info = parse_head(*head);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->user, "ann");
  EXPECT_EQ(info->name, sample().name);
  EXPECT_EQ(info->type, "image/png");
  EXPECT_EQ(info->metadata, sample().metadata);
  EXPECT_EQ(info->size, 123'456U);
  EXPECT_EQ(info->received, 4'096U);
}

TEST(Head, TheNumberReceivedChangesInPlace) {
  auto head = encode_head(sample());
  const std::string text = received_text(123'456);
  head->replace(kReceivedAt, text.size(), text);
  const auto info = parse_head(*head);
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->complete());
  EXPECT_EQ(info->user, "ann");
  EXPECT_EQ(received_text(~std::uint64_t{0}).size(), received_text(0).size());
  EXPECT_LT(kReceivedAt + text.size(), 512U) << "within one sector";
}

TEST(Head, AnEmptyTypeAndMetadataAreKept) {
  FileInfo info = sample();
  info.type.clear();
  info.metadata.clear();
  const auto parsed = parse_head(*encode_head(info));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->type, "");
  EXPECT_EQ(parsed->metadata, "");
}

TEST(Head, RefusesWordsThatDoNotFit) {
  FileInfo long_user = sample();
  long_user.user = std::string(kHeadBytes, 'a');
  EXPECT_FALSE(encode_head(long_user));
  FileInfo two_lines = sample();
  two_lines.name = "a\nsize 1";
  EXPECT_FALSE(encode_head(two_lines));
}

TEST(Head, NothingElseIsAHead) {
  const std::string head = *encode_head(sample());
  EXPECT_FALSE(parse_head(""));
  EXPECT_FALSE(parse_head(head.substr(1)));
  EXPECT_FALSE(parse_head(std::string(kHeadBytes, '\0')));
  EXPECT_FALSE(parse_head(std::string(kHeadBytes, '\n')));
  for (const auto& [from, to] : {std::pair{"file 1", "file 2"},
                                 {"size 123456", "size 12x456"},
                                 {"size 123456", "size 000001"},
                                 {"user ann", "usex ann"}}) {
    std::string broken = head;
    const std::size_t at = broken.find(from);
    ASSERT_NE(at, std::string::npos);
    broken.replace(at, std::string(from).size(), to);
    EXPECT_FALSE(parse_head(broken)) << to;
  }
}

}  // namespace
}  // namespace parley::files
