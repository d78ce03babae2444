// `parley verify`: the work behind the command line: reads the options and the plan, runs it, and
// prints what was found. Called once, on the main thread.
#pragma once

#include <iosfwd>

#include "server/commands.h"

namespace parley::server {

// Returns the exit code: 0; 1 when an invariant was violated or nothing was checked; 2 wrong usage.
int verify_command(const CommandOptions& given, std::ostream& out, std::ostream& err);

}  // namespace parley::server
