// The HTML report of a run: one file with its own style, script and plots that opens without a
// network, made from the result's JSON. Its parts lie in report/ and are joined here.
#pragma once

#include <string>

#include "base/bytes.h"

namespace parley::loadgen {

// `json` as to_json() writes it. Whatever its strings hold, none of it is taken for markup.
std::string html_report(ByteView json);

}  // namespace parley::loadgen
