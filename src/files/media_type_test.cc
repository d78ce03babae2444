#include "files/media_type.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::files {
namespace {

const std::string kPng("\x89PNG\r\n\x1A\n\0\0", 10);
const std::string kMp4(
    "\0\0\0\x20"
    "ftypisom",
    12);
const std::string kAvif(
    "\0\0\0\x20"
    "ftypavif",
    12);
const std::string kWebp("RIFF\x10\0\0\0WEBPVP8 ", 16);
const std::string kHtml = "<!doctype html><script>alert(1)</script>";

TEST(MediaType, WhatIsNotSaidIsSeenInTheBytes) {
  const std::pair<std::string, const char*> cases[] = {
      {kPng, "image/png"},
      {"\xFF\xD8\xFF\xE0", "image/jpeg"},
      {"GIF89a", "image/gif"},
      {kWebp, "image/webp"},
      {kAvif, "image/avif"},
      {kMp4, "video/mp4"},
      {"\x1A\x45\xDF\xA3", "video/webm"},
      {std::string("OggS\0", 5), "audio/ogg"},
      {"ID3\x04", "audio/mpeg"},
      {"\xFF\xFB\x90", "audio/mpeg"},
      {"fLaC", "audio/flac"},
      {"%PDF-1.7", "application/pdf"},
      {"PK\x03\x04", "application/zip"},
      {"just words, 只是文字", "text/plain"},
      {kHtml, "text/plain"},
      {"cut off in a character \xE6\x96", "text/plain"},
      {std::string("a\0b", 3), "application/octet-stream"},
      {"\xFF\xFE\x41", "application/octet-stream"},
      {"", "text/plain"},
      {std::string("\0\0\0\x18", 4) + "ftypheic", "application/octet-stream"},
  };
  for (const auto& [bytes, type] : cases) {
    EXPECT_EQ(settle_type("", bytes), type) << type;
    EXPECT_EQ(settle_type("application/octet-stream", bytes), type) << type;
  }
}

TEST(MediaType, ABeginningMayBeCutOffAnywhere) {
  for (const auto& whole : {kPng, kMp4, kAvif, kWebp, std::string("RIFF\x10\0\0\0WAVE", 12)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_NE(settle_type("", whole.substr(0, size)), "") << size;
    }
  }
  EXPECT_EQ(settle_type("", "RIFF"), "text/plain");
}

TEST(MediaType, AClaimMustFitTheBytes) {
  EXPECT_EQ(settle_type("image/png", kPng), "image/png");
  EXPECT_EQ(settle_type("IMAGE/PNG; charset=x", kPng), "image/png");
  EXPECT_EQ(settle_type("image/jpg", "\xFF\xD8\xFF\xE0"), "image/jpeg");
  EXPECT_EQ(settle_type("audio/mp4", kMp4), "audio/mp4");
  EXPECT_EQ(settle_type("audio/webm", "\x1A\x45\xDF\xA3"), "audio/webm");
  EXPECT_EQ(settle_type("image/png", kHtml), std::nullopt);
  EXPECT_EQ(settle_type("image/png", ""), std::nullopt);
  EXPECT_EQ(settle_type("image/jpeg", kPng), std::nullopt);
  EXPECT_EQ(settle_type("image/avif", kMp4), std::nullopt);
  EXPECT_EQ(settle_type("application/pdf", kPng), std::nullopt);
}

TEST(MediaType, OfOtherTypesTheBytesSayNothing) {
  EXPECT_EQ(settle_type("text/csv", "a,b"), "text/csv");
  EXPECT_EQ(settle_type("text/plain", kPng), "text/plain");
  EXPECT_EQ(settle_type("image/svg+xml", "<svg/>"), "image/svg+xml");
}

TEST(MediaType, OnlyWhatWasSeenInTheBytesIsShownInPlace) {
  for (const char* type : {"image/png", "image/avif", "audio/mpeg", "video/webm"}) {
    EXPECT_TRUE(shown_in_place(type)) << type;
  }
  for (const char* type : {"image/svg+xml", "text/html", "text/plain", "application/pdf",
                           "application/zip", "application/xhtml+xml", ""}) {
    EXPECT_FALSE(shown_in_place(type)) << type;
  }
}

TEST(MediaType, NothingIsServedAsAScriptOrAStyle) {
  for (const char* type : {"text/javascript", "application/x-javascript", "text/ecmascript",
                           "text/javascript1.5", "text/jscript", "text/livescript", "text/css"}) {
    EXPECT_EQ(served_type(type), "text/plain") << type;
  }
  for (const char* type : {"image/png", "text/csv", "application/postscript"}) {
    EXPECT_EQ(served_type(type), type);
  }
}

TEST(MediaType, WhatIsNoTypeIsNone) {
  for (const char* text : {"", "image", "image/", "/png", "image/png/x", "image/p ng", "im\xE9/png",
                           "image/png\r\nX: y"}) {
    EXPECT_EQ(canonical_type(text), "") << text;
  }
  EXPECT_EQ(canonical_type("a/" + std::string(200, 'a')), "");
}

TEST(MediaType, TheListTakesTypesAndFamilies) {
  const std::vector<std::string> list{"image/*", "text/plain"};
  EXPECT_TRUE(is_allowed(list, "image/png"));
  EXPECT_TRUE(is_allowed(list, "text/plain"));
  EXPECT_FALSE(is_allowed(list, "text/html"));
  EXPECT_FALSE(is_allowed(list, "imagex/png"));
  EXPECT_FALSE(is_allowed({}, "image/png"));
  EXPECT_TRUE(is_allowed(std::vector<std::string>{"*/*"}, "what/ever"));
}

}  // namespace
}  // namespace parley::files
