#include "ws/extensions.h"

#include <gtest/gtest.h>

namespace parley::ws {
namespace {

constexpr const char* kAgreed =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

// The response to one header value; "declined", or "malformed".
std::string answer(ByteView header) {
  DeflateNegotiation negotiation;
  if (!negotiation.consider(header)) return "malformed";
  EXPECT_EQ(negotiation.agreement().enabled, !negotiation.response().empty());
  return negotiation.response().empty() ? "declined" : negotiation.response();
}

std::string agreed_with_bits(int bits) {
  return std::string(kAgreed) + "; server_max_window_bits=" + std::to_string(bits);
}

TEST(DeflateNegotiation, AgreesWithoutContextTakeover) {
  EXPECT_EQ(answer("permessage-deflate"), kAgreed);
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"), kAgreed) << "what browsers send";
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=10"), kAgreed);
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=\"8\""), kAgreed);
  EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            kAgreed);
}

TEST(DeflateNegotiation, HonoursTheServerWindow) {
  for (int bits = 9; bits <= 15; ++bits) {
    const std::string value = std::to_string(bits);
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=" + value),
              agreed_with_bits(bits));
    EXPECT_EQ(answer("permessage-deflate;server_max_window_bits=\"" + value + "\""),
              agreed_with_bits(bits));
  }
  DeflateNegotiation negotiation;
  ASSERT_TRUE(negotiation.consider("permessage-deflate; server_max_window_bits=9"));
  EXPECT_EQ(negotiation.agreement().server_max_window_bits, 9);
}

TEST(DeflateNegotiation, DeclinesAWindowThatZlibCannotKeep) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8"), "declined");
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8, permessage-deflate"), kAgreed);
}

TEST(DeflateNegotiation, TakesTheFirstOfferThatItCanKeep) {
  EXPECT_EQ(answer("x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=12, "
                   "permessage-deflate"),
            agreed_with_bits(12));
  EXPECT_EQ(answer("permessage-deflate; mystery, permessage-deflate; server_max_window_bits=11"),
            agreed_with_bits(11));
}

TEST(DeflateNegotiation, ReadsSeveralHeadersInTurn) {
  DeflateNegotiation negotiation;
  EXPECT_TRUE(negotiation.consider("mystery"));
  EXPECT_TRUE(negotiation.consider("permessage-deflate; server_max_window_bits=10"));
  EXPECT_TRUE(negotiation.consider("permessage-deflate"));
  EXPECT_EQ(negotiation.response(), agreed_with_bits(10));
}

TEST(DeflateNegotiation, DeclinesOddParameters) {
  for (const char* parameters : {
           "mystery",
           "mystery=1",
           "constructor",
           "__proto__",
           "toString=1",
           "server_no_context_takeover=1",
           "client_no_context_takeover=true",
           "server_no_context_takeover; server_no_context_takeover",
           "client_no_context_takeover; client_no_context_takeover",
           "client_max_window_bits; client_max_window_bits",
           "server_max_window_bits=10; server_max_window_bits=10",
           "server_max_window_bits",
           "server_max_window_bits=0",
           "server_max_window_bits=7",
           "server_max_window_bits=16",
           "server_max_window_bits=09",
           "server_max_window_bits=+9",
           "server_max_window_bits=-9",
           "server_max_window_bits=1e1",
           "server_max_window_bits=99999999999999999999",
           "client_max_window_bits=7",
           "client_max_window_bits=16",
           "client_max_window_bits=010",
           "Server_No_Context_Takeover",
       }) {
    EXPECT_EQ(answer(std::string("permessage-deflate; ") + parameters), "declined") << parameters;
  }
}

TEST(DeflateNegotiation, DeclinesOtherExtensions) {
  for (const char* extension : {"", ",", " , ,", "constructor", "permessage-bzip2", "deflate-frame",
                                "permessage-deflate2", "mux; max-channels=4; flow-control"}) {
    EXPECT_EQ(answer(extension), "declined") << extension;
  }
}

TEST(DeflateNegotiation, RefusesABrokenGrammar) {  // RFC 6455 section 9.1
  for (const char* header : {
           ";",
           "permessage-deflate;",
           "permessage-deflate;;",
           "permessage-deflate; =9",
           "permessage-deflate; server_max_window_bits=",
           "permessage-deflate foo",
           "permessage-deflate; a=b c",
           "permessage-deflate; a=\"",
           "permessage-deflate; a=\"b",
           "permessage-deflate; a=\"\"",
           "permessage-deflate; a=\"b c\"",
           "permessage-deflate; a=\"b\"c",
           "permessage-deflate; a=\"b\\",
           "\"permessage-deflate\"",
           "permessage-deflate=1",
           "permessage-deflate; a=\xC3\xA9",
           "\x01",
           "a/b",
           "a, ;b",
           "permessage-deflate, \"",
       }) {
    EXPECT_EQ(answer(header), "malformed") << header;
  }
  EXPECT_EQ(answer(ByteView("a\0b", 3)), "malformed");
}

TEST(DeflateNegotiation, ReadsQuotedValues) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=\"1\\2\""), agreed_with_bits(12));
  EXPECT_EQ(answer("x; a=\"\\b\", permessage-deflate"), kAgreed);
}

TEST(DeflateNegotiation, ReadsHugeHeadersInOnePass) {
  std::string offers;
  for (int i = 0; i < 20'000; ++i) offers += "permessage-deflate; server_max_window_bits=8,";
  EXPECT_EQ(answer(offers), "declined");
  EXPECT_EQ(answer(offers + "permessage-deflate"), kAgreed);
  std::string parameters = "permessage-deflate";
  for (int i = 0; i < 20'000; ++i) parameters += ";p" + std::to_string(i);
  EXPECT_EQ(answer(parameters), "declined");
  const std::string slashes(1'000'000, '\\');
  EXPECT_EQ(answer("a; b=\"" + slashes), "malformed");
  EXPECT_EQ(answer("a; b=\"" + slashes + "\""), "malformed");
  EXPECT_EQ(answer("a; b" + std::string(1'000'000, ' ')), "declined");
  EXPECT_EQ(answer(std::string(10'000, 'a')), "declined");
}

}  // namespace
}  // namespace parley::ws
