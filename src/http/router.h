// Router: from method and path to handler. One per shard, filled before the first request, used on
// that shard's thread. Paths match in their decoded form; a path that is not safe to decode is
// answered with 400 and reaches no handler.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_function.h"
#include "http/message.h"

namespace parley::http {

// Called once, on the same thread, now or later.
using Responder = UniqueFunction<void(Response)>;
using Handler = UniqueFunction<void(const Request&, const Peer&, Responder)>;

class Router {
 public:
  // A pattern is a path ("/health") or a prefix ("/room/*"); the exact path wins over prefixes, a
  // longer prefix over a shorter. A GET handler answers HEAD too unless HEAD has its own.
  void add(std::string method, std::string pattern, Handler handler);
  // Answers whatever no pattern matches; without it that is 404.
  void set_fallback(Handler handler);

  void dispatch(const Request& request, const Peer& peer, Responder respond);

 private:
  struct Route {
    std::vector<std::pair<std::string, Handler>> handlers;  // by method
    Handler* find(ByteView method);
    std::string allow() const;
  };
  Route* match(const std::string& path);

  std::map<std::string, Route, std::less<>> exact_;
  std::map<std::string, Route, std::less<>> prefixes_;  // without the '*'
  Handler fallback_;
};

}  // namespace parley::http
