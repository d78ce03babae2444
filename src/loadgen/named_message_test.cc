#include "loadgen/named_message.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr MessageName kName{3, 44};

TEST(NamedMessage, IsRecognisedInItsChannel) {
  const std::string message = named_message(1, "mem:a", kName);
  EXPECT_TRUE(message.starts_with(R"({"id":"p3-44","in":"mem:a","body":")")) << message;
  EXPECT_EQ(recognise(1, "mem:a", message), kName);
}

TEST(NamedMessage, AnyOtherByteMakesItAPhantom) {
  const std::string message = named_message(1, "mem:a", kName);
  for (std::size_t i = 0; i < message.size(); ++i) {
    std::string changed = message;
    changed[i] = changed[i] == '7' ? '8' : '7';
    EXPECT_EQ(recognise(1, "mem:a", changed), std::nullopt) << changed;
    EXPECT_EQ(recognise(1, "mem:a", message.substr(0, i)), std::nullopt);
  }
  EXPECT_EQ(recognise(1, "mem:a", message + " "), std::nullopt);
}

TEST(NamedMessage, IsNotTakenForThatOfAnotherChannelOrRun) {
  const std::string message = named_message(1, "mem:a", kName);
  EXPECT_EQ(recognise(1, "mem:b", message), std::nullopt);
  EXPECT_EQ(recognise(2, "mem:a", message), std::nullopt);
}

}  // namespace
}  // namespace parley::loadgen
