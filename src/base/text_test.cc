#include "base/text.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace parley {
namespace {

// UTF-8 by its definition: decode one character, then judge the number.
bool valid_by_definition(ByteView text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xC0 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                                           : 4;
    if (size == 0 || lead > 0xF7 || i + size > text.size()) return false;
    std::uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
      point = point << 6 | (byte(i + k) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kSmallest[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
      return false;
    }
    i += size;
  }
  return true;
}

bool valid_byte_by_byte(ByteView text) {
  Utf8Validator validator;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!validator.feed(text.substr(i, 1))) return false;
  }
  return validator.complete();
}

TEST(Utf8, AgreesWithTheDefinitionAtEveryBoundary) {
  // The first and last byte of each class of table 3-7, and one that is no boundary.
  const std::string bytes =
      "\x01\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4"
      "\xF5\xFF";
  std::string text;
  for (const char a : bytes) {
    for (const char b : bytes) {
      for (const char c : bytes) {
        for (const char d : bytes) {
          text.assign({a, b, c, d});
          const bool expected = valid_by_definition(text);
          if (is_valid_utf8(text) != expected || valid_byte_by_byte(text) != expected) {
            FAIL() << hex_encode(text) << " should be " << (expected ? "valid" : "invalid");
          }
        }
      }
    }
  }
}

TEST(Utf8, FailsAtTheEarliestByte) {
  const auto may_begin_text = [](ByteView bytes) { return Utf8Validator().feed(bytes); };
  for (const char* bad : {"\x80", "\xC0", "\xC1", "\xE0\x9F", "\xED\xA0", "\xF0\x8F", "\xF4\x90",
                          "\xF5", "\xFF", "\xE2\x82\x41", "\xE2\x41"}) {
    const ByteView bytes(bad);
    EXPECT_FALSE(may_begin_text(bytes)) << hex_encode(bytes);
    EXPECT_TRUE(may_begin_text(bytes.substr(0, bytes.size() - 1))) << hex_encode(bytes);
  }
}

TEST(Utf8, FindsFaultsAnywhereInLongText) {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    EXPECT_TRUE(is_valid_utf8(text));
    text[at] = '\x80';
    EXPECT_FALSE(is_valid_utf8(text)) << at;
  }
}

TEST(Utf8, KnowsAnUnfinishedCharacter) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.feed("abc\xE2\x82"));
  EXPECT_FALSE(validator.complete());
  EXPECT_TRUE(validator.feed(""));
  EXPECT_FALSE(validator.complete());
  EXPECT_TRUE(validator.feed("\xAC"));
  EXPECT_TRUE(validator.complete());
  EXPECT_TRUE(validator.feed("\xF0"));
  validator.reset();
  EXPECT_TRUE(validator.complete());
}

TEST(Base64, EncodesTheExamplesOfTheRfc) {  // RFC 4648 section 10
  constexpr std::array<std::pair<const char*, const char*>, 7> kExamples = {
      {{"", ""},
       {"f", "Zg=="},
       {"fo", "Zm8="},
       {"foo", "Zm9v"},
       {"foob", "Zm9vYg=="},
       {"fooba", "Zm9vYmE="},
       {"foobar", "Zm9vYmFy"}}};
  for (const auto& [plain, encoded] : kExamples) {
    EXPECT_EQ(base64_encode(plain), encoded);
    EXPECT_EQ(base64_decode(encoded), plain);
  }
}

TEST(Base64, RoundTripsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
  }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zm9v=", "====", "A===", "Z===", "Z=g=", "Zh==",
                           "Zm9=", "Zm9v\n", " Zm9v", "Zm-_", "Zm9\xC3"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
  for (const char* text : {"Z", "Zh", "Zg==", "Zm+/", "Zm9vY", "Zm 9"}) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
}

TEST(Hex, WritesTwoLowerCaseDigitsAByte) {
  EXPECT_EQ(hex_encode(ByteView("\x00\x0F\xA0\xFF", 4)), "000fa0ff");
}

TEST(Percent, DecodesEscapes) {
  EXPECT_EQ(percent_decode("a%20b%C3%A9", false), "a b\xC3\xA9");
  EXPECT_EQ(percent_decode("%41%4a%4A", false), "AJJ");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
  EXPECT_EQ(percent_decode("%2541", false), "%41") << "once, not twice";
}

TEST(Percent, RefusesBrokenEscapes) {
  for (const char* text : {"%", "%4", "a%", "%4g", "%g4", "%%41", "%-1"}) {
    EXPECT_EQ(percent_decode(text, false), std::nullopt) << text;
  }
}

TEST(Percent, RoundTripsEveryByte) {
  for (int i = 0; i < 256; ++i) {
    const std::string byte(1, static_cast<char>(i));
    EXPECT_EQ(percent_decode(percent_encode(byte), true), byte);
  }
  EXPECT_EQ(percent_encode("a/b c~\xC3\xA9"), "a%2Fb%20c~%C3%A9");
}

TEST(Text, ComparesAsciiWithoutCase) {
  EXPECT_TRUE(equals_ignore_case("Upgrade", "uPGRADE"));
  EXPECT_FALSE(equals_ignore_case("Upgrade", "Upgrades"));
  EXPECT_FALSE(equals_ignore_case("[", "{")) << "only letters have case";
  EXPECT_FALSE(equals_ignore_case("\xC3\x89", "\xC3\xA9"));
}

TEST(Text, LowersAsciiAlone) { EXPECT_EQ(to_lower("A-Z @[\u00C9 az"), "a-z @[\u00C9 az"); }

TEST(Text, ReadsNumbersOfDigitsAlone) {
  EXPECT_EQ(to_number("0"), 0U);
  EXPECT_EQ(to_number("007"), 7U);
  EXPECT_EQ(to_number("18446744073709551615"), static_cast<std::uint64_t>(-1));
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"}) {
    EXPECT_EQ(to_number(text), std::nullopt) << text;
  }
}

TEST(Text, FindsControlCharacters) {
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(has_control_characters(std::string("a") + static_cast<char>(i)),
              i < 0x20 || i == 0x7F);
  }
}

TEST(Text, TrimsSpacesAndTabsOnly) {
  EXPECT_EQ(trim(" \t a b \t"), "a b");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim("\r\na\n"), "\r\na\n");
}

TEST(Text, ComparesInConstantTimeByTheWholeText) {
  EXPECT_TRUE(equals_constant_time("secret", "secret"));
  EXPECT_FALSE(equals_constant_time("secret", "secreT"));
  EXPECT_FALSE(equals_constant_time("secret", "secre"));
  EXPECT_FALSE(equals_constant_time("", "s"));
  EXPECT_TRUE(equals_constant_time("", ""));
}

}  // namespace
}  // namespace parley
