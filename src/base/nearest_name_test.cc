#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

TEST(NearestName, CountsSwapsAndRefusesStrangers) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("liimts", "limits"), 1);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  const std::vector<std::string> names = {"serve", "demo"};
  EXPECT_EQ(nearest_name("srve", names), "serve");
  EXPECT_EQ(nearest_name("version", names), "");
  EXPECT_EQ(nearest_name("x", names), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 's'), names), "");
}

}  // namespace
}  // namespace parley
