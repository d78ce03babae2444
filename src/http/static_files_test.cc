#include "http/static_files.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "http/test_requests.h"

namespace parley::http {
namespace {

constexpr Asset kAssets[] = {
    {"/index.html", "text/html; charset=utf-8", "\"page\"", "<html>page</html>", "zipped"},
    {"/assets/app-1a2b.js", "text/javascript; charset=utf-8", "\"app\"", "0123456789", ""},
    {"/empty.txt", "text/plain; charset=utf-8", "\"empty\"", "", ""},
};
const StaticFiles kFiles(kAssets);

Response get(const std::string& path, const std::string& headers = "",
             const std::string& method = "GET") {
  const ParsedRequest request(method + " " + path, headers);
  const auto response = kFiles.serve(*request);
  EXPECT_TRUE(response.has_value()) << path;
  return response.value_or(Response());
}

TEST(StaticFiles, ServesFilesByTheirPath) {
  const Response page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content(), "<html>page</html>");
  EXPECT_EQ(header_of(page, "content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(header_of(page, "etag"), "\"page\"");
  EXPECT_EQ(header_of(page, "cache-control"), "no-cache");
  EXPECT_EQ(header_of(page, "accept-ranges"), "bytes");

  const Response script = get("/assets/app-1a2b.js?v=1");
  EXPECT_EQ(script.content(), "0123456789");
  EXPECT_EQ(header_of(script, "cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(script, "vary"), "") << "there is only one representation";
  EXPECT_EQ(get("/empty.txt").content(), "");
}

TEST(StaticFiles, ServesAnAssetBehindAnotherPath) {
  const ParsedRequest request("GET /echo", "");
  EXPECT_FALSE(kFiles.serve(*request).has_value());
  ASSERT_TRUE(kFiles.serve(*request, "/index.html").has_value());
  EXPECT_EQ(kFiles.serve(*request, "/index.html")->content(), "<html>page</html>");
}

TEST(StaticFiles, KnowsOnlyItsFiles) {
  for (const char* path : {"/none", "/assets/", "/assets/../index.html", "/%69ndex.html/", "/%"}) {
    const ParsedRequest request(std::string("GET ") + path, "");
    EXPECT_FALSE(kFiles.serve(*request).has_value()) << path;
  }
}

TEST(StaticFiles, AllowsGetAndHead) {
  EXPECT_EQ(get("/", "", "HEAD").content(), "<html>page</html>");
  const Response refused = get("/", "", "POST");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header_of(refused, "allow"), "GET, HEAD");
}

TEST(StaticFiles, ChoosesTheEncodingByQuality) {
  const std::pair<std::string, bool> kCases[] = {
      {"gzip", true},
      {"GZIP", true},
      {"x-gzip", true},
      {"gzip, deflate, br", true},
      {"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
      {"*", true},
      {"gzip;q=0.001", true},
      {"gzip;q=1.000", true},
      {"gzip; q=0.5", true},
      {"identity;q=0, gzip;q=0.1", true},
      {"", false},
      {"identity", false},
      {"br", false},
      {"gzip;q=0", false},
      {"gzip;q=0.000", false},
      {"gzip;q=0, *;q=1", false},
      {"*;q=0", false},
      {"gzip;q=0.5, identity;q=0.9", false},
      {"identity;q=1, *;q=0", false},
      {"gzipped", false},
      {"gzip;q=", false},
      {"gzip;q=2", false},
      {"gzip;q=1.001", false},
      {"gzip;q=-1", false},
      {"gzip;q=0.1234", false},
      {"gzip;level=9", false},
  };
  for (const auto& [accepted, gzip] : kCases) {
    const Response page = get("/", "Accept-Encoding: " + accepted + "\r\n");
    EXPECT_EQ(page.content(), gzip ? "zipped" : "<html>page</html>") << accepted;
    EXPECT_EQ(header_of(page, "content-encoding"), gzip ? "gzip" : "") << accepted;
    EXPECT_EQ(header_of(page, "etag"), gzip ? "\"page-gzip\"" : "\"page\"") << accepted;
    EXPECT_EQ(header_of(page, "vary"), "Accept-Encoding") << accepted;
  }
  EXPECT_EQ(get("/").content(), "<html>page</html>");
  EXPECT_EQ(get("/assets/app-1a2b.js", "Accept-Encoding: gzip\r\n").content(), "0123456789");
}

TEST(StaticFiles, AnswersConditionalRequests) {
  const std::pair<std::string, int> kCases[] = {
      {"If-None-Match: \"app\"", 304},
      {"If-None-Match: W/\"app\"", 304},
      {"If-None-Match: \"x\", \"app\"", 304},
      {"If-None-Match: \"x\"\r\nIf-None-Match: \"app\"", 304},
      {"If-None-Match: *", 304},
      {"If-None-Match: \"x\"", 200},
      {"If-None-Match: app", 200},
      {"If-None-Match: \"app", 200},
      {"If-None-Match: w/\"app\"", 200},
      {"If-Match: \"app\"", 200},
      {"If-Match: *", 200},
      {"If-Match: \"x\"", 412},
      {"If-Match: W/\"app\"", 412},
      {"If-Match: \"app\"\r\nIf-None-Match: \"app\"", 304},
      {"If-Match: \"x\"\r\nIf-None-Match: \"app\"", 412},
      {"If-None-Match: \"app\"\r\nRange: bytes=0-1", 304},
      {"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200},
  };
  for (const auto& [headers, status] : kCases) {
    const Response response = get("/assets/app-1a2b.js", headers + "\r\n");
    EXPECT_EQ(response.status, status) << headers;
    EXPECT_EQ(header_of(response, "etag"), "\"app\"") << headers;
    EXPECT_EQ(response.content(), status == 200 ? "0123456789" : "") << headers;
  }
}

TEST(StaticFiles, TheTagsOfTheEncodingsAreDifferent) {
  const std::string gzip = "Accept-Encoding: gzip\r\nIf-None-Match: ";
  EXPECT_EQ(get("/", gzip + "\"page-gzip\"\r\n").status, 304);
  EXPECT_EQ(get("/", gzip + "\"page\"\r\n").status, 200);
}

struct RangeCase {
  std::string headers;
  int status;
  std::string content_range;
  std::string content;
};

TEST(StaticFiles, ServesSingleRanges) {
  const std::string all = "0123456789";
  const RangeCase kCases[] = {
      {"Range: bytes=0-3", 206, "bytes 0-3/10", "0123"},
      {"Range: BYTES=9-9", 206, "bytes 9-9/10", "9"},
      {"Range: bytes=4-", 206, "bytes 4-9/10", "456789"},
      {"Range: bytes=-3", 206, "bytes 7-9/10", "789"},
      {"Range: bytes=-99", 206, "bytes 0-9/10", all},
      {"Range: bytes=8-99", 206, "bytes 8-9/10", "89"},
      {"Range: bytes=0-99999999999999999999999", 206, "bytes 0-9/10", all},
      {"Range: bytes= 1-2", 206, "bytes 1-2/10", "12"},
      {"Range: bytes=10-", 416, "bytes */10", ""},
      {"Range: bytes=10-12", 416, "bytes */10", ""},
      {"Range: bytes=99999999999999999999999-", 416, "bytes */10", ""},
      {"Range: bytes=-0", 416, "bytes */10", ""},
      {"Range: bytes=0-1,3-4", 200, "", all},
      {"Range: bytes=0-1\r\nRange: bytes=0-1", 200, "", all},
      {"Range: lines=0-1", 200, "", all},
      {"Range: bytes=3-1", 200, "", all},
      {"Range: bytes=", 200, "", all},
      {"Range: bytes=-", 200, "", all},
      {"Range: bytes=a-b", 200, "", all},
      {"Range: bytes=+1-2", 200, "", all},
      {"Range: bytes=--2", 200, "", all},
      {"Range: bytes 0-1", 200, "", all},
      {"Range: b", 200, "", all},
      {"Range: bytes=0-3\r\nIf-Range: \"app\"", 206, "bytes 0-3/10", "0123"},
      {"Range: bytes=0-3\r\nIf-Range: \"x\"", 200, "", all},
      {"Range: bytes=0-3\r\nIf-Range: W/\"app\"", 200, "", all},
      {"Range: bytes=0-3\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT", 200, "", all},
      {"Range: bytes=99-\r\nIf-Range: \"x\"", 200, "", all},
  };
  for (const auto& item : kCases) {
    const Response response = get("/assets/app-1a2b.js", item.headers + "\r\n");
    EXPECT_EQ(response.status, item.status) << item.headers;
    EXPECT_EQ(header_of(response, "content-range"), item.content_range) << item.headers;
    if (item.status != 416) {
      EXPECT_EQ(response.content(), item.content) << item.headers;
    }
  }
  EXPECT_EQ(get("/assets/app-1a2b.js", "Range: bytes=0-3\r\n", "HEAD").status, 200);
  EXPECT_EQ(get("/empty.txt", "Range: bytes=0-\r\n").status, 416);
  EXPECT_EQ(get("/empty.txt", "Range: bytes=-1\r\n").status, 416);
}

TEST(StaticFiles, RangesAreOfTheChosenEncoding) {
  const Response response = get("/", "Accept-Encoding: gzip\r\nRange: bytes=1-2\r\n");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.content(), "ip");
  EXPECT_EQ(header_of(response, "content-encoding"), "gzip");
}

// A folder that goes away with the test; its name differs between processes that run at once.
class StaticFilesFolder : public testing::Test {
 protected:
  // All of it, piece by piece.
  static std::string body_of(const Response& response) {
    std::string body;
    bool whole = true;
    while (response.source && whole && body.size() < response.source->size()) {
      response.source->next([&](const Result<std::string>& piece) {
        whole = piece.has_value();
        body += whole ? *piece : "cut off";
      });
    }
    return body;
  }

  StaticFilesFolder() { std::filesystem::create_directories(folder_ / "assets"); }
  ~StaticFilesFolder() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::optional<Response> get(const std::string& path, const std::string& headers = "") const {
    const ParsedRequest request("GET " + path, headers);
    return files_.serve(*request);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("parley-web-" + std::to_string(getpid()));
  const StaticFiles files_{folder_.string()};
};

TEST_F(StaticFilesFolder, ServesFilesLikeTheEmbeddedOnes) {
  write("index.html", "<html>page</html>");
  write("assets/app-1a2b.js", "0123456789");
  const auto page = get("/");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(body_of(*page), "<html>page</html>");
  EXPECT_EQ(header_of(*page, "content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(header_of(*page, "cache-control"), "no-cache");
  const auto script = get("/assets/app-1a2b.js", "Range: bytes=2-4\r\n");
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(script->status, 206);
  EXPECT_EQ(body_of(*script), "234");
  EXPECT_EQ(header_of(*script, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header_of(*script, "cache-control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesFolder, ShowsANewBuildAtOnce) {
  write("index.html", "old");
  const std::string etag = header_of(*get("/"), "etag");
  EXPECT_EQ(get("/", "If-None-Match: " + etag + "\r\n")->status, 304);
  write("index.html", "newer");
  const auto page = get("/", "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(body_of(*page), "newer");
  std::filesystem::remove(folder_ / "index.html");
  EXPECT_FALSE(get("/").has_value());
}

TEST_F(StaticFilesFolder, AFileIsReadWhileItIsSentAndNotBefore) {
  write("sparse.bin", "");
  constexpr std::uintmax_t kSize = std::uintmax_t{1} << 40;
  std::filesystem::resize_file(folder_ / "sparse.bin", kSize);
  const auto all = get("/sparse.bin");
  EXPECT_EQ(all->content_length(), kSize);
  EXPECT_EQ(body_of(*get("/sparse.bin", "Range: bytes=-200000\r\n")), std::string(200'000, '\0'));
  std::filesystem::resize_file(folder_ / "sparse.bin", 10);
  EXPECT_EQ(body_of(*all), std::string(10, '\0') + "cut off");
}

TEST_F(StaticFilesFolder, KnowsOnlyItsFiles) {
  write("index.html", "page");
  for (const char* path : {"/none", "/assets", "/assets/", "/../index.html", "/%2e%2e/index.html",
                           "//etc/passwd", "/index.html%00"}) {
    EXPECT_FALSE(get(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace parley::http
