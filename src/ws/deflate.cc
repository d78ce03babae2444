#include "ws/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace parley::ws {
namespace {

// What a sync flush ends with; senders leave it out (RFC 7692 section 7.2.1).
constexpr ByteView kTail{"\x00\x00\xFF\xFF", 4};

constexpr std::size_t kFirstOutput = std::size_t{16} * 1024;
// One huge message must not stay with the shard.
constexpr std::size_t kKeptOutput = std::size_t{1024} * 1024;

// zlib counts in 32 bits.
uInt zlib_size(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

Bytef* zlib_bytes(const char* bytes) { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes)); }

void release_if_large(std::vector<char>& output) {
  if (output.size() > kKeptOutput) std::vector<char>().swap(output);
}

// True when the last inflate() stopped between two blocks with no bit left over: it tells so in
// data_type, 128 for the boundary plus the count of unused bits (zlib.h).
bool between_blocks(const z_stream& stream) { return stream.data_type == 128; }

}  // namespace

Inflater::Inflater() : stream_(std::make_unique<z_stream>()) {
  // The largest window reads whatever smaller one the client chose.
  CHECK(inflateInit2(stream_.get(), -MAX_WBITS) == Z_OK);
}

Inflater::~Inflater() { inflateEnd(stream_.get()); }

Result<ByteView> Inflater::inflate(ByteView compressed, std::uint64_t cap) {
  // A flush with nothing to flush is nothing at all in some deflaters, instead of the byte 0.
  if (compressed.empty()) return ByteView();
  release_if_large(output_);
  produced_ = 0;
  CHECK(inflateReset(stream_.get()) == Z_OK);
  bool whole = false;
  for (const ByteView input : {compressed, kTail}) {
    const auto ended = run(input, cap);
    if (ended.has_error()) return ended.error();
    whole = *ended;
  }
  if (!whole) return Errc::ws_bad_deflate;
  return ByteView(output_.data(), produced_);
}

// Answers whether the input ended where a block does.
Result<bool> Inflater::run(ByteView input, std::uint64_t cap) {
  // One byte more than allowed proves the excess.
  const std::uint64_t enough = std::max(cap, cap + 1);
  for (bool more = true; more;) {
    if (produced_ == output_.size()) {
      output_.resize(std::min(std::max<std::uint64_t>(kFirstOutput, output_.size() * 2), enough));
    }
    const uInt room = zlib_size(std::min<std::uint64_t>(output_.size(), enough) - produced_);
    const uInt offered = zlib_size(input.size());
    stream_->next_in = zlib_bytes(input.data());
    stream_->avail_in = offered;
    stream_->next_out = zlib_bytes(output_.data() + produced_);
    stream_->avail_out = room;
    const int status = ::inflate(stream_.get(), Z_SYNC_FLUSH);
    // Z_BUF_ERROR: there was nothing left to do.
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return Errc::ws_bad_deflate;
    }
    input.remove_prefix(offered - stream_->avail_in);
    produced_ += room - stream_->avail_out;
    if (produced_ > cap) return Errc::ws_message_too_big;
    if (status == Z_STREAM_END) {
      // A final block ends the stream but not the message (section 7.2.3.4): a new stream follows.
      CHECK(inflateReset(stream_.get()) == Z_OK);
      if (input.empty()) return true;
    }
    more = !input.empty() || stream_->avail_out == 0;
  }
  return between_blocks(*stream_);
}

Deflater::Deflater(int window_bits, int level) : stream_(std::make_unique<z_stream>()) {
  CHECK(window_bits >= kMinWindowBits && window_bits <= kMaxWindowBits);
  constexpr int kMemoryLevel = 8;  // zlib's default
  CHECK(deflateInit2(stream_.get(), level, Z_DEFLATED, -window_bits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) == Z_OK);
}

Deflater::~Deflater() { deflateEnd(stream_.get()); }

std::optional<ByteView> Deflater::deflate(ByteView payload) {
  // Room for what would just not be smaller, so a flush that fills it has not paid.
  release_if_large(output_);
  const std::size_t room = payload.size() + kTail.size();
  if (room > std::numeric_limits<uInt>::max()) return std::nullopt;
  if (output_.size() < room) output_.resize(room);
  CHECK(deflateReset(stream_.get()) == Z_OK);
  stream_->next_in = zlib_bytes(payload.data());
  stream_->avail_in = zlib_size(payload.size());
  stream_->next_out = zlib_bytes(output_.data());
  stream_->avail_out = zlib_size(room);
  const int status = ::deflate(stream_.get(), Z_SYNC_FLUSH);
  CHECK(status == Z_OK || status == Z_BUF_ERROR);
  if (stream_->avail_out == 0) return std::nullopt;
  const ByteView flushed(output_.data(), room - stream_->avail_out);
  DCHECK(flushed.ends_with(kTail));
  return flushed.substr(0, flushed.size() - kTail.size());
}

}  // namespace parley::ws
