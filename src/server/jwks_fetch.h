// JwksFetch: keeps a verifier's fetched keys fresh from one URL (tokens.jwks_url). Owned by Server,
// made before the shards start and destroyed after they have stopped; its work runs on a thread of
// its own named "jwks", as DNS and TLS may block. It fetches at start, every `refresh`, and when a
// token names an unknown key, then at most once in `pause`. A failed fetch keeps the last good keys
// and is tried again after `pause`, later each time.
// Only https, or http on this machine; no redirects; at most kMaxJwksBytes. libcurl is seen behind
// this header alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "auth/verifier.h"
#include "base/clock.h"

namespace parley::server {

struct JwksOptions {
  std::string url{};
  Duration refresh{3'600'000};
  Duration pause{10'000};    // between two fetches that something else than `refresh` asks for
  Duration timeout{10'000};  // for one fetch, from the name's look-up to the last byte
};

// What is wrong with a URL of keys, or "".
std::string check_jwks_url(std::string_view url);

class JwksFetch {
 public:
  JwksFetch(JwksOptions options, auth::Verifier& verifier);
  ~JwksFetch();  // ends a fetch that is under way, joins the thread

  // Any thread: a token names an unknown key. True when a fetch is due or under way, so that the
  // token may pass soon. Never blocks.
  bool request();

  // True once the first fetch has ended, well or not; waits for that as long as `limit`. Called
  // before the listeners open, so that clients who come back to a new process are not refused.
  bool wait_for_first(Duration limit) const;

  std::uint64_t fetches() const;   // ended, well or not
  std::uint64_t failures() const;  // of them

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace parley::server
