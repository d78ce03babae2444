#include "server/jwks_fetch.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "auth/signer.h"
#include "auth/test_keys.h"
#include "base/text.h"

namespace parley::server {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
constexpr Duration kLong{3'600'000};
constexpr Duration kPatience{20'000};

std::string answer(const std::string& body, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

// An HTTP server on a port of the system's choice; `reply` makes the nth answer, "" stalls.
class TinyServer {
 public:
  explicit TinyServer(std::function<std::string(int)> reply) : reply_(std::move(reply)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/keys";
    thread_ = std::thread([this] { serve(); });
  }
  ~TinyServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const int stalled : stalled_) ::close(stalled);
  }

  const std::string& url() const { return url_; }
  bool wait_for_requests(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return requests_ >= count; });
  }

 private:
  void serve() {
    for (int socket; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      std::string head;
      char buffer[1024];
      while (head.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = ::read(socket, buffer, sizeof buffer);
        if (count <= 0) break;
        head.append(buffer, static_cast<std::size_t>(count));
      }
      const std::string text = reply_(requests_);
      for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t count = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) break;
        sent += static_cast<std::size_t>(count);
      }
      if (text.empty()) {
        stalled_.push_back(socket);
      } else {
        ::close(socket);
      }
      const std::lock_guard lock(mutex_);
      ++requests_;
      changed_.notify_all();
    }
  }

  const std::function<std::string(int)> reply_;
  int listener_ = -1;
  std::string url_;
  std::vector<int> stalled_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int requests_ = 0;
  std::thread thread_;
};

struct Issuer {
  auth::Signer signer;
  std::string jwks;
};

Issuer new_issuer(const std::string& id) {
  std::string why;
  auth::Signer signer = *auth::Signer::pem(auth::new_ed25519_key(), auth::Algorithm::eddsa, why);
  const std::string pem = signer.public_key();
  const auth::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const auth::PkeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  std::string raw(32, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
  return {std::move(signer), R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":")" + id +
                                 R"(","x":")" + base64url_encode(raw) + R"("}]})"};
}

std::unique_ptr<auth::Verifier> new_verifier() {
  std::string why;
  return *auth::Verifier::make({.fetched_keys = true}, why);
}

// "user NAME" or the reason.
std::string outcome(const auth::Verifier& verifier, const Issuer& issuer, const std::string& id) {
  std::string why;
  const auto claims = verifier.connection(issuer.signer.sign(R"({"sub":"ann"})", id), kNow, &why);
  return claims.has_value() ? "user " + claims->user : why;
}

std::string text_of(auth::Refusal refusal) { return std::string(auth::refusal_info(refusal).text); }

void wait_for_fetches(const JwksFetch& fetch, std::uint64_t count) {
  const TimePoint deadline = Clock::now() + kPatience;
  while (fetch.fetches() < count && Clock::now() < deadline) std::this_thread::yield();
  ASSERT_GE(fetch.fetches(), count);
}

TEST(JwksFetch, GivesTheKeysToTheVerifier) {
  const Issuer issuer = new_issuer("k1");
  TinyServer server([&](int) { return answer(issuer.jwks); });
  const auto verifier = new_verifier();
  JwksFetch fetch({.url = server.url(), .refresh = kLong, .pause = kLong}, *verifier);
  ASSERT_TRUE(fetch.wait_for_first(kPatience));
  EXPECT_EQ(outcome(*verifier, issuer, "k1"), "user ann");
  EXPECT_EQ(fetch.fetches(), 1);
  EXPECT_EQ(fetch.failures(), 0);
  // It has just asked: an unknown key does not make it ask again.
  EXPECT_EQ(outcome(*verifier, issuer, "k2"), text_of(auth::Refusal::unknown_key));
  EXPECT_FALSE(fetch.request());
}

TEST(JwksFetch, AnUnknownKeyMakesItAskAgain) {
  const Issuer old_issuer = new_issuer("k1");
  const Issuer new_one = new_issuer("k2");
  TinyServer server([&](int n) { return answer(n == 0 ? old_issuer.jwks : new_one.jwks); });
  const auto verifier = new_verifier();
  JwksFetch fetch({.url = server.url(), .refresh = kLong, .pause = Duration(0)}, *verifier);
  ASSERT_TRUE(fetch.wait_for_first(kPatience));
  EXPECT_EQ(outcome(*verifier, new_one, "k2"), text_of(auth::Refusal::keys_pending));
  wait_for_fetches(fetch, 2);
  EXPECT_EQ(outcome(*verifier, new_one, "k2"), "user ann");
  EXPECT_NE(outcome(*verifier, old_issuer, "k1"), "user ann");
}

