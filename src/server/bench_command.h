// `parley bench`: the work behind the command line: reads the options, starts a server if asked to,
// runs the load, prints and writes what came out.
#pragma once

#include <iosfwd>

#include "server/commands.h"

namespace parley::server {

// Returns the exit code: 0; 1 when something was lost or nothing could be measured; 2 wrong usage.
int bench_command(const CommandOptions& given, std::ostream& out, std::ostream& err);

}  // namespace parley::server
