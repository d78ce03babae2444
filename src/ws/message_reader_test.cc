#include "ws/message_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "ws/deflate.h"
#include "ws/frame_writer.h"
#include "ws/recording_sink.h"

namespace parley::ws {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kMask = 0x37FA213D;
constexpr ReaderLimits kLimits{.message_bytes = 1024, .fragments = 8};

std::string frame(Opcode opcode, ByteView payload, bool fin = true, bool rsv1 = false) {
  return make_client_frame(opcode, payload, kMask, fin, rsv1);
}
std::string text(ByteView payload, bool fin = true) { return frame(Opcode::text, payload, fin); }
std::string binary(ByteView payload, bool fin = true) {
  return frame(Opcode::binary, payload, fin);
}
std::string more(ByteView payload, bool fin = false) {
  return frame(Opcode::continuation, payload, fin);
}
std::string last(ByteView payload) { return more(payload, /*fin=*/true); }
std::string ping(ByteView payload) { return frame(Opcode::ping, payload); }

std::string close_payload(std::uint16_t code, ByteView reason = {}) {
  std::string payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return payload.append(reason);
}
std::string close(std::uint16_t code, ByteView reason = {}) {
  return frame(Opcode::close, close_payload(code, reason));
}

struct Outcome {
  std::vector<std::string> events;
  std::optional<Errc> error;
  bool mid_message = false;
  std::size_t buffered = 0;
  bool operator==(const Outcome&) const = default;
};

struct Setting {
  ReaderLimits limits = kLimits;
  bool deflate = false;
  Role role = Role::server;
  std::size_t stop_after = std::numeric_limits<std::size_t>::max();
};

Outcome read_in_steps(std::string wire, const Setting& setting, std::size_t step) {
  Inflater inflater;
  RecordingSink sink(setting.stop_after);
  MessageReader reader(setting.role);
  Outcome outcome;
  for (std::size_t at = 0; at < wire.size(); at += step) {
    const std::span<char> part(wire.data() + at, std::min(step, wire.size() - at));
    const auto fed = reader.feed(part, setting.limits, setting.deflate ? &inflater : nullptr, sink);
    if (fed.has_error()) outcome.error = fed.error();
  }
  outcome.events = sink.events();
  outcome.mid_message = reader.mid_message();
  outcome.buffered = reader.buffered_bytes();
  return outcome;
}

// Whole, byte by byte and in odd steps: the outcome must be the same.
Outcome read(const std::string& wire, const Setting& setting = {}) {
  const Outcome whole = read_in_steps(wire, setting, wire.size() + 1);
  for (const std::size_t step : {1, 2, 3, 7, 64}) {
    const Outcome cut = read_in_steps(wire, setting, step);
    EXPECT_EQ(cut, whole) << "in steps of " << step;
  }
  return whole;
}

std::vector<std::string> events(const std::string& wire, const Setting& setting = {}) {
  const Outcome outcome = read(wire, setting);
  EXPECT_FALSE(outcome.error.has_value());
  EXPECT_FALSE(outcome.mid_message);
  EXPECT_EQ(outcome.buffered, 0U);
  return outcome.events;
}

Errc error(const std::string& wire, const Setting& setting = {}) {
  const Outcome outcome = read(wire, setting);
  EXPECT_TRUE(outcome.error.has_value());
  EXPECT_FALSE(outcome.mid_message);
  EXPECT_EQ(outcome.buffered, 0U) << "a refused message must not keep its memory";
  return outcome.error.value_or(Errc::config_invalid);
}

// What the reader says after these bytes alone, before the rest of the message.
std::optional<Errc> early_error(const std::string& wire, const Setting& setting = {}) {
  return read(wire, setting).error;
}

TEST(MessageReader, ReadsTheExamplesOfTheRfc) {  // RFC 6455 section 5.7
  const Setting client{.role = Role::client};
  EXPECT_THAT(events("\x81\x05Hello", client), ElementsAre("text \"Hello\""));
  EXPECT_THAT(events("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
              ElementsAre("text \"Hello\""));
  EXPECT_THAT(events(std::string("\x01\x03Hel", 5) + std::string("\x80\x02lo", 4), client),
              ElementsAre("text \"Hello\""));
  EXPECT_THAT(events("\x89\x05Hello", client), ElementsAre("ping \"Hello\""));
  EXPECT_THAT(events("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
              ElementsAre("pong \"Hello\""));
}

TEST(MessageReader, ReadsEveryLengthForm) {
  const Setting setting{.limits = {.message_bytes = 70'000, .fragments = 1}};
  for (const std::size_t size : {0, 1, 125, 126, 127, 128, 65'535, 65'536, 70'000}) {
    const std::string payload(size, 'x');
    EXPECT_THAT(events(binary(payload), setting), ElementsAre("binary \"" + payload + "\""));
  }
}

TEST(MessageReader, ReadsManyMessagesFromOneFeed) {
  EXPECT_THAT(events(text("a") + binary("b") + text("") + ping("p") + text("c")),
              ElementsAre("text \"a\"", "binary \"b\"", "text \"\"", "ping \"p\"", "text \"c\""));
}

TEST(MessageReader, LendsAWholeMessageWithoutACopy) {
  struct Sink final : MessageSink {
    bool on_message(Opcode, ByteView payload) override {
      at = payload.data();
      return true;
    }
    bool on_ping(ByteView) override { return false; }
    bool on_pong(ByteView) override { return false; }
    void on_close(std::optional<std::uint16_t>, ByteView) override {}
    const char* at = nullptr;
  } sink;
  std::string wire = text("Hello");
  MessageReader reader(Role::server);
  ASSERT_TRUE(reader.feed(wire, kLimits, nullptr, sink).has_value());
  EXPECT_EQ(sink.at, wire.data() + 6);
}

TEST(MessageReader, JoinsFragments) {
  EXPECT_THAT(events(text("one, ", false) + more("two, ") + last("three")),
              ElementsAre("text \"one, two, three\""));
  EXPECT_THAT(events(binary("", false) + more("") + last("")), ElementsAre("binary \"\""));
}

TEST(MessageReader, HearsControlFramesBetweenFragments) {
  EXPECT_THAT(events(text("a", false) + ping("1") + more("b") + frame(Opcode::pong, "2") +
                     ping("") + last("c")),
              ElementsAre("ping \"1\"", "pong \"2\"", "ping \"\"", "text \"abc\""));
  EXPECT_THAT(read(text("a", false) + close(1000)).events, ElementsAre("close 1000 \"\""));
}

TEST(MessageReader, ReadsTheLargestControlFrame) {
  const std::string payload(kMaxControlPayload, 'p');
  EXPECT_THAT(events(ping(payload)), ElementsAre("ping \"" + payload + "\""));
  EXPECT_THAT(events(text("a", false) + ping(payload) + last("b")),
              ElementsAre("ping \"" + payload + "\"", "text \"ab\""));
}

TEST(MessageReader, RefusesFragmentsOutOfOrder) {
  EXPECT_EQ(error(more("a")), Errc::ws_protocol_error);
  EXPECT_EQ(error(last("a")), Errc::ws_protocol_error);
  EXPECT_EQ(error(text("a", false) + text("b")), Errc::ws_protocol_error);
  EXPECT_EQ(error(text("a", false) + binary("b", false)), Errc::ws_protocol_error);
  EXPECT_EQ(error(text("a", false) + last("b") + last("c")), Errc::ws_protocol_error);
}

TEST(MessageReader, HearsWhatCameBeforeAFault) {
  const Outcome outcome = read(text("fine") + "\xFF\xFF" + text("never"));
  EXPECT_THAT(outcome.events, ElementsAre("text \"fine\""));
  EXPECT_EQ(outcome.error, Errc::ws_protocol_error);
}

TEST(MessageReader, AllowsTheLimitAndRefusesOneMore) {
  const std::string full(kLimits.message_bytes, 'x');
  EXPECT_THAT(events(binary(full)), ElementsAre("binary \"" + full + "\""));
  EXPECT_EQ(error(binary(full + "x")), Errc::ws_message_too_big);
  EXPECT_THAT(events(binary(full, false) + last("")), ElementsAre("binary \"" + full + "\""));
  EXPECT_EQ(error(binary(full, false) + last("x")), Errc::ws_message_too_big);
  EXPECT_EQ(error(binary("x", false) + last(full)), Errc::ws_message_too_big);
}

TEST(MessageReader, RefusesAnAnnouncedLengthBeforeItsPayload) {
  EXPECT_EQ(early_error({"\x82\xFE\x04\x01\x00\x00\x00\x00", 8}), Errc::ws_message_too_big);
  // 2^63 - 1 bytes after one: no sum may wrap.
  const std::string huge{"\x80\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00\x00\x00", 14};
  EXPECT_EQ(early_error(binary("x", false) + huge), Errc::ws_message_too_big);
  const Setting unlimited{
      .limits = {.message_bytes = std::numeric_limits<std::uint64_t>::max(), .fragments = 8}};
  const Outcome waiting = read(binary("x", false) + huge + "y", unlimited);
  EXPECT_FALSE(waiting.error.has_value());
  EXPECT_EQ(waiting.buffered, 2U) << "memory follows what arrived, not what was announced";
}

TEST(MessageReader, CountsEmptyFragments) {
  const auto fragments = [](int count) {
    std::string wire = binary("", false);
    for (int i = 2; i < count; ++i) wire += more("");
    return wire + last("");
  };
  EXPECT_THAT(events(fragments(9)), ElementsAre("binary \"\""));
  EXPECT_EQ(error(fragments(10)), Errc::ws_too_many_fragments);
  EXPECT_THAT(events(fragments(9) + fragments(9)), ElementsAre("binary \"\"", "binary \"\""))
      << "the count starts anew with each message";
}

TEST(MessageReader, AllowsAsManyFragmentsAsConfigured) {
  constexpr std::uint32_t kFragments = 65'536;
  std::string wire = binary("x", false);
  for (std::uint32_t i = 2; i < kFragments; ++i) wire += more("x");
  wire += last("x");
  const Setting setting{.limits = {.message_bytes = kFragments, .fragments = kFragments}};
  EXPECT_THAT(read_in_steps(wire, setting, 4096).events,
              ElementsAre("binary \"" + std::string(kFragments, 'x') + "\""));
}

TEST(MessageReader, ReadsSixteenMebibytes) {
  constexpr std::size_t kSize = 16 << 20;
  std::string payload(kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) payload[i] = static_cast<char>('a' + i % 23);
  const Setting setting{.limits = {.message_bytes = kSize, .fragments = 4}};
  const Outcome outcome = read_in_steps(text(payload), setting, 65'536 - 3);
  ASSERT_EQ(outcome.events.size(), 1U);
  EXPECT_TRUE(outcome.events[0] == "text \"" + payload + "\"");  // EXPECT_EQ would print it
  EXPECT_EQ(outcome.buffered, 0U);
}

TEST(MessageReader, ChecksUtf8AcrossFragments) {
  const std::string euro = "\xE2\x82\xAC";
  EXPECT_THAT(events(text(euro.substr(0, 1), false) + more(euro.substr(1, 1)) + ping("") +
                     last(euro.substr(2))),
              ElementsAre("ping \"\"", "text \"" + euro + "\""));
  EXPECT_EQ(error(text(euro.substr(0, 2))), Errc::ws_invalid_utf8);
  EXPECT_EQ(error(text(euro.substr(0, 2), false) + last("")), Errc::ws_invalid_utf8);
  EXPECT_THAT(events(binary("\xFF\xFE")), ElementsAre("binary \"\xFF\xFE\""));
  EXPECT_THAT(events(binary("\xE2", false) + last("") + text("a")),
              ElementsAre("binary \"\xE2\"", "text \"a\""))
      << "the check starts anew with each message";
}

TEST(MessageReader, FailsFastOnWrongUtf8) {  // as Autobahn 6.4
  const std::string good = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";
  EXPECT_EQ(early_error(text(good + "\xF4\x90", false)), Errc::ws_invalid_utf8);
  const std::string whole = text(good + "\xF4\x90\x80\x80" + "edited");
  EXPECT_EQ(early_error(whole.substr(0, 6 + good.size() + 1)), std::nullopt);
  EXPECT_EQ(early_error(whole.substr(0, 6 + good.size() + 2)), Errc::ws_invalid_utf8);
}

TEST(MessageReader, ReadsCloseFrames) {
  EXPECT_THAT(events(frame(Opcode::close, "")), ElementsAre("close \"\""));
  EXPECT_THAT(events(close(1000)), ElementsAre("close 1000 \"\""));
  EXPECT_THAT(events(close(1001, "bye \xE2\x82\xAC")),
              ElementsAre("close 1001 \"bye \xE2\x82\xAC\""));
  const std::string longest(kMaxCloseReason, 'r');
  EXPECT_THAT(events(close(4999, longest)), ElementsAre("close 4999 \"" + longest + "\""));
}

TEST(MessageReader, RefusesBrokenCloseFrames) {
  EXPECT_EQ(error(frame(Opcode::close, "\x03")), Errc::ws_bad_close);
  EXPECT_EQ(error(close(1000, "\xC3")), Errc::ws_invalid_utf8);
  EXPECT_EQ(error(close(1000, "\xED\xA0\x80")), Errc::ws_invalid_utf8);
}

TEST(MessageReader, KnowsTheCloseCodesThatTravel) {  // as Autobahn 7.7 and 7.9
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                         3000, 3999, 4000, 4999}) {
    EXPECT_TRUE(may_be_received(static_cast<std::uint16_t>(code))) << code;
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65'535}) {
    EXPECT_EQ(error(close(static_cast<std::uint16_t>(code))), Errc::ws_bad_close) << code;
  }
}

TEST(MessageReader, ReadsNothingAfterAClose) {
  EXPECT_THAT(events(close(1000) + text("late") + "\xFF\xFF"), ElementsAre("close 1000 \"\""));
}

TEST(MessageReader, StopsWhenTheSinkSaysSo) {
  const std::string wire = text("a") + ping("b") + text("c");
  EXPECT_THAT(events(wire, {.stop_after = 1}), ElementsAre("text \"a\""));
  EXPECT_THAT(events(wire, {.stop_after = 2}), ElementsAre("text \"a\"", "ping \"b\""));
}

TEST(MessageReader, TellsWhetherSomethingIsUnfinished) {
  const auto mid_message = [](const std::string& wire) { return read(wire).mid_message; };
  EXPECT_FALSE(mid_message(""));
  EXPECT_FALSE(mid_message(text("a")));
  EXPECT_FALSE(mid_message(ping("a")));
  EXPECT_TRUE(mid_message(text("a").substr(0, 1))) << "half a header";
  EXPECT_TRUE(mid_message(text("a").substr(0, 6))) << "a header without its payload";
  EXPECT_TRUE(mid_message(ping("abc").substr(0, 8))) << "half a control frame";
  EXPECT_TRUE(mid_message(text("", false))) << "an empty first fragment";
  EXPECT_TRUE(mid_message(text("a", false) + ping("p")));
}

TEST(MessageReader, OwnsNothingWhileIdle) {
  RecordingSink sink;
  MessageReader reader(Role::server);
  std::string wire = text(std::string(1000, 'x'));
  std::span<char> bytes(wire);
  ASSERT_TRUE(reader.feed(bytes.first(500), kLimits, nullptr, sink).has_value());
  EXPECT_EQ(reader.buffered_bytes(), 492U);
  ASSERT_TRUE(reader.feed(bytes.subspan(500), kLimits, nullptr, sink).has_value());
  EXPECT_EQ(reader.buffered_bytes(), 0U);
  EXPECT_EQ(sink.events().size(), 1U);
}

// --- permessage-deflate -------------------------------------------------------------------------

constexpr Setting kDeflate{.deflate = true};

std::string compressed(ByteView payload, bool fin = true, Opcode opcode = Opcode::text) {
  return frame(opcode, payload, fin, /*rsv1=*/true);
}

const ByteView kHello{"\xf2\x48\xcd\xc9\xc9\x07\x00", 7};  // RFC 7692 section 7.2.3.1

TEST(MessageReader, InflatesTheExamplesOfTheRfc) {
  EXPECT_THAT(events(compressed(kHello), kDeflate), ElementsAre("text \"Hello\""));
  EXPECT_THAT(events(compressed(kHello.substr(0, 3), false) + last(kHello.substr(3)), kDeflate),
              ElementsAre("text \"Hello\""));
}

TEST(MessageReader, MixesCompressedAndPlainMessages) {
  EXPECT_THAT(
      events(compressed(kHello) + text("plain") + compressed(kHello.substr(0, 2), false) +
                 ping("p") + last(kHello.substr(2)) + compressed(ByteView("\0", 1)),
             kDeflate),
      ElementsAre("text \"Hello\"", "text \"plain\"", "ping \"p\"", "text \"Hello\"", "text \"\""));
}

TEST(MessageReader, RefusesCompressionThatWasNotNegotiated) {
  EXPECT_EQ(error(compressed(kHello)), Errc::ws_protocol_error);
}

TEST(MessageReader, RefusesRsv1OnAContinuation) {
  EXPECT_EQ(error(compressed(kHello.substr(0, 3), false) +
                      frame(Opcode::continuation, kHello.substr(3), true, true),
                  kDeflate),
            Errc::ws_protocol_error);
}

TEST(MessageReader, RefusesWhatDoesNotInflate) {
  EXPECT_EQ(error(compressed("\xFF\xFF\xFF"), kDeflate), Errc::ws_bad_deflate);
  EXPECT_EQ(error(compressed(kHello.substr(0, 3)), kDeflate), Errc::ws_bad_deflate);
}

TEST(MessageReader, ChecksUtf8AfterInflating) {
  Deflater deflater(15);
  const std::string wrong = std::string(64, 'a') + "\xED\xA0\x80";
  const std::string packed(*deflater.deflate(wrong));
  EXPECT_EQ(error(compressed(packed), kDeflate), Errc::ws_invalid_utf8);
  EXPECT_THAT(events(compressed(packed, true, Opcode::binary), kDeflate),
              ElementsAre("binary \"" + wrong + "\""));
  const std::string cut_short(*deflater.deflate(std::string(64, 'a') + "\xE2\x82"));
  EXPECT_EQ(error(compressed(cut_short), kDeflate), Errc::ws_invalid_utf8);
}

TEST(MessageReader, LimitsTheInflatedMessage) {
  Deflater deflater(15);
  const std::string full(kLimits.message_bytes, 'x');
  const std::string packed(*deflater.deflate(full));
  EXPECT_THAT(events(compressed(packed), kDeflate), ElementsAre("text \"" + full + "\""));
  const std::string bomb(*deflater.deflate(std::string(100'000, 'x')));
  ASSERT_LT(bomb.size(), kLimits.message_bytes);
  EXPECT_EQ(error(compressed(bomb), kDeflate), Errc::ws_message_too_big);
}

// Fragments wait compressed; what cannot be a message within the limit is refused while it arrives.
TEST(MessageReader, LimitsWhatWaitsCompressed) {
  const std::string part(kLimits.message_bytes, '\0');
  EXPECT_EQ(error(compressed(part, false) + more(part), kDeflate), Errc::ws_message_too_big);
  EXPECT_EQ(early_error({"\xC2\xFE\x08\x00\x00\x00\x00\x00", 8}, kDeflate),
            Errc::ws_message_too_big);
}

TEST(MessageReader, AllowsAMessageAtTheLimitThatDoesNotCompress) {
  std::string stored{"\x00\x00\x04\xFF\xFB", 5};  // one stored block of 1024 bytes
  const std::string payload(kLimits.message_bytes, '\x7F');
  stored.append(payload).append(1, '\0');
  EXPECT_THAT(events(compressed(stored, true, Opcode::binary), kDeflate),
              ElementsAre("binary \"" + payload + "\""));
}

}  // namespace
}  // namespace parley::ws
