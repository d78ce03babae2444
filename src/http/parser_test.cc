#include "http/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::http {
namespace {

using State = RequestParser::State;

const ParserLimits kLimits{
    .request_line_bytes = 100, .header_bytes = 400, .header_count = 8, .body_bytes = 64};

std::string request(const std::string& line, const std::string& headers = "",
                    const std::string& body = "") {
  return line + " HTTP/1.1\r\nHost: a.example\r\n" + headers + "\r\n" + body;
}

std::string post(const std::string& headers, const std::string& body) {
  return request("POST /", headers, body);
}

std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

// Status of the refusal; 200 if the request is complete, 0 if it is not.
int status_of(const Result<State>& state) {
  if (!state.has_value()) return error_info(state.error()).http_status;
  return *state == State::complete ? 200 : 0;
}

int outcome_whole(const std::string& bytes, ParseFault* fault = nullptr) {
  RequestParser parser(kLimits);
  std::size_t consumed = 0;
  return status_of(parser.feed(bytes, consumed, fault));
}

int outcome_by_byte(const std::string& bytes) {
  RequestParser parser(kLimits);
  for (const char c : bytes) {
    std::size_t consumed = 0;
    const auto state = parser.feed({&c, 1}, consumed);
    if (status_of(state) != 0) return status_of(state);
    EXPECT_EQ(consumed, 1U);
  }
  return 0;
}

struct Case {
  std::string name;
  std::string bytes;
  int status;
};

const std::vector<Case>& cases() {
  static const std::string kNul(1, '\0');
  static const std::vector<Case> kCases = {
      // Plain good ones, so that the rules do not refuse too much.
      {"get", request("GET /echo?message=hi"), 200},
      {"leading_empty_line", "\r\n" + request("GET /"), 200},
      {"http10_without_host", "GET / HTTP/1.0\r\n\r\n", 200},
      {"unknown_method", request("BREW /pot"), 200},
      {"tab_in_value", request("GET /", "X: a\tb\r\n"), 200},
      {"obs_text_in_value", request("GET /", "X: \xE4\xBD\xA0\r\n"), 200},
      {"empty_value", request("GET /", "X:\r\n"), 200},
      {"content_length", post("Content-Length: 3\r\n", "abc"), 200},
      {"content_length_zero", post("Content-Length: 0\r\n", ""), 200},
      {"chunks", chunked("3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n"), 200},
      {"trailers", chunked("0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"), 200},
      {"sixteen_digit_chunk", chunked("0000000000000003\r\nabc\r\n0\r\n\r\n"), 200},
      {"options_asterisk", request("OPTIONS *"), 200},
      {"absolute_form", request("GET http://A.example:80/x"), 200},
      {"ipv6_host", "GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n", 200},
      {"host_with_empty_port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", 200},

      // Two ideas of where the request ends.
      {"length_and_chunked",
       post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"chunked_and_length",
       post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400},
      {"two_lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400},
      {"same_length_twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
      {"length_list", post("Content-Length: 3, 3\r\n", "abc"), 400},
      {"length_plus", post("Content-Length: +3\r\n", "abc"), 400},
      {"length_minus", post("Content-Length: -3\r\n", "abc"), 400},
      {"length_space", post("Content-Length: 3 3\r\n", "abc"), 400},
      {"length_hex", post("Content-Length: 0x3\r\n", "abc"), 400},
      {"length_empty", post("Content-Length:\r\n", ""), 400},
      {"length_2_to_the_64", post("Content-Length: 18446744073709551616\r\n", "abc"), 400},
      {"length_beyond", post("Content-Length: 99999999999999999999999\r\n", "abc"), 400},
      {"coding_gzip_chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"coding_chunked_gzip", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
      {"coding_identity", post("Transfer-Encoding: identity\r\n", ""), 400},
      {"coding_xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
      {"coding_quoted", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400},
      {"coding_parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400},
      {"coding_vertical_tab",
       post("Transfer-Encoding: \x0B"
            "chunked\r\n",
            "0\r\n\r\n"),
       400},
      {"coding_twice",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"coding_second_unknown",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n", "0\r\n\r\n"), 400},
      {"coding_unknown_and_length",
       post("Transfer-Encoding: chunked, chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400},
      {"coding_in_http10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},

      // Line discipline.
      {"bare_lf_after_request_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare_lf_after_header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"bare_lf_ends_head", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"bare_cr_in_value", request("GET /", "X: a\rb\r\n"), 400},
      {"bare_cr_in_request_line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"cr_cr_lf", request("GET /", "X: a\r\r\n"), 400},
      {"obs_fold", request("GET /", "X: a\r\n b\r\n"), 400},
      {"obs_fold_tab", request("GET /", "X: a\r\n\tb\r\n"), 400},
      {"fold_before_first_header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"two_leading_empty_lines", "\r\n\r\n" + request("GET /"), 400},
      {"leading_space", " " + request("GET /"), 400},

      // Header syntax.
      {"space_before_colon", request("GET /", "X : a\r\n"), 400},
      {"no_colon", request("GET /", "X\r\n"), 400},
      {"empty_name", request("GET /", ": a\r\n"), 400},
      {"name_not_token", request("GET /", "X(y): a\r\n"), 400},
      {"name_not_ascii", request("GET /", "X\xC3\xA9: a\r\n"), 400},
      {"nul_in_value", request("GET /", "X: a" + kNul + "b\r\n"), 400},
      {"nul_in_name", request("GET /", "X" + kNul + ": b\r\n"), 400},
      {"escape_in_value", request("GET /", "X: \x1B[2J\r\n"), 400},
      {"delete_in_value", request("GET /", "X: \x7F\r\n"), 400},
      {"bad_connection", request("GET /", "Connection: close;\r\n"), 400},

      // Host.
      {"host_missing", "GET / HTTP/1.1\r\n\r\n", 400},
      {"host_twice", request("GET /", "host: b.example\r\n"), 400},
      {"host_twice_http10", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"host_empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"host_with_user", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", 400},
      {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"host_with_space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"host_list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"host_not_ascii", "GET / HTTP/1.1\r\nHost: \xC3\xA9\r\n\r\n", 400},
      {"host_port_too_big", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400},
      {"host_port_sign", "GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n", 400},
      {"host_open_bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"host_after_bracket", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400},

      // Request line.
      {"absolute_form_other_host", request("GET http://b.example/"), 400},
      {"absolute_form_other_port", request("GET http://a.example:81/"), 400},
      {"absolute_form_user", request("GET http://me@a.example/"), 400},
      {"absolute_form_ftp", request("GET ftp://a.example/"), 400},
      {"relative_target", request("GET echo"), 400},
      {"asterisk_for_get", request("GET *"), 400},
      {"connect", request("CONNECT a.example:80"), 501},
      {"fragment", request("GET /#top"), 400},
      {"target_typed_by_a_person", request("GET /\xC3\xA9"), 200},
      {"target_control", request("GET /\x01"), 400},
      {"target_delete", request("GET /\x7F"), 400},
      {"target_space", request("GET /a b"), 400},
      {"two_spaces", request("GET  /"), 400},
      {"tab_for_space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"method_not_token", request("G@T /"), 400},
      {"method_only", "GET\r\n\r\n", 400},
      {"tls_hello", std::string("\x16\x03\x01\x02\x00", 5), 400},
      {"http09", "GET /\r\n", 505},
      {"http20", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"http12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"http_without_minor", "GET / HTTP/1\r\nHost: a\r\n\r\n", 505},
      {"http_long_version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
      {"http_lower_case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"space_after_version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"version_empty", "GET / \r\nHost: a\r\n\r\n", 400},

      // Limits, each on both sides.
      {"line_at_limit", request("GET /" + std::string(86, 'a')), 200},
      {"line_above_limit", request("GET /" + std::string(87, 'a')), 414},
      {"method_above_limit", std::string(101, 'A'), 414},
      {"headers_at_limit", request("GET /", "X: " + std::string(376, 'a') + "\r\n"), 200},
      {"headers_above_limit", request("GET /", "X: " + std::string(377, 'a') + "\r\n"), 431},
      {"eight_headers", request("GET /", "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\n"), 200},
      {"nine_headers", request("GET /", "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\n"), 431},
      {"body_at_limit", post("Content-Length: 64\r\n", std::string(64, 'b')), 200},
      {"body_above_limit", post("Content-Length: 65\r\n", ""), 413},
      {"chunks_at_limit",
       chunked("20\r\n" + std::string(32, 'b') + "\r\n20\r\n" + std::string(32, 'b') +
               "\r\n0\r\n\r\n"),
       200},
      {"chunks_above_limit", chunked("20\r\n" + std::string(32, 'b') + "\r\n21\r\n"), 413},
      {"chunk_size_wraps", chunked("FFFFFFFFFFFFFFFF\r\n"), 413},
      {"chunk_size_sum_wraps", chunked("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n"), 413},

      // Chunks.
      {"chunk_plus", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_minus", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_space_before", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_space_after", chunked("3 \r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_empty_size", chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_only_extension", chunked(";x\r\n0\r\n\r\n"), 400},
      {"chunk_seventeen_digits", chunked("00000000000000003\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_bare_lf", chunked("3\nabc\r\n0\r\n\r\n"), 400},
      {"chunk_bare_cr", chunked("3\rabc\r\n0\r\n\r\n"), 400},
      {"chunk_longer", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_data_lf", chunked("3\r\nabc\n0\r\n\r\n"), 400},
      {"chunk_data_cr", chunked("3\r\nabc\r0\r\n\r\n"), 400},
      {"extension_lf", chunked("3;a\nb\r\nabc\r\n0\r\n\r\n"), 400},
      {"extension_nul", chunked("3;a" + kNul + "\r\nabc\r\n0\r\n\r\n"), 400},
      {"extension_too_long", chunked("3;" + std::string(1025, 'x')), 400},
      {"trailer_fold", chunked("0\r\n X: 1\r\n\r\n"), 400},
      {"trailer_bare_lf", chunked("0\r\nX: 1\n\r\n"), 400},
      {"trailer_space_before_colon", chunked("0\r\nX : 1\r\n\r\n"), 400},
      {"trailer_control", chunked("0\r\nX: \x01\r\n\r\n"), 400},
      {"trailer_end_cr", chunked("0\r\n\rX"), 400},
      {"trailers_too_long", chunked("0\r\nX: " + std::string(400, 'x')), 431},
      {"trailers_too_many", chunked("0\r\nA:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\nI:\r\n"),
       431},

      // Not finished is no fault.
      {"half_a_line", "GET / HT", 0},
      {"half_a_head", "GET / HTTP/1.1\r\nHost: a\r\n", 0},
      {"half_a_body", post("Content-Length: 4\r\n", "abc"), 0},
      {"half_a_chunk", chunked("4\r\nabc"), 0},
      {"half_the_trailers", chunked("0\r\n"), 0},
  };
  return kCases;
}

TEST(RequestParser, JudgesEveryCaseHoweverSplit) {
  for (const Case& item : cases()) {
    SCOPED_TRACE(item.name);
    ParseFault fault;
    EXPECT_EQ(outcome_whole(item.bytes, &fault), item.status) << fault.detail;
    EXPECT_EQ(outcome_by_byte(item.bytes), item.status);
    if (item.status >= 400 && item.status != 505) {
      EXPECT_FALSE(fault.detail.empty());
    }
  }
}

struct KeepAliveCase {
  int minor_version;
  std::string connection;
  bool keep_alive;
};

TEST(RequestParser, FollowsTheKeepAliveRulesOfBothVersions) {
  const KeepAliveCase kCases[] = {
      {1, "", true},
      {1, "close", false},
      {1, "Upgrade, Close", false},
      {1, "upgrade", true},
      {0, "", false},
      {0, "keep-alive", true},
      {0, "Keep-Alive, close", false},
      {0, "close", false},
  };
  for (const auto& item : kCases) {
    const std::string connection =
        item.connection.empty() ? "" : "Connection: " + item.connection + "\r\n";
    const std::string bytes = "GET / HTTP/1." + std::to_string(item.minor_version) +
                              "\r\nHost: a\r\n" + connection + "\r\n";
    RequestParser parser(kLimits);
    std::size_t consumed = 0;
    ASSERT_EQ(status_of(parser.feed(bytes, consumed)), 200);
    EXPECT_EQ(parser.request().keep_alive, item.keep_alive) << bytes;
    EXPECT_EQ(parser.request().minor_version, item.minor_version);
  }
}

TEST(RequestParser, GivesTheParts) {
  const std::string bytes =
      "POST http://a.example/room/x%20y?user=li+si&token=%31&user=2 HTTP/1.1\r\n"
      "HOST: a.example\r\nX-List: a, ,B\r\nContent-Length: 2\r\nx-list:c \r\n\r\nhi";
  RequestParser parser(kLimits);
  std::size_t consumed = 0;
  ASSERT_EQ(status_of(parser.feed(bytes, consumed)), 200);
  EXPECT_EQ(consumed, bytes.size());
  const Request& parsed = parser.request();
  EXPECT_EQ(parsed.method, "POST");
  EXPECT_EQ(parsed.target, "http://a.example/room/x%20y?user=li+si&token=%31&user=2");
  EXPECT_EQ(parsed.path, "/room/x%20y");
  EXPECT_EQ(parsed.decoded_path(), "/room/x y");
  EXPECT_EQ(parsed.query, "user=li+si&token=%31&user=2");
  EXPECT_EQ(parsed.query_parameter("user"), "li si");
  EXPECT_EQ(parsed.query_parameter("token"), "1");
  EXPECT_EQ(parsed.query_parameter("none"), std::nullopt);
  EXPECT_EQ(parsed.header("host"), "a.example");
  EXPECT_EQ(parsed.count("X-LIST"), 2U);
  EXPECT_EQ(parsed.elements("x-list"), (std::vector<ByteView>{"a", "B", "c"}));
  EXPECT_TRUE(parsed.has_token("x-list", "b"));
  EXPECT_FALSE(parsed.has_token("x-list", ""));
  EXPECT_EQ(parsed.body, "hi");
}

TEST(RequestParser, LeavesPipelinedRequestsToTheCaller) {
  const std::string first = post("Content-Length: 3\r\n", "abc");
  const std::string second = chunked("2\r\nde\r\n0\r\n\r\n");
  const std::string third =
      "\r\n" + request("PUT /third", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n");
  const std::string all = first + second + third + "\x81\x80";
  ByteView rest = all;
  RequestParser parser(kLimits);
  std::size_t consumed = 0;

  ASSERT_EQ(status_of(parser.feed(rest, consumed)), 200);
  EXPECT_EQ(consumed, first.size());
  EXPECT_EQ(parser.request().body, "abc");
  rest.remove_prefix(consumed);
  parser.next();
  EXPECT_FALSE(parser.started());

  ASSERT_EQ(status_of(parser.feed(rest, consumed)), 200);
  EXPECT_EQ(consumed, second.size());
  EXPECT_EQ(parser.request().body, "de");
  rest.remove_prefix(consumed);
  parser.next();

  ASSERT_EQ(status_of(parser.feed(rest, consumed)), 200);
  EXPECT_EQ(consumed, third.size());
  EXPECT_EQ(parser.request().path, "/third");
  EXPECT_EQ(parser.request().body, "");
  rest.remove_prefix(consumed);
  EXPECT_EQ(rest, "\x81\x80");
}

TEST(RequestParser, AnySplitInTwoGivesTheSameRequest) {
  const std::string bytes = "\r\n" + post("Transfer-Encoding: chunked\r\nX: 1\r\n",
                                          "3;e\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    // Own buffers, so that a view into bytes that are gone is a sanitizer's finding.
    std::string head = bytes.substr(0, cut);
    std::string tail = bytes.substr(cut);
    RequestParser parser(kLimits);
    std::size_t consumed = 0;
    const bool early = status_of(parser.feed(head, consumed)) == 200;
    EXPECT_EQ(early, cut == bytes.size());
    if (!early) {
      head.assign(head.size(), '?');
      head.shrink_to_fit();
      ASSERT_EQ(status_of(parser.feed(tail, consumed)), 200) << cut;
      EXPECT_EQ(consumed, tail.size());
    }
    EXPECT_EQ(parser.request().method, "POST");
    EXPECT_EQ(parser.request().path, "/");
    EXPECT_EQ(parser.request().header("x"), "1");
    EXPECT_EQ(parser.request().header("t"), std::nullopt) << "trailers are no headers";
    EXPECT_EQ(parser.request().body, "abcde");
  }
}

TEST(RequestParser, BorrowsAWholeRequestInsteadOfCopyingIt) {
  const std::string bytes = post("Content-Length: 3\r\n", "abc");
  RequestParser parser(kLimits);
  std::size_t consumed = 0;
  ASSERT_EQ(status_of(parser.feed(bytes, consumed)), 200);
  EXPECT_EQ(parser.request().method.data(), bytes.data());
  EXPECT_EQ(parser.request().body.data(), bytes.data() + bytes.size() - 3);
}

TEST(RequestParser, TellsWhenTheClientWaitsForContinue) {
  const std::string head = post("Expect: 100-continue\r\nContent-Length: 3\r\n", "");
  RequestParser parser(kLimits);
  std::size_t consumed = 0;
  ASSERT_EQ(status_of(parser.feed(head, consumed)), 0);
  EXPECT_TRUE(parser.wants_continue());
  ASSERT_EQ(status_of(parser.feed("ab", consumed)), 0);
  EXPECT_FALSE(parser.wants_continue());
  ASSERT_EQ(status_of(parser.feed("c", consumed)), 200);
  EXPECT_EQ(parser.request().body, "abc");
}

TEST(RequestParser, ContinueIsNotDueOnceBodyBytesCameOrNoneAreComing) {
  for (const std::string& bytes :
       {post("Expect: 100-continue\r\nContent-Length: 3\r\n", "a"),
        post("Expect: 100-continue\r\nContent-Length: 0\r\n", ""),
        post("Content-Length: 3\r\n", ""),
        std::string("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")}) {
    RequestParser parser(kLimits);
    std::size_t consumed = 0;
    ASSERT_TRUE(parser.feed(bytes, consumed).has_value());
    EXPECT_FALSE(parser.wants_continue()) << bytes;
  }
}

TEST(RequestParser, StartsWithTheFirstByteOfARequestLine) {
  RequestParser parser(kLimits);
  std::size_t consumed = 0;
  EXPECT_FALSE(parser.started());
  ASSERT_TRUE(parser.feed("\r\n", consumed).has_value());
  EXPECT_FALSE(parser.started());
  ASSERT_TRUE(parser.feed("G", consumed).has_value());
  EXPECT_TRUE(parser.started());
}

TEST(RequestParser, StaysBrokenAfterAFault) {
  RequestParser parser(kLimits);
  std::size_t consumed = 0;
  ASSERT_EQ(status_of(parser.feed("\n", consumed)), 400);
  EXPECT_EQ(status_of(parser.feed(request("GET /"), consumed)), 400);
}

TEST(RequestParser, DecodesOnlySafePaths) {
  const std::pair<ByteView, std::optional<std::string>> kPaths[] = {
      {"/a%2Fb", "/a/b"},
      {"/%e4%bd%a0", "/\xE4\xBD\xA0"},
      {"/a+b", "/a+b"},
      {"/%", std::nullopt},
      {"/%zz", std::nullopt},
      {"/%00", std::nullopt},
      {"/%ff", std::nullopt},
      {"/..", std::nullopt},
      {"/a/../b", std::nullopt},
      {"/%2e%2E/x", std::nullopt},
      {"/a%2f..%2fb", std::nullopt},
      {"/.", std::nullopt},
      {"/...", "/..."},
      {"/.well-known", "/.well-known"},
      {"/%252e%252e", "/%2e%2e"},
  };
  for (const auto& [path, decoded] : kPaths) {
    Request parsed;
    parsed.path = path;
    EXPECT_EQ(parsed.decoded_path(), decoded) << path;
  }
}

}  // namespace
}  // namespace parley::http
