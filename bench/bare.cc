// bench_bare: the least that any WebSocket server must do, as the limit to measure others against.
// One thread, a level-triggered epoll loop, blocking send(). After the opening handshake it knows
// frames with a whole text or binary message and the close frame, nothing else: no fragments, no
// pings, no compression, no queues, no limits. A receiver that stops reading stops everyone.
// Nothing of Parley is in it, so a fault or a merit of Parley's cannot be in both.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Mode { fanout, echo };

constexpr std::size_t kReadSize = 1 << 16;
constexpr std::size_t kMaskSize = 4;
constexpr unsigned kOpcodeMask = 0x0f;
constexpr unsigned kOpcodeText = 1;
constexpr unsigned kOpcodeBinary = 2;
constexpr unsigned kOpcodeClose = 8;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench_bare: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int checked(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

// ---- the opening handshake, once for each connection

// The value of the header, or nothing.
std::string_view header(std::string_view request, std::string_view name) {
  for (std::size_t at = request.find("\r\n"); at != std::string_view::npos;
       at = request.find("\r\n", at)) {
    at += 2;
    if (strncasecmp(request.data() + at, name.data(), name.size()) != 0) continue;
    const std::size_t begin = request.find_first_not_of(' ', at + name.size());
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }
  return {};
}

// Nothing when it is no request for a WebSocket.
std::string upgrade_response(std::string_view request) {
  const std::string_view key = header(request, "Sec-WebSocket-Key:");
  if (key.empty()) return {};
  const std::string proof = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(proof.data()), proof.size(), digest.data());
  std::array<unsigned char, 32> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), digest.size());
  return std::string(
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Accept: ") +
         reinterpret_cast<const char*>(base64.data()) + "\r\n\r\n";
}

// ---- the frames

struct Frame {
  unsigned opcode = 0;
  std::size_t payload_at = 0;
  std::size_t payload_size = 0;
};

// The masked frame at the beginning of `in`; false when it is not whole yet.
bool parse(std::string_view in, Frame& frame) {
  if (in.size() < 2) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(in.data());
  const unsigned length = bytes[1] & 0x7f;
  const std::size_t length_size = length == 127 ? 8 : length == 126 ? 2 : 0;
  frame.opcode = bytes[0] & kOpcodeMask;
  frame.payload_at = 2 + length_size + kMaskSize;
  if (in.size() < frame.payload_at) return false;
  frame.payload_size = length_size == 0 ? length : 0;
  for (std::size_t i = 0; i < length_size; ++i) {
    frame.payload_size = frame.payload_size << 8 | bytes[2 + i];
  }
  return in.size() - frame.payload_at >= frame.payload_size;
}

// The frame as a server sends it: a header without a mask, the payload in the clear.
void append_unmasked(std::string& out, const char* in, const Frame& frame) {
  const std::size_t size = frame.payload_size;
  out += static_cast<char>(0x80 | frame.opcode);
  const int length_size = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  out += static_cast<char>(length_size == 0 ? size : length_size == 2 ? 126 : 127);
  for (int i = length_size - 1; i >= 0; --i) out += static_cast<char>(size >> (8 * i));

  const char* mask = in + frame.payload_at - kMaskSize;
  std::uint32_t word_mask = 0;
  std::memcpy(&word_mask, mask, kMaskSize);
  std::size_t at = out.size();
  out.append(in + frame.payload_at, size);
  for (; at + kMaskSize <= out.size(); at += kMaskSize) {
    std::uint32_t word = 0;
    std::memcpy(&word, &out[at], kMaskSize);
    word ^= word_mask;
    std::memcpy(&out[at], &word, kMaskSize);
  }
  for (; at < out.size(); ++at) out[at] = static_cast<char>(out[at] ^ *mask++);
}

// ---- the server

class BareServer {
 public:
  BareServer(Mode mode, int port);
  [[noreturn]] void run();

