// The TLS stream. OpenSSL works on two memory BIOs and never sees the socket: cipher text from the
// socket goes through a buffer on the stack into `in_`, cipher text for the socket leaves through
// `out_`. At most one record's worth of cipher text waits in `out_`, since write() takes no plain
// text before the last is gone; so the outbox's limit stays the only bound that matters.
#include <openssl/bio.h>
#include <openssl/buffer.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "runtime/stream.h"
#include "runtime/tls_context.h"

namespace parley::runtime {
namespace {

constexpr std::size_t kRecordBytes = 16 * 1024;         // plain text in one TLS record
constexpr std::size_t kReadBytes = kRecordBytes + 512;  // one record with its frame
// Of cipher text: a buffer that has grown beyond that is given back as soon as it is empty. Small
// messages keep theirs, a handshake does not.
constexpr std::size_t kKeptBytes = 512;

void give_back_memory(BIO* bio) {
  BUF_MEM* memory = nullptr;
  BIO_get_mem_ptr(bio, &memory);
  if (memory->max > kKeptBytes && BIO_pending(bio) == 0) {
    BIO_set_mem_buf(bio, BUF_MEM_new(), BIO_CLOSE);
  }
}

class TlsStream final : public Stream, private FdEvents {
 public:
  TlsStream(Shard& shard, int fd, FdEvents& events, const TlsContext& context)
      : events_(&events), watch_(shard, fd, *this), ssl_(SSL_new(context.native())) {
    CHECK(ssl_ != nullptr);
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);  // empty means "later", not "end"
    SSL_set_bio(ssl_, in_, out_);     // which owns them from here
    if (SSL_is_server(ssl_) == 1) {
      SSL_set_accept_state(ssl_);
    } else {
      SSL_set_connect_state(ssl_);
    }
  }

  ~TlsStream() override { SSL_free(ssl_); }

  IoResult read(std::span<char> buffer) override {
    std::size_t total = 0;
    filled_ = false;
    while (total < buffer.size()) {
      std::size_t got = 0;
      const int ok = SSL_read_ex(ssl_, buffer.data() + total, buffer.size() - total, &got);
      if (ok == 1) {
        total += got;
        continue;
      }
      const int error = SSL_get_error(ssl_, ok);
      ERR_clear_error();
      flush_cipher();  // handshake records, alerts
      if (error != SSL_ERROR_WANT_READ) return ended(total);
      const IoResult::Status fed = feed_cipher();
      if (fed == IoResult::Status::would_block) break;
      if (fed == IoResult::Status::closed) return ended(total);
    }
    filled_ = total == buffer.size();
    give_back_memory(in_);
    if (total > 0) return {IoResult::Status::ok, total};
    return {IoResult::Status::would_block, 0};
  }

  IoResult write(std::span<const iovec> pieces) override {
    std::size_t total = 0;
    std::array<char, kRecordBytes> record;
    Cursor cursor{pieces};
    for (;;) {
      const IoResult::Status flushed = flush_cipher();
      if (flushed == IoResult::Status::closed) return {flushed, total};
      if (flushed == IoResult::Status::would_block) break;
      const std::size_t size = cursor.fill(record);
      if (size == 0) return {IoResult::Status::ok, total};
      std::size_t taken = 0;
      const int ok = SSL_write_ex(ssl_, record.data(), size, &taken);
      if (ok != 1) {
        ERR_clear_error();
        // A client speaks first: its words wait for the end of the handshake, which this began.
        if (is_greeting()) {
          const bool sent = flush_cipher() != IoResult::Status::closed;
          return {sent ? IoResult::Status::would_block : IoResult::Status::closed, 0};
        }
        // For a server not even WANT_READ is worth waiting for: before the handshake is done
        // nobody but a request that timed out has anything to say, and it cannot be said.
        return {IoResult::Status::closed, total};
      }
      total += taken;
      if (taken < size) break;
    }
    if (total > 0) return {IoResult::Status::ok, total};
    return {IoResult::Status::would_block, 0};
  }

