// Negotiation of permessage-deflate: reads Sec-WebSocket-Extensions (grammar: RFC 6455 section 9.1)
// and takes the first offer that we can keep (RFC 7692 section 7.1). One object per handshake; one
// pass over the bytes, whatever they are. Both sides give up context takeover, so that one
// compressed frame serves every receiver and an idle connection owns no window.
#pragma once

#include <string>

#include "base/bytes.h"

namespace parley::ws {

struct DeflateAgreement {
  bool enabled = false;
  int server_max_window_bits = 15;  // our Deflater's window; the client's may be any
};

class DeflateNegotiation {
 public:
  // One header's value; the request may have several. False: it breaks the grammar.
  bool consider(ByteView header_value);

  const DeflateAgreement& agreement() const { return agreement_; }
  // The value of the response header; empty when nothing was agreed.
  const std::string& response() const { return response_; }

 private:
  DeflateAgreement agreement_;
  std::string response_;
};

}  // namespace parley::ws
