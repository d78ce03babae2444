#include "base/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace parley {
namespace {

TEST(ErrorCatalogue, HasEachNumberAndNameOnce) {
  std::set<Errc> codes;
  std::set<std::string_view> names;
  for (const ErrorInfo& info : error_catalogue()) {
    EXPECT_TRUE(codes.insert(info.code).second) << info.name;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(&error_info(info.code), &info);
  }
}

TEST(ErrorCatalogue, IsReadableByPeopleAndPrograms) {
  for (const ErrorInfo& info : error_catalogue()) {
    EXPECT_TRUE(std::ranges::all_of(info.name, [](char c) {
      return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
    })) << info.name;
    EXPECT_TRUE(info.meaning.ends_with('.')) << info.name;
    EXPECT_EQ(info.meaning.find('|'), std::string_view::npos)
        << "would break the table: " << info.name;
  }
}

TEST(ErrorCatalogue, SpeaksHttpAndWebSocket) {
  for (const ErrorInfo& info : error_catalogue()) {
    EXPECT_TRUE(info.http_status == 0 || (info.http_status >= 400 && info.http_status <= 599))
        << info.name;
    const auto close = info.close_code;
    EXPECT_TRUE(
        close == 0 ||
        (close >= 1001 && close <= 1014 && close != 1004 && close != 1005 && close != 1006) ||
        (close >= 4000 && close <= 4999))
        << info.name;
  }
}

TEST(ErrorCatalogue, GroupsByOrigin) {
  for (const ErrorInfo& info : error_catalogue()) {
    const int hundred = static_cast<int>(info.code) / 100;
    EXPECT_EQ(info.name.starts_with("http_"), hundred == 2) << info.name;
    EXPECT_EQ(info.name.starts_with("ws_"), hundred == 3) << info.name;
  }
}

// Numbers are a promise to clients; a change here is a break of that promise.
TEST(ErrorCatalogue, NeverChangesNumbers) {
  EXPECT_EQ(static_cast<int>(Errc::bad_message), 101);
  EXPECT_EQ(static_cast<int>(Errc::overloaded), 108);
  EXPECT_EQ(static_cast<int>(Errc::http_bad_request), 201);
  EXPECT_EQ(static_cast<int>(Errc::http_internal), 213);
  EXPECT_EQ(static_cast<int>(Errc::ws_protocol_error), 301);
  EXPECT_EQ(static_cast<int>(Errc::ws_bad_deflate), 306);
  EXPECT_EQ(static_cast<int>(Errc::slow_consumer), 401);
  EXPECT_EQ(static_cast<int>(Errc::idle_timeout), 406);
  EXPECT_EQ(static_cast<int>(Errc::config_invalid), 901);
}

TEST(ErrorCatalogueDeathTest, HasNoUnknownCode) {
  EXPECT_DEATH(error_info(static_cast<Errc>(999)), "catalogue");
}

TEST(Result, CarriesAValueOrACode) {
  const Result<int> value = 5;
  const Result<int> error = Errc::io_error;
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(*value, 5);
  ASSERT_TRUE(error.has_error());
  EXPECT_EQ(error.error(), Errc::io_error);
  EXPECT_LE(sizeof(Result<int>), 8U) << "returned in a register";
}

}  // namespace
}  // namespace parley