  void start_reading() override {
    reading_ = true;
    watch_.start_reading();
    announce_rest();
  }
  void pause_reading() override {
    reading_ = false;
    watch_.pause_reading();
  }
  void wait_writable() override {
    owner_waits_ = true;
    if (!is_greeting()) watch_.wait_writable();
  }
  void shutdown_write() override {
    SSL_shutdown(ssl_);  // sends close_notify
    ERR_clear_error();
    flush_cipher();
    ::shutdown(watch_.fd(), SHUT_WR);
  }
  void set_events(FdEvents& events) override { events_ = &events; }

 private:
  // Walks the pieces, filling one record at a time.
  struct Cursor {
    std::span<const iovec> pieces;
    std::size_t offset = 0;  // into the first piece

    std::size_t fill(std::span<char> record) {
      std::size_t size = 0;
      while (!pieces.empty() && size < record.size()) {
        const iovec& piece = pieces.front();
        const std::size_t part = std::min(piece.iov_len - offset, record.size() - size);
        std::memcpy(record.data() + size, static_cast<char*>(piece.iov_base) + offset, part);
        size += part;
        offset += part;
        if (offset == piece.iov_len) {
          pieces = pieces.subspan(1);
          offset = 0;
        }
      }
      return size;
    }
  };

  static IoResult ended(std::size_t total) {
    if (total > 0) return {IoResult::Status::ok, total};  // what came before the end comes first
    return {IoResult::Status::closed, 0};
  }

  // A client whose handshake is not done.
  bool is_greeting() const { return SSL_is_server(ssl_) == 0 && SSL_in_init(ssl_) == 1; }

  IoResult::Status feed_cipher() {
    std::array<char, kReadBytes> cipher;
    const ssize_t got = ::recv(watch_.fd(), cipher.data(), cipher.size(), 0);
    if (got > 0) {
      CHECK(BIO_write(in_, cipher.data(), static_cast<int>(got)) == got);
      return IoResult::Status::ok;
    }
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      return IoResult::Status::would_block;
    }
    return IoResult::Status::closed;
  }

  IoResult::Status flush_cipher() {
    char* data = nullptr;
    for (;;) {
      const long size = BIO_get_mem_data(out_, &data);
      if (size <= 0) {
        give_back_memory(out_);
        return IoResult::Status::ok;
      }
      const ssize_t sent = ::send(watch_.fd(), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
          return IoResult::Status::closed;
        }
        watch_.wait_writable();
        return IoResult::Status::would_block;
      }
      drop_cipher(static_cast<std::size_t>(sent));
    }
  }

  // Reading from a memory BIO is how one forgets its first bytes.
  void drop_cipher(std::size_t size) {
    std::array<char, kReadBytes> forgotten;
    while (size > 0) {
      const int part = static_cast<int>(std::min(size, forgotten.size()));
      CHECK(BIO_read(out_, forgotten.data(), part) == part);
      size -= static_cast<std::size_t>(part);
    }
  }

  // Bytes that a full buffer left inside make no socket readable. A socket is nearly always
  // writable, so that event brings us back without a timer or a task of our own.
  void announce_rest() {
    if (filled_) watch_.wait_writable();
  }

  void on_readable() override {
    const bool was_greeting = is_greeting();
    events_->on_readable();
    if (was_greeting && owner_waits_ && !is_greeting()) watch_.wait_writable();
    announce_rest();
  }

  void on_writable() override {
    if (flush_cipher() == IoResult::Status::would_block) return;
    if (owner_waits_) {
      owner_waits_ = false;
      events_->on_writable();
    }
    if (reading_ && filled_) on_readable();
  }

  FdEvents* events_;
  FdWatch watch_;
  SSL* ssl_;
  BIO* in_;   // owned by ssl_
  BIO* out_;  // owned by ssl_
  bool owner_waits_ = false;
  bool reading_ = false;
  bool filled_ = false;  // the last read filled its buffer: there may be more inside
};

}  // namespace

std::unique_ptr<Stream> make_tls_stream(Shard& shard, int fd, FdEvents& events,
                                        const TlsContext& context) {
  return std::make_unique<TlsStream>(shard, fd, events, context);
}

}  // namespace parley::runtime
