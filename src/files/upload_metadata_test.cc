#include "files/upload_metadata.h"

#include <gtest/gtest.h>

namespace parley::files {
namespace {

TEST(UploadMetadata, NamesAndTypesUnderEitherKey) {
  const auto tus_js = parse_upload_metadata("filename Y2F0LnBuZw==,filetype aW1hZ2UvcG5n");
  ASSERT_TRUE(tus_js);
  EXPECT_EQ(tus_js->name, "cat.png");
  EXPECT_EQ(tus_js->type, "image/png");
  const auto uppy = parse_upload_metadata("name eA==, type dGV4dC9wbGFpbg==,filename Y2F0LnBuZw==");
  ASSERT_TRUE(uppy);
  EXPECT_EQ(uppy->name, "cat.png");
  EXPECT_EQ(uppy->type, "text/plain");
}

TEST(UploadMetadata, MayBeMissingAndMayHaveKeysWithoutValue) {
  for (const char* header : {"", "is_confidential", "is_confidential ,other eA=="}) {
    const auto metadata = parse_upload_metadata(header);
    ASSERT_TRUE(metadata) << header;
    EXPECT_EQ(metadata->name, "");
  }
}

TEST(UploadMetadata, RefusesWhatBreaksTheRules) {
  for (const char* header : {"filename !!!", "filename Y2F", "filename YQ==,filename YQ==", ",",
                             "filename YQ==,,x YQ==", "filename Y Q==", "filename YQ==,\tx YQ=="}) {
    EXPECT_FALSE(parse_upload_metadata(header)) << header;
  }
}

// A parser of what a client sends works for no longer than its limit allows.
TEST(UploadMetadata, IsOfALimitedLength) {
  const std::string name(kUploadMetadataBytes - 5, 'a');
  EXPECT_TRUE(parse_upload_metadata(name + " " + "YWFh").has_value());
  EXPECT_FALSE(parse_upload_metadata(name + "a " + "YWFh").has_value());
}

}  // namespace
}  // namespace parley::files
