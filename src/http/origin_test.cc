#include "http/origin.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/authority.h"
#include "http/test_requests.h"

namespace parley::http {
namespace {

ParsedRequest from(const std::string& host, const std::string& origin,
                   const std::string& method = "GET", const std::string& headers = "") {
  return ParsedRequest(method + " /echo HTTP/1.1\r\nHost: " + host + "\r\n" +
                       (origin.empty() ? "" : "Origin: " + origin + "\r\n") + headers + "\r\n");
}

struct Case {
  std::string host;
  std::string origin;
  bool tls;
  bool allowed;
};

TEST(OriginRules, AllowTheServersOwnOrigin) {
  const Case kCases[] = {
      {"a.example", "", false, true},
      {"a.example", "http://a.example", false, true},
      {"A.example", "HTTP://a.EXAMPLE", false, true},
      {"a.example:80", "http://a.example", false, true},
      {"a.example", "http://a.example:80", false, true},
      {"a.example", "https://a.example", true, true},
      {"a.example:443", "https://a.example", true, true},
      {"a.example:8000", "http://a.example:8000", false, true},
      {"127.0.0.1:8000", "http://127.0.0.1:8000", false, true},
      {"[::1]:8000", "http://[::1]:8000", false, true},

      {"a.example", "https://a.example", false, false},
      {"a.example", "http://a.example", true, false},
      {"a.example:8000", "http://a.example", false, false},
      {"a.example", "http://a.example:8000", false, false},
      {"a.example:443", "http://a.example", false, false},
      {"localhost:8000", "http://127.0.0.1:8000", false, false},
      {"a.example", "http://b.example", false, false},
      {"a.example", "http://a.example.evil", false, false},
      {"a.example", "http://evil-a.example", false, false},
      {"a.example", "http://sub.a.example", false, false},
      {"a.example", "http://a.example@evil", false, false},
      {"a.example", "http://evil/a.example", false, false},
      {"a.example", "http://a.example/", false, false},
      {"a.example", "null", false, false},
      {"a.example", "a.example", false, false},
      {"a.example", "ws://a.example", false, false},
      {"a.example", "http://", false, false},
      {"a.example", "http://a.example http://a.example", false, false},
  };
  const OriginRules rules({});
  for (const Case& item : kCases) {
    const auto request = from(item.host, item.origin);
    EXPECT_EQ(rules.allows(*request, Peer{.address = "", .tls = item.tls}), item.allowed)
        << item.host << " " << item.origin;
  }
}

TEST(OriginRules, AllowExactlyTheListed) {
  const OriginRules rules({"https://App.example:8443", "http://b.example/", "app://desk", "null"});
  const std::pair<std::string, bool> kCases[] = {
      {"https://app.example:8443", true},
      {"HTTPS://APP.EXAMPLE:8443", true},
      {"http://b.example", true},
      {"http://b.example:80", true},
      {"app://desk", true},
      {"null", true},
      {"https://app.example", false},
      {"http://app.example:8443", false},
      {"https://app.example:84431", false},
      {"https://xapp.example:8443", false},
      {"https://b.example", false},
      {"app://desk2", false},
      {"*", false},
  };
  for (const auto& [origin, allowed] : kCases) {
    EXPECT_EQ(rules.allows(*from("a.example", origin), Peer{}), allowed) << origin;
  }
}

TEST(OriginRules, AnyMustBeListed) {
  const OriginRules any({"*"});
  EXPECT_TRUE(any.allows(*from("a.example", "https://b.example"), Peer{}));
  EXPECT_FALSE(
      OriginRules({"https://*.example"}).allows(*from("a.example", "https://b.example"), Peer{}));
}

TEST(OriginRules, RefuseTwoOrigins) {
  const OriginRules rules({"http://b.example"});
  const auto request = from("a.example", "http://a.example", "GET", "Origin: http://a.example\r\n");
  EXPECT_FALSE(rules.allows(*request, Peer{}));
}

TEST(OriginRules, WithoutHostNoOriginIsTheServersOwn) {
  const ParsedRequest request("GET / HTTP/1.0\r\nOrigin: http://a.example\r\n\r\n");
  EXPECT_FALSE(OriginRules({}).allows(*request, Peer{}));
}

TEST(OriginRules, LetListedPagesReadResponses) {
  const OriginRules rules({"https://b.example"});
  Response response;
  rules.add_cors(*from("a.example", "https://b.example"), response);
  EXPECT_EQ(header_of(response, "access-control-allow-origin"), "https://b.example");
  EXPECT_EQ(header_of(response, "access-control-allow-credentials"), "true");
  EXPECT_EQ(header_of(response, "vary"), "Origin");

  Response other;
  rules.add_cors(*from("a.example", "https://c.example"), other);
  EXPECT_EQ(header_of(other, "access-control-allow-origin"), "");
  EXPECT_EQ(header_of(other, "vary"), "Origin") << "a cache must not give this to b.example";

  Response plain;
  OriginRules({}).add_cors(*from("a.example", "https://c.example"), plain);
  EXPECT_TRUE(plain.headers.empty());

  Response any;
  OriginRules({"*"}).add_cors(*from("a.example", "https://c.example"), any);
  EXPECT_EQ(header_of(any, "access-control-allow-origin"), "*");
  EXPECT_EQ(header_of(any, "access-control-allow-credentials"), "");
}

TEST(OriginRules, AnswerPreflights) {
  const OriginRules rules({"https://b.example"});
  const std::string wish =
      "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-token, x-id\r\n";
  const auto yes =
      rules.preflight(*from("a.example", "https://b.example", "OPTIONS", wish), Peer{});
  ASSERT_TRUE(yes.has_value());
  EXPECT_EQ(yes->status, 204);
  EXPECT_EQ(header_of(*yes, "access-control-allow-origin"), "https://b.example");
  EXPECT_EQ(header_of(*yes, "access-control-allow-headers"), "x-token, x-id");
  EXPECT_EQ(header_of(*yes, "access-control-max-age"), "300");
  EXPECT_EQ(header_of(*yes, "vary"), "Origin");

  const auto no = rules.preflight(*from("a.example", "https://c.example", "OPTIONS", wish), Peer{});
  ASSERT_TRUE(no.has_value());
  EXPECT_EQ(no->status, 403);
  EXPECT_EQ(header_of(*no, "access-control-allow-origin"), "");

  EXPECT_FALSE(rules.preflight(*from("a.example", "https://b.example", "GET", wish), Peer{}));
  EXPECT_FALSE(rules.preflight(*from("a.example", "https://b.example", "OPTIONS"), Peer{}));
  EXPECT_FALSE(rules.preflight(*from("a.example", "", "OPTIONS", wish), Peer{}));
}

TEST(OriginRules, PreflightsRepeatOnlyBoundedTokens) {
  const OriginRules rules({"https://b.example"});
  const std::string method = "Access-Control-Request-Method: POST\r\n";
  for (const std::string& headers : {std::string("a b"), std::string(1025, 'a')}) {
    const auto answer =
        rules.preflight(*from("a.example", "https://b.example", "OPTIONS",
                              method + "Access-Control-Request-Headers: " + headers + "\r\n"),
                        Peer{});
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(header_of(*answer, "access-control-allow-headers"), "");
  }
}

TEST(Host, IsALoopbackNameOnlyIfItSaysSo) {
  const std::pair<std::string, bool> kCases[] = {
      {"localhost", true},        {"LocalHost:8000", true},  {"127.0.0.1", true},
      {"127.0.0.1:8000", true},   {"127.255.1.2:1", true},   {"[::1]", true},
      {"[::1]:8000", true},       {"localhost.evil", false}, {"evil.localhost", false},
      {"127.0.0.1.evil", false},  {"127.0.0", false},        {"127.0.0.256", false},
      {"127.0.0.1.", false},      {"128.0.0.1", false},      {"1127.0.0.1", false},
      {"rebound.example", false}, {"[::2]", false},          {"0.0.0.0", false},
      {"127...1", false},
  };
  for (const auto& [host, loopback] : kCases) {
    EXPECT_EQ(host_is_loopback_name(*from(host, "")), loopback) << host;
  }
  EXPECT_FALSE(host_is_loopback_name(*ParsedRequest("GET / HTTP/1.0\r\n\r\n")));
}

TEST(Authority, HasAHostAndAPort) {
  const auto full = parse_authority("[::1]:8000");
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->host, "[::1]");
  EXPECT_EQ(full->port, 8000);
  EXPECT_EQ(parse_authority("a-b_c.example")->port, std::nullopt);
  EXPECT_EQ(parse_authority("[::1]:")->port, std::nullopt);
  for (const char* bad : {"", ":80", "a:b", "a:80:80", "a:000080", "[]", "a]", "[::1", "a%41"}) {
    EXPECT_FALSE(parse_authority(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_authority(std::string(256, 'a')).has_value());
  EXPECT_EQ(canonical_origin("HTTPS", "A.example"), "https://a.example:443");
  EXPECT_EQ(canonical_origin("ftp", "a.example"), std::nullopt);
}

// Without tokens: a development server, and an insecure listener of any other.
constexpr std::pair<OwnPages, bool> kWithoutTokens[] = {{OwnPages::on_loopback, false},
                                                        {OwnPages::on_any_host, true}};

TEST(OriginRules, WithoutTokensOnlyPagesOfLoopbackNamesAreOurOwn) {
  for (const auto& [own, insecure] : kWithoutTokens) {
    const OriginRules rules({"https://app.example"}, own);
    const auto allows = [&, insecure = insecure](const char* host, const char* origin) {
      Request request;
      request.headers = {{"Host", host}, {"Origin", origin}};
      return rules.allows(request, Peer{"127.0.0.1", false, true, insecure});
    };
    EXPECT_TRUE(allows("localhost:8000", "http://localhost:8000"));
    EXPECT_TRUE(allows("127.0.0.1:8000", "http://127.0.0.1:8000"));
    EXPECT_FALSE(allows("evil.example:8000", "http://evil.example:8000"));
    EXPECT_TRUE(allows("127.0.0.1:8000", "https://app.example"));
  }
}

TEST(OriginRules, WithoutTokensAReboundNameIsToldNothing) {
  const auto allows = [](const char* host, bool loopback, OwnPages own, bool insecure = false) {
    const OriginRules rules({"https://app.example", "http://alias.test:8000"}, own);
    Request request;
    if (host != nullptr) request.headers = {{"Host", host}};
    return rules.allows(request, Peer{"127.0.0.1", false, loopback, insecure});
  };
  const std::pair<const char*, bool> kCases[] = {
      {nullptr, true},           {"localhost:8000", true},  {"LOCALHOST", true},
      {"127.0.0.1:8000", true},  {"[::1]:8000", true},      {"192.168.1.7:8000", true},
      {"[fe80::1]:8000", true},  {"app.example", true},     {"alias.test:8000", true},
      {"alias.test:1", false},   {"evil.example", false},   {"evil.example:8000", false},
      {"127.0.0.1.evil", false}, {"localhost.evil", false}, {"1.2.3.4.5", false},
      {"1.2.3", false},          {"256.1.1.1", false},
  };
  for (const auto& [host, allowed] : kCases) {
    for (const auto& [own, insecure] : kWithoutTokens) {
      EXPECT_EQ(allows(host, true, own, insecure), allowed) << (host ? host : "none");
    }
    EXPECT_TRUE(allows(host, false, OwnPages::on_loopback)) << "from another machine";
    EXPECT_TRUE(allows(host, true, OwnPages::on_any_host)) << "tokens protect";
  }
}

}  // namespace
}  // namespace parley::http
