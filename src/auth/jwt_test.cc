#include "auth/jwt.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::auth {
namespace {

// The name of the refusal, or "parsed".
std::string outcome(ByteView text) {
  UnverifiedToken token;
  const auto refused = parse_token(text, token);
  return refused ? std::string(refusal_info(*refused).name) : "parsed";
}

std::string with_header(ByteView header) { return outcome(base64url_encode(header) + ".e30.c2ln"); }

TEST(Jwt, TakesATokenApart) {
  const std::string text =
      base64url_encode(R"({"typ":"JWT","alg":"ES384","kid":"k\u00fc"})") + ".e30.c2ln";
  UnverifiedToken token;
  ASSERT_EQ(parse_token(text, token), std::nullopt);
  EXPECT_EQ(token.algorithm, Algorithm::es384);
  EXPECT_EQ(token.key_id, "kü");
  EXPECT_EQ(token.signed_part, text.substr(0, text.rfind('.')));
  EXPECT_EQ(token.claims, "e30");
  EXPECT_EQ(token.signature, "sig");
}

TEST(Jwt, KnowsEveryAlgorithmByItsExactName) {
  for (const AlgorithmInfo& each : algorithms()) {
    EXPECT_EQ(with_header(R"({"alg":")" + std::string(each.name) + R"("})"), "parsed") << each.name;
    EXPECT_EQ(algorithm_info(each.algorithm).name, each.name);
  }
  for (const ByteView name : {"PS256", "ES256K", "hs256", "HS256 ", "HS1", "A128KW", "dir", ""}) {
    EXPECT_EQ(with_header(R"({"alg":")" + std::string(name) + R"("})"), "unknown_algorithm")
        << name;
  }
  EXPECT_EQ(with_header("{}"), "unknown_algorithm");
}

TEST(Jwt, AnUnsignedTokenIsNamedSo) {
  for (const ByteView name : {"none", "None", "NONE", "nOnE"}) {
    EXPECT_EQ(with_header(R"({"alg":")" + std::string(name) + R"("})"), "unsigned_token");
  }
  EXPECT_EQ(outcome(base64url_encode(R"({"alg":"none"})") + ".e30."), "unsigned_token");
}

TEST(Jwt, RefusesHeadersThatAreNotWhatTheySay) {
  const std::pair<ByteView, ByteView> cases[] = {
      {R"({"alg":"HS256","alg":"none"})", "duplicate_member"},
      {R"({"alg":"HS256","\u0061lg":"HS256"})", "duplicate_member"},
      {R"({"alg":"HS256","x":1,"x":1})", "duplicate_member"},
      {R"({"alg":"HS256","crit":["exp"],"exp":1})", "critical_extension"},
      {R"({"alg":"HS256","crit":[]})", "critical_extension"},
      {R"({"alg":["HS256"]})", "bad_header"},
      {R"({"alg":null})", "bad_header"},
      {R"({"alg":"HS256","kid":7})", "bad_header"},
      {R"(["HS256"])", "bad_header"},
      {R"("HS256")", "bad_header"},
      {R"({"alg":"HS256")", "bad_header"},
      {R"({"alg":"HS256"} x)", "bad_header"},
      {"{\"alg\":\"HS256\",\"x\":\"\xff\"}", "bad_header"},
      {"", "bad_header"},
  };
  for (const auto& [header, name] : cases) EXPECT_EQ(with_header(header), name) << header;
  EXPECT_EQ(with_header(std::string(3000, '[')), "bad_header");
}

TEST(Jwt, IgnoresWhatElseAHeaderNames) {
  EXPECT_EQ(with_header(R"({"alg":"HS256","jku":"https://evil.example/k","jwk":{"kty":"oct"}})"),
            "parsed");
}

TEST(Jwt, HasThreePartsOfStrictBase64url) {
  const std::string header = base64url_encode(R"({"alg":"HS256"})");
  EXPECT_EQ(outcome(""), "no_token");
  for (const ByteView text : {"xxxx", "a.b", "a.b.c.d", "...", "."}) {
    EXPECT_EQ(outcome(text), "not_three_parts") << text;
  }
  EXPECT_EQ(outcome(".."), "bad_header");
  EXPECT_EQ(outcome(header + "=.e30.c2ln"), "not_base64url");
  EXPECT_EQ(outcome(" " + header + ".e30.c2ln"), "not_base64url");
  EXPECT_EQ(outcome(header + ".e30.c2ln\n"), "not_base64url");
  EXPECT_EQ(outcome(header + ".e30.c2l/"), "not_base64url");
  // Two unused bits of the last letter are set: the same bytes in a second spelling.
  EXPECT_EQ(outcome(header + ".e30.c2k"), "parsed");
  EXPECT_EQ(outcome(header + ".e30.c2l"), "not_base64url");
}

TEST(Jwt, HasABoundedLength) {
  const std::string head = base64url_encode(R"({"alg":"HS256"})") + ".e30.";
  EXPECT_EQ(outcome(head + std::string(kMaxTokenBytes - head.size() - 3, 'A')), "parsed");
  EXPECT_EQ(outcome(head + std::string(kMaxTokenBytes - head.size() + 1, 'A')), "too_long");
  EXPECT_EQ(outcome(head + std::string(1 << 20, 'A')), "too_long");
}

TEST(Jwt, ListsMembersForTools) {
  const auto members = list_members(base64url_encode(R"({"sub":"ann","exp":1,"a":{ "b":[] }})"));
  ASSERT_TRUE(members && members->size() == 3);
  EXPECT_EQ((*members)[0].name, "sub");
  EXPECT_EQ((*members)[0].json, R"("ann")");
  EXPECT_EQ((*members)[2].json, R"({"b":[]})");
  EXPECT_FALSE(list_members("e3").has_value());
  EXPECT_FALSE(list_members(base64url_encode("[]")).has_value());
}

TEST(Refusal, HasANameAndATextOfItsOwn) {
  for (auto i = 0; i <= static_cast<int>(Refusal::expired); ++i) {
    const RefusalInfo& info = refusal_info(static_cast<Refusal>(i));
    EXPECT_EQ(static_cast<int>(info.refusal), i);
    for (auto j = 0; j < i; ++j) {
      EXPECT_NE(refusal_info(static_cast<Refusal>(j)).name, info.name);
      EXPECT_NE(refusal_info(static_cast<Refusal>(j)).text, info.text);
    }
  }
}

}  // namespace
}  // namespace parley::auth
