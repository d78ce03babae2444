// The head of a stored file: FileInfo as lines of text, in the first 4 KiB of the file whose
// content follows it. So one file on disk is one upload, and nothing can contradict it. While bytes
// come, only the number of those received changes, in place and within one sector. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "files/file_info.h"

namespace parley::files {

inline constexpr std::size_t kHeadBytes = 4096;
inline constexpr std::size_t kReceivedAt = 23;  // where received_text() stands in the head

// Exactly kHeadBytes; nothing when the words do not fit or hold a line break.
std::optional<std::string> encode_head(const FileInfo& info);
std::string received_text(std::uint64_t received);  // always as long
// All but id, changed_ms and expires_ms. Nothing if this is no head.
std::optional<FileInfo> parse_head(ByteView head);
// Whether it is what a kill or the loss of power leaves of a head that was being written: its first
// bytes and no more, or zeros. Never true of another version's or of what somebody else wrote.
bool is_unwritten_head(ByteView head);

}  // namespace parley::files
