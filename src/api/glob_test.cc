#include "api/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::api {
namespace {

TEST(Glob, StarsQuestionMarksAndSets) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("*", "news"));
  EXPECT_TRUE(matches_glob("chat:*", "chat:tea"));
  EXPECT_FALSE(matches_glob("chat:*", "chat"));
  EXPECT_TRUE(matches_glob("*:tea*", "chat:tea:chat:tea"));
  EXPECT_FALSE(matches_glob("*:tea", "chat:tea:milk"));
  EXPECT_TRUE(matches_glob("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_glob("a*b*c", "a-b-b"));
  EXPECT_TRUE(matches_glob("r?om", "room"));
  EXPECT_FALSE(matches_glob("r?om", "rom"));
  EXPECT_TRUE(matches_glob("r[a-p]om[12]", "room1"));
  EXPECT_FALSE(matches_glob("room[!12]", "room2"));
  EXPECT_TRUE(matches_glob("room[!12]", "room3"));
  EXPECT_FALSE(matches_glob("", "room"));
}

TEST(Glob, CharactersAreNotBytes) {
  EXPECT_TRUE(matches_glob("茶?", "茶室"));
  EXPECT_TRUE(matches_glob("[一-龥]室", "茶室"));
  EXPECT_FALSE(matches_glob("??", "茶"));
}

TEST(Glob, SpecialCharactersCanBeMeantLiterally) {
  EXPECT_TRUE(matches_glob("a\\*", "a*"));
  EXPECT_FALSE(matches_glob("a\\*", "ab"));
  EXPECT_TRUE(matches_glob("a[", "a["));
  EXPECT_TRUE(matches_glob("a\\", "a\\"));
  EXPECT_TRUE(matches_glob("[a-]", "-"));
}

TEST(Glob, ManyStarsDoNotExplode) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(10'000, 'a')));
}

}  // namespace
}  // namespace parley::api
