#include "auth/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::auth {
namespace {

using testing::ElementsAre;

template <class Claims>
Claims claims_of(ByteView text) {
  Claims claims;
  ValidityClaims validity;
  ByteView fault;
  const auto refused = parse_claims(text, claims, validity, fault);
  EXPECT_EQ(refused, std::nullopt) << fault << text;
  return claims;
}

// The fault of a claim, or the name of the refusal.
template <class Claims = ConnectionClaims>
std::string fault_of(ByteView text) {
  Claims claims;
  ValidityClaims validity;
  ByteView fault;
  const auto refused = parse_claims(text, claims, validity, fault);
  if (!refused) return "none";
  EXPECT_EQ(*refused == Refusal::bad_claim, !fault.empty());
  return std::string(fault.empty() ? refusal_info(*refused).name : fault);
}

TEST(Claims, OfAConnection) {
  const auto claims = claims_of<ConnectionClaims>(
      R"({"sub":"张三","exp":1800000100.75,"iat":1800000000,"jti":"t1","info":{ "name" : "Z\n" },)"
      R"("meta":[1, 2.5],"channels":["news","a:b"],"unknown":{"y":[1]}})");
  EXPECT_EQ(claims.user, "张三");
  EXPECT_EQ(claims.expires_at, 1'800'000'100);
  EXPECT_EQ(claims.issued_at, 1'800'000'000);
  EXPECT_EQ(claims.id, "t1");
  EXPECT_EQ(claims.info, R"({"name":"Z\n"})");
  EXPECT_EQ(claims.meta, "[1,2.5]");
  EXPECT_THAT(claims.channels, ElementsAre("news", "a:b"));
}

TEST(Claims, MayBeAbsent) {
  const auto claims = claims_of<ConnectionClaims>("{}");
  EXPECT_EQ(claims.user, "");
  EXPECT_EQ(claims.expires_at, std::nullopt);
  EXPECT_EQ(claims.info, "");
  EXPECT_TRUE(claims.channels.empty() && claims.subs.empty());
  EXPECT_EQ(claims_of<ConnectionClaims>(R"({"info":null,"meta":null,"subs":null})").info, "");
}

TEST(Claims, ExpireAtRulesTheConnection) {
  const auto end_of = [](ByteView text) {
    return claims_of<ConnectionClaims>(text).expires_at.value_or(-1);
  };
  EXPECT_EQ(end_of(R"({"exp":100})"), 100);
  EXPECT_EQ(end_of(R"({"exp":100,"expire_at":200})"), 200);
  EXPECT_EQ(end_of(R"({"exp":100,"expire_at":0})"), -1);
  EXPECT_EQ(end_of(R"({"expire_at":200})"), 200);
}

TEST(Claims, InfoMayBeBase64OfJson) {
  const auto info_of = [](ByteView decoded) {
    return R"({"info":1,"b64info":")" + base64_encode(decoded) + R"("})";
  };
  EXPECT_EQ(claims_of<ConnectionClaims>(info_of(R"({"a": "b"})")).info, R"({"a":"b"})");
  EXPECT_EQ(claims_of<ConnectionClaims>(info_of("7")).info, "7");
  for (const std::string& text :
       {info_of("not JSON"), info_of(""), info_of("\xff"), std::string(R"({"b64info":"a"})"),
        std::string(R"({"b64info":7})"), std::string(R"({"b64info":"e30"})")}) {
    EXPECT_EQ(fault_of(text), "b64info is not base64 of JSON") << text;
  }
}

TEST(Claims, SubsHaveOptions) {
  const auto claims = claims_of<ConnectionClaims>(
      R"({"subs":{"a":{},"b":{"info":{"x":1},"b64data":"eyJ5IjoyfQ==","override":{)"
      R"("presence":{"value":true},"join_leave":{"value":false},"force_recovery":null,)"
      R"("force_push_join_leave":{"value":true},"other":7}}}})");
  ASSERT_EQ(claims.subs.size(), 2);
  EXPECT_EQ(claims.subs[0].first, "a");
  EXPECT_EQ(claims.subs[0].second.overrides.presence, std::nullopt);
  const SubscriptionOptions& options = claims.subs[1].second;
  EXPECT_EQ(options.info, R"({"x":1})");
  EXPECT_EQ(options.data, R"({"y":2})");
  EXPECT_EQ(options.overrides.presence, true);
  EXPECT_EQ(options.overrides.join_leave, false);
  EXPECT_EQ(options.overrides.force_recovery, std::nullopt);
  EXPECT_EQ(options.overrides.force_positioning, std::nullopt);
  EXPECT_EQ(options.overrides.force_push_join_leave, true);
}

TEST(Claims, OfASubscription) {
  const auto claims = claims_of<SubscriptionClaims>(
      R"({"sub":"ann","channel":"$vip","client":"c1","exp":100,"expire_at":0,"info":[1],)"
      R"("data":"d","override":{"force_positioning":{"value":true}}})");
  EXPECT_EQ(claims.user, "ann");
  EXPECT_EQ(claims.channel, "$vip");
  EXPECT_EQ(claims.client, "c1");
  EXPECT_EQ(claims.expires_at, std::nullopt);
  EXPECT_EQ(claims.options.info, "[1]");
  EXPECT_EQ(claims.options.data, R"("d")");
  EXPECT_EQ(claims.options.overrides.force_positioning, true);

  EXPECT_EQ(fault_of<SubscriptionClaims>(R"({"sub":"ann"})"), "channel is missing");
  EXPECT_EQ(fault_of<SubscriptionClaims>(R"({"channel":""})"), "channel is missing");
  EXPECT_EQ(fault_of<SubscriptionClaims>(R"({"channel":7})"), "channel is not a string");
  EXPECT_EQ(fault_of<SubscriptionClaims>(R"({"channel":"a","client":7})"),
            "client is not a string");
}

TEST(Claims, ThatAreNotWhatTheySayAreRefused) {
  const std::pair<ByteView, ByteView> cases[] = {
      {R"({"sub":7})", "sub is not a string"},
      {R"({"sub":null})", "sub is not a string"},
      {R"({"exp":"1800000100"})", "exp is not a time in seconds"},
      {R"({"exp":null})", "exp is not a time in seconds"},
      {R"({"exp":1e300})", "exp is not a time in seconds"},
      {R"({"exp":18446744073709551615})", "exp is not a time in seconds"},
      {R"({"nbf":-9223372036854775808})", "nbf is not a time in seconds"},
      {R"({"nbf":true})", "nbf is not a time in seconds"},
      {R"({"iat":"x"})", "iat is not a time in seconds"},
      {R"({"expire_at":"0"})", "expire_at is not a time in seconds"},
      {R"({"jti":7})", "jti is not a string"},
      {R"({"iss":7})", "iss is not a string"},
      {R"({"aud":7})", "aud is not a string or a list of strings"},
      {R"({"aud":["a",7]})", "aud is not a string or a list of strings"},
      {R"({"channels":"a"})", "channels is not a list of strings"},
      {R"({"channels":[7]})", "channels is not a list of strings"},
      {R"({"subs":["a"]})", "subs does not map channels to objects, each channel once"},
      {R"({"subs":{"a":7}})", "subs does not map channels to objects, each channel once"},
      {R"({"subs":{"a":{},"a":{}}})", "subs does not map channels to objects, each channel once"},
      {R"({"subs":{"a":{"info":1,"info":2}}})",
       "subs does not map channels to objects, each channel once"},
      {R"({"subs":{"a":{"override":7}}})", "override is not an object"},
      {R"({"subs":{"a":{"override":{"presence":true}}}})",
       "override does not map a known rule to {\"value\": true or false}"},
      {R"({"subs":{"a":{"override":{"presence":{"value":1}}}}})",
       "override does not map a known rule to {\"value\": true or false}"},
      {R"({"subs":{"a":{"b64data":7}}})", "b64data is not base64 of JSON"},
      {R"({"sub":"ann","sub":"bob"})", "duplicate_member"},
      {R"({"x":1,"x":2})", "duplicate_member"},
      {R"({"sub":"ann")", "claims_not_json"},
      {R"({"sub":"ann"} x)", "claims_not_json"},
      {"{\"sub\":\"\xff\"}", "claims_not_json"},
      {R"("ann")", "claims_not_json"},
      {"", "claims_not_json"},
  };
  for (const auto& [text, fault] : cases) EXPECT_EQ(fault_of(text), fault) << text;
  EXPECT_EQ(fault_of(std::string(3000, '[')), "claims_not_json");
}

}  // namespace
}  // namespace parley::auth
