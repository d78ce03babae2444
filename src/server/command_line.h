// `parley demo | serve | config init|check|doc | token make|explain | version`: reads the arguments
// and the environment, answers the informative commands itself and hands a valid configuration to a
// hook for the two that run a server. Called once from main. Exit codes: 0 done, 1 a token refused,
// 2 wrong usage or configuration, otherwise what the hook returned.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"

namespace parley::server {

struct CommandHooks {
  std::function<int(const Config&)> serve;
  std::function<int(const Config&)> demo;
};

int run_command_line(int argc, const char* const* argv, const CommandHooks& hooks);

// The same with everything given; `arguments` begins behind the program's name.
int run_command_line(const std::vector<std::string>& arguments, const Environment& environment,
                     std::ostream& out, std::ostream& err, const CommandHooks& hooks);

}  // namespace parley::server
