// Names of files as people gave them: made safe to store, to show and to save under, but otherwise
// kept, in whatever script. Pure functions.
#pragma once

#include <string>

#include "base/bytes.h"

namespace parley::files {

// Without a path, control characters and marks that turn the direction of writing (which hide an
// ending); at most 200 bytes of UTF-8 with the ending kept; "file" if nothing is left.
std::string clean_file_name(ByteView name);

// Content-Disposition (RFC 6266): the name in ASCII, and in UTF-8 where that differs.
std::string content_disposition(ByteView name, bool in_place);

}  // namespace parley::files
