// The TLS stream against OpenSSL's own client over a real socket pair.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "base/bytes.h"
#include "runtime/shard_set.h"
#include "runtime/test_streams.h"
#include "runtime/tls_context.h"

namespace parley::runtime {
namespace {

struct Ears final : FdEvents {
  void on_readable() override { ++readable; }
  void on_writable() override { ++writable; }
  int readable = 0;
  int writable = 0;
};

class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest()
      : server_(make_tls_stream(shards_[0], sockets_.ours, ears_, *context_)),
        client_context_(SSL_CTX_new(TLS_client_method())),
        client_(SSL_new(client_context_)) {
    SSL_set_fd(client_, sockets_.theirs);
    SSL_set_connect_state(client_);
  }
  ~TlsStreamTest() override {
    SSL_free(client_);
    SSL_CTX_free(client_context_);
  }

  // The server moves its handshake by reading; nothing has been sent yet.
  void handshake() {
    for (int i = 0; i < 10 && SSL_do_handshake(client_) != 1; ++i) {
      EXPECT_EQ(server_->read(buffer_).status, IoResult::Status::would_block);
    }
    ASSERT_TRUE(SSL_is_init_finished(client_));
    EXPECT_EQ(server_->read(buffer_).status, IoResult::Status::would_block);  // its last words
  }

  IoResult send(ByteView bytes) {
    const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
    return server_->write({&piece, 1});
  }

  ShardSet shards_{1};
  SocketPair sockets_;
  Ears ears_;
  std::shared_ptr<const TlsContext> context_ = TlsContext::self_signed();
  std::unique_ptr<Stream> server_;
  SSL_CTX* client_context_;
  SSL* client_;
  std::array<char, 65536> buffer_{};
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  handshake();
  ASSERT_EQ(SSL_write(client_, "hello", 5), 5);
  const IoResult got = server_->read(buffer_);
  ASSERT_EQ(got.status, IoResult::Status::ok);
  EXPECT_EQ(ByteView(buffer_.data(), got.bytes), "hello");

  EXPECT_EQ(send("world").bytes, 5U);
  char answer[16];
  ASSERT_EQ(SSL_read(client_, answer, sizeof answer), 5);
  EXPECT_EQ(ByteView(answer, 5), "world");
}

TEST_F(TlsStreamTest, SpeaksTls12AtLeast) {
  SSL_set_max_proto_version(client_, TLS1_1_VERSION);
  SSL_set_security_level(client_, 0);
  SSL_do_handshake(client_);
  EXPECT_EQ(server_->read(buffer_).status, IoResult::Status::closed);
}

TEST_F(TlsStreamTest, GarbageInsteadOfAHandshakeIsTheEnd) {
  ASSERT_EQ(::send(sockets_.theirs, "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
  EXPECT_EQ(server_->read(buffer_).status, IoResult::Status::closed);
}

TEST_F(TlsStreamTest, ALargeWriteStopsAtAFullSocketAndGoesOn) {
  handshake();
  const std::string large(4 << 20, 'x');
  std::size_t sent = 0;
  std::size_t received = 0;
  bool was_full = false;
  for (int i = 0; i < 10000 && received < large.size(); ++i) {
    for (IoResult result; sent < large.size(); sent += result.bytes) {
      result = send(ByteView(large).substr(sent));
      ASSERT_NE(result.status, IoResult::Status::closed);
      was_full |= result.status == IoResult::Status::would_block;
      if (result.bytes == 0) break;
    }
    for (int got = 0;
         (got = SSL_read(client_, buffer_.data(), static_cast<int>(buffer_.size()))) > 0;) {
      received += static_cast<std::size_t>(got);
    }
    if (sent == large.size()) shards_.run_until_idle();  // the last record leaves by itself
  }
  EXPECT_TRUE(was_full);
  EXPECT_EQ(received, large.size());
}

TEST_F(TlsStreamTest, TellsThePeerThatItEnds) {
  handshake();
  server_->shutdown_write();
  EXPECT_EQ(SSL_read(client_, buffer_.data(), 1), 0);
  EXPECT_EQ(SSL_get_error(client_, 0), SSL_ERROR_ZERO_RETURN);
}

TEST_F(TlsStreamTest, BytesLeftInsideAreAnnouncedAgain) {
  handshake();
  const std::string text(1000, 'y');
  ASSERT_EQ(SSL_write(client_, text.data(), 1000), 1000);
  EXPECT_EQ(server_->read(std::span(buffer_).first(10)).bytes, 10U);  // 990 wait inside
  server_->start_reading();
  for (int i = 0; i < 3; ++i) shards_[0].turn();
  EXPECT_GT(ears_.readable, 0);
}

TEST(TlsContext, SaysWhichFileIsWrong) {
  std::string why;
  EXPECT_FALSE(TlsContext::load("/nonexistent.pem", "/nonexistent.key", why).has_value());
  EXPECT_NE(why.find("/nonexistent.pem"), std::string::npos);
}

// A client's stream, whose first words wait for its handshake.
struct Greeter final : FdEvents {
  void on_readable() override {
    if (const IoResult got = stream->read(buffer); got.status == IoResult::Status::ok) {
      heard.append(buffer.data(), got.bytes);
    }
  }
  void on_writable() override { say(); }
  void say() {
    const iovec piece{words.data(), words.size()};
    if (stream->write({&piece, 1}).status == IoResult::Status::would_block) {
      return stream->wait_writable();
    }
    ++said;
  }
  std::unique_ptr<Stream> stream;
  std::string words = "hello";
  std::string heard;
  int said = 0;
  std::array<char, 1024> buffer{};
};

TEST(TlsClient, ItsFirstWordsFollowTheHandshake) {
  ShardSet shards(1);
  SocketPair sockets;
  const auto server_context = TlsContext::self_signed();
  const auto client_context = TlsContext::any_server();
  Greeter server, client;
  server.stream = make_tls_stream(shards[0], sockets.ours, server, *server_context);
  client.stream = make_tls_stream(shards[0], ::dup(sockets.theirs), client, *client_context);
  server.stream->start_reading();
  client.stream->start_reading();
  client.say();
  EXPECT_EQ(client.said, 0);
  for (int i = 0; i < 100 && server.heard.empty(); ++i) shards[0].turn();
  EXPECT_EQ(server.heard, "hello");
  EXPECT_EQ(client.said, 1);
  server.say();
  for (int i = 0; i < 100 && client.heard.empty(); ++i) shards[0].turn();
  EXPECT_EQ(client.heard, "hello");
}

}  // namespace
}  // namespace parley::runtime