TEST(JwksFetch, RefreshesByItself) {
  const Issuer issuer = new_issuer("k1");
  TinyServer server([&](int) { return answer(issuer.jwks); });
  const auto verifier = new_verifier();
  JwksFetch fetch({.url = server.url(), .refresh = Duration(1), .pause = kLong}, *verifier);
  EXPECT_TRUE(server.wait_for_requests(3));
}

TEST(JwksFetch, AFailureKeepsTheLastGoodKeys) {
  const Issuer issuer = new_issuer("k1");
  TinyServer server([&](int n) {
    switch (n) {
      case 1: return answer("busy", "503 Service Unavailable");
      case 2: return answer("<html>");
      case 3: return answer(std::string(auth::kMaxJwksBytes + 1, ' '));
      case 4: return std::string("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n");
      default: return answer(issuer.jwks);
    }
  });
  const auto verifier = new_verifier();
  JwksFetch fetch({.url = server.url(), .refresh = kLong, .pause = Duration(0)}, *verifier);
  ASSERT_TRUE(fetch.wait_for_first(kPatience));
  EXPECT_TRUE(fetch.request());  // from the first failure on, it tries again by itself
  wait_for_fetches(fetch, 6);
  EXPECT_EQ(fetch.failures(), 4);
  EXPECT_EQ(outcome(*verifier, issuer, "k1"), "user ann");
}

TEST(JwksFetch, BeforeTheFirstKeysATokenMayComeBack) {
  const Issuer issuer = new_issuer("k1");
  TinyServer server([&](int) { return answer("no", "500 Internal Server Error"); });
  const auto verifier = new_verifier();
  JwksFetch fetch({.url = server.url(), .refresh = kLong, .pause = kLong}, *verifier);
  ASSERT_TRUE(fetch.wait_for_first(kPatience));
  EXPECT_EQ(fetch.failures(), 1);
  EXPECT_EQ(outcome(*verifier, issuer, "k1"), text_of(auth::Refusal::keys_pending));
}

TEST(JwksFetch, AStalledServerHoldsNobodyUp) {
  TinyServer server([](int) { return std::string(); });
  const auto verifier = new_verifier();
  {
    JwksFetch fetch({.url = server.url(), .timeout = kLong}, *verifier);
    ASSERT_TRUE(server.wait_for_requests(1));
    EXPECT_TRUE(fetch.request());  // it is under way
    EXPECT_FALSE(fetch.wait_for_first(Duration(0)));
  }
  JwksFetch fetch({.url = server.url(), .pause = kLong, .timeout = Duration(1)}, *verifier);
  ASSERT_TRUE(fetch.wait_for_first(kPatience));
  EXPECT_EQ(fetch.failures(), 1);
}

TEST(JwksUrl, IsHttpsOrOfThisMachine) {
  for (const auto* good :
       {"", "https://issuer.example/.well-known/jwks.json", "https://10.0.0.1:8443/k",
        "http://127.0.0.1:8080/k", "http://localhost/k", "http://[::1]:1/k"}) {
    EXPECT_EQ(check_jwks_url(good), "") << good;
  }
  constexpr auto kScheme = "keys are fetched over https only, or over http from this machine";
  for (const auto* bad : {"http://issuer.example/k", "http://127.0.0.1.evil.example/k",
                          "http://localhost.evil.example/k", "http://localhost@evil.example/k",
                          "file:///etc/passwd", "ftp://127.0.0.1/k"}) {
    EXPECT_EQ(check_jwks_url(bad), kScheme) << bad;
  }
  EXPECT_EQ(check_jwks_url("https://ann:pw@issuer.example/k"),
            "a URL of keys has no user name in it");
  for (const auto* bad : {"issuer.example/k", "https://", "https:///k x"}) {
    EXPECT_EQ(check_jwks_url(bad), "this is no URL") << bad;
  }
}

}  // namespace
}  // namespace parley::server
