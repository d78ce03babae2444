#include "files/file_name.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::files {
namespace {

TEST(FileName, IsKeptInAnyScript) {
  for (const char* name : {"cat.png", "猫的照片.png", "Ünïcödé file (1).tar.gz", "صورة.jpg",
                           "😀.gif", "100% \"sure\".txt"}) {
    EXPECT_EQ(clean_file_name(name), name);
  }
}

TEST(FileName, LosesPathsControlsAndTurnsOfDirection) {
  const std::pair<const char*, const char*> cases[] = {
      {"/etc/passwd", "passwd"},
      {"C:\\Users\\ann\\cat.png", "cat.png"},
      {"../../x", "x"},
      {"a\r\nb\x7F.txt", "ab.txt"},
      {"photo\u202Egnp.exe", "photognp.exe"},
      {"a\u2066b\u200F\u0085c\u2028.txt", "abc.txt"},
      {"a\u061Cb.txt", "ab.txt"},
      {"  .hidden. ", "hidden"},
      {"", "file"},
      {"...", "file"},
      {"folder/", "file"},
      {"\xFF\xFE", "file"},
  };
  for (const auto& [given, clean] : cases) EXPECT_EQ(clean_file_name(given), clean) << given;
}

TEST(FileName, IsCutBetweenCharactersAndKeepsItsEnding) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "猫";
  const std::string cut = clean_file_name(name + ".jpeg");
  EXPECT_LE(cut.size(), 200U);
  EXPECT_GT(cut.size(), 190U);
  EXPECT_TRUE(cut.ends_with("猫.jpeg"));
  EXPECT_TRUE(is_valid_utf8(cut));
  EXPECT_EQ(clean_file_name(std::string(500, 'a')).size(), 200U);
}

TEST(FileName, StandsInContentDispositionForOldAndNewClients) {
  EXPECT_EQ(content_disposition("cat.png", true), R"(inline; filename="cat.png")");
  EXPECT_EQ(content_disposition("猫.pdf", false),
            R"(attachment; filename="_.pdf"; filename*=UTF-8''%E7%8C%AB.pdf)");
  EXPECT_EQ(content_disposition(R"(a"b\c%d)", false),
            R"(attachment; filename="a_b_c_d"; filename*=UTF-8''a%22b%5Cc%25d)");
}

}  // namespace
}  // namespace parley::files
