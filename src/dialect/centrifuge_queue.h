// The commands of one connection that are not answered yet. They start in the order in which they
// came, and so are their replies written; an exclusive one runs alone: what is behind it waits for
// its reply. Empty, it holds no memory. Owned by the dialect of the connection, on its shard.
#pragma once

#include <list>
#include <string>

#include "base/unique_function.h"
#include "dialect/centrifuge_codec.h"

namespace parley::dialect::centrifuge {

struct Exchange {
  Command command = {};
  bool exclusive = true;
  bool answered = false;
  std::string reply = {};
  UniqueFunction<void()> after = {};  // called when the reply is written
};

class CommandQueue {
 public:
  class Runner {
   public:
    virtual void run(Exchange& exchange) = 0;  // answer() may be called before it returns, or later
    virtual void write(ByteView reply) = 0;

   protected:
    ~Runner() = default;
  };

  explicit CommandQueue(Runner& runner) : runner_(runner) {}
  CommandQueue(const CommandQueue&) = delete;
  CommandQueue& operator=(const CommandQueue&) = delete;

  std::size_t size() const { return waiting_.size() + running_.size(); }
  void push(Command command);
  // Calls `done` when all that was pushed is answered.
  void push(UniqueFunction<void()> done);
  void answer(Exchange& exchange, std::string reply);
  void stop() { stopped_ = true; }  // nothing more is run or written

 private:
  void advance();
  void write_answers();

  Runner& runner_;
  std::list<Exchange> waiting_;
  std::list<Exchange> running_;  // an exchange stays where it is in memory
  bool advancing_ = false;
  bool stopped_ = false;
};

}  // namespace parley::dialect::centrifuge
