// An HTTP request as the parser saw it, and the response that a handler gives. Plain values with no
// I/O. The views of a Request borrow from the parser's bytes and from those last fed to it: they
// hold until the parser's next call, so a handler that answers later copies what it keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/unique_function.h"

namespace parley::http {

struct Header {
  ByteView name;
  ByteView value;  // without surrounding spaces
};

struct Request {
  ByteView method;
  ByteView target;  // as sent; origin-form, absolute-form or "*"
  ByteView path;    // of the target, before '?', still percent-encoded; never empty
  ByteView query;   // of the target, after '?'
  int minor_version = 1;
  std::vector<Header> headers;
  ByteView body;
  bool keep_alive = false;  // the client is ready for another request on this connection

  // The first header of that name; names compare without case.
  std::optional<ByteView> header(ByteView name) const;
  std::size_t count(ByteView name) const;
  // The elements of the comma lists in all headers of that name, without empty ones. Commas inside
  // quoted strings divide too: fit for tokens and entity tags, not for free text.
  std::vector<ByteView> elements(ByteView name) const;
  // Is `token` one of those elements, compared without case?
  bool has_token(ByteView name, ByteView token) const;
  // The first parameter of that name in the query, decoded; nothing if its escapes are broken.
  std::optional<std::string> query_parameter(ByteView name) const;
  // The path with its escapes decoded, once. Nothing if it is no safe path: a broken escape, bytes
  // that are no text, or a dot segment, which could climb out of whatever it is looked up in.
  std::optional<std::string> decoded_path() const;
};

// Who sent the request, as the socket knows it.
struct Peer {
  std::string address;
  bool tls = false;
  bool loopback = false;
  bool insecure = false;  // the listener lets everybody do everything
};

// A body that is read piece by piece while it is sent, so that a large file never lies in memory as
// a whole. Used by one connection, on its shard's thread.
class BodySource {
 public:
  using Piece = UniqueFunction<void(Result<std::string>)>;

  virtual ~BodySource() = default;
  virtual std::uint64_t size() const = 0;  // all pieces together
  // The next piece, never empty, now or later; after an error the connection is cut. Asked for only
  // when the one before it has been written.
  virtual void next(Piece piece) = 0;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  ByteView static_body;  // sent instead of `body` when not empty; outlives the response
  std::shared_ptr<BodySource> source = nullptr;  // sent instead of both when there is one
  bool close = false;                            // close the connection after this response

  std::uint64_t content_length() const { return source ? source->size() : content().size(); }
  ByteView content() const { return static_body.empty() ? ByteView(body) : static_body; }
  void add(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
  }
};

}  // namespace parley::http