 private:
  struct Connection {
    std::string pending;     // an unfinished request or frame
    std::size_t member = 0;  // its place in members_
    bool open = false;       // after the handshake
  };

  void accept_one();
  void read_from(int fd);
  void shake_hands(int fd);
  bool take_frames(int fd, std::string_view in);  // false at a close frame
  void drop(int fd);
  static void send_all(int fd, std::string_view bytes);

  const Mode mode_;
  int listener_;
  int epoll_;
  std::vector<Connection> connections_;  // by descriptor
  std::vector<int> members_;             // those that get what is published
  std::string out_;                      // what one read gave, as it is sent
  std::string buffer_ = std::string(kReadSize, '\0');
};

BareServer::BareServer(Mode mode, int port)
    : mode_(mode),
      listener_(checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  socklen_t size = sizeof address;
  checked(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), "bind");
  checked(listen(listener_, 4096), "listen");
  checked(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  epoll_event event{.events = EPOLLIN, .data = {.fd = listener_}};
  checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event), "epoll_ctl");
  std::printf("listening on ws://127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
}

void BareServer::run() {
  std::array<epoll_event, 512> events{};
  for (;;) {
    const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      fd == listener_ ? accept_one() : read_from(fd);
    }
  }
}

void BareServer::accept_one() {
  const int fd = checked(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), "accept4");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connections_.size() <= static_cast<std::size_t>(fd)) connections_.resize(fd + 1);
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void BareServer::read_from(int fd) {
  const ssize_t got = recv(fd, buffer_.data(), buffer_.size(), 0);
  if (got <= 0) return drop(fd);
  Connection& connection = connections_[fd];
  std::string_view in(buffer_.data(), static_cast<std::size_t>(got));
  if (!connection.open || !connection.pending.empty()) in = connection.pending.append(in);
  if (!connection.open) return shake_hands(fd);
  if (!take_frames(fd, in)) drop(fd);
}

void BareServer::shake_hands(int fd) {
  Connection& connection = connections_[fd];
  if (connection.pending.find("\r\n\r\n") == std::string::npos) return;
  const std::string response = upgrade_response(connection.pending);
  if (response.empty()) return drop(fd);
  connection = {.pending = {}, .member = members_.size(), .open = true};
  members_.push_back(fd);
  send_all(fd, response);
}

bool BareServer::take_frames(int fd, std::string_view in) {
  out_.clear();
  Frame frame;
  for (; parse(in, frame); in.remove_prefix(frame.payload_at + frame.payload_size)) {
    if (frame.opcode == kOpcodeClose) return false;
    if (frame.opcode != kOpcodeText && frame.opcode != kOpcodeBinary) continue;
    append_unmasked(out_, in.data(), frame);
  }
  std::string& pending = connections_[fd].pending;
  if (!in.empty() || !pending.empty()) pending = std::string(in);
  if (out_.empty()) return true;
  if (mode_ == Mode::echo) {
    send_all(fd, out_);
  } else {
    for (const int member : members_) send_all(member, out_);
  }
  return true;
}

void BareServer::drop(int fd) {
  const Connection& connection = connections_[fd];
  if (connection.open) {
    const int last = members_.back();
    members_[connection.member] = last;
    connections_[last].member = connection.member;
    members_.pop_back();
  }
  connections_[fd] = {};
  close(fd);
}

// A receiver that has gone is dropped when its socket is read.
void BareServer::send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

int main(int argc, char** argv) {
  Mode mode = Mode::fanout;
  int port = 0;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
    if (flag == "--mode" && (value == "fanout" || value == "echo")) {
      mode = value == "echo" ? Mode::echo : Mode::fanout;
    } else if (flag == "--port" && !value.empty()) {
      port = std::atoi(argv[i + 1]);
    } else {
      std::fputs("usage: bench_bare [--mode fanout|echo] [--port N]\n", stderr);
      return 2;
    }
  }
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  BareServer(mode, port).run();
}
