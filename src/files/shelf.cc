#include "files/shelf.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "files/file_name.h"
#include "files/head.h"
#include "files/media_type.h"
#include "files/upload_metadata.h"

namespace parley::files {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSweptAtOnce = 100;
constexpr std::string_view kPart = ".part";

std::string part_of(const FileInfo& info) { return info.id + std::string(kPart); }

std::string name_of(const FileInfo& info) { return info.complete() ? info.id : part_of(info); }

std::uint64_t charge(std::uint64_t size) { return size + kHeadBytes; }

bool has_expired(const FileInfo& info, std::int64_t now_ms) {
  return info.expires_ms != 0 && now_ms >= info.expires_ms;
}

bool is_id(ByteView text) { return text.size() == 2 * kIdBytes && hex_decode(text).has_value(); }

}  // namespace

Result<std::unique_ptr<Shelf>> Shelf::open(std::unique_ptr<Folder> folder,
                                           const ShelfLimits& limits, WallClock clock) {
  std::unique_ptr<Shelf> shelf(new Shelf(std::move(folder), limits, clock));
  auto entries = shelf->folder_->list();
  if (!entries.has_value()) return entries.error();
  std::ranges::sort(*entries, {}, &Folder::Entry::name);  // "ID" before "ID.part"
  std::size_t foreign = 0;
  std::string example;
  std::string before;
  for (const Folder::Entry& entry : *entries) {
    // The part of what is there already is a copy that somebody made.
    const bool is_copy = entry.name == std::exchange(before, entry.name) + std::string(kPart);
    if (!is_copy && shelf->load(entry) != Found::foreign) continue;
    ++foreign;
    example = entry.name;
  }
  if (foreign > 0) {
    log::warning("files: {} files of the folder are no uploads of this version, such as {}; left",
                 foreign, example);
  }
  return shelf;
}

Shelf::Found Shelf::load(const Folder::Entry& entry) {
  const bool is_part = entry.name.ends_with(kPart);
  FileInfo info;
  info.id = entry.name.substr(0, entry.name.size() - (is_part ? kPart.size() : 0));
  if (!is_id(info.id)) return Found::foreign;
  const Found found = look_at(entry, is_part, info);
  if (found == Found::upload) keep(std::move(info), entry.changed_ms);
  if (found == Found::failed) {
    log::error("files: {} stays as it is until the next start", entry.name);
  }
  if (found == Found::remnant) {
    log::warning("files: {} is what an interrupted upload left behind; removed", entry.name);
    (void)folder_->remove(entry.name);
  }
  return found;
}

// Fills in what the file's head says.
Shelf::Found Shelf::look_at(const Folder::Entry& entry, bool is_part, FileInfo& info) {
  const auto head = folder_->read(entry.name, 0, kHeadBytes);
  if (!head.has_value()) return Found::failed;
  auto parsed = parse_head(*head);
  if (!parsed) return is_part && is_unwritten_head(*head) ? Found::remnant : Found::foreign;
  parsed->id = info.id;
  info = *std::move(parsed);
  const bool is_whole = entry.bytes >= charge(info.received);
  // No kill leaves a file that is complete by its name and is not: it may be half of a backup.
  if (!is_part) return is_whole && info.complete() ? Found::upload : Found::foreign;
  if (!is_whole) return Found::remnant;
  if (info.complete()) {  // it was not renamed any more
    const auto finished = finish(info);
    if (finished.has_value()) return Found::upload;
    return finished.error() == Errc::file_type_refused ? Found::remnant : Found::failed;
  }
  return Found::upload;
}

Result<FileInfo> Shelf::create(const NewUpload& upload) {
  if (const auto allowed = check_limits(upload); !allowed.has_value()) return allowed.error();
  FileInfo info;
  info.id = random_id(kIdBytes);
  info.user = upload.user;
  info.name = clean_file_name(upload.name);
  info.type = canonical_type(upload.type);
  info.metadata = upload.metadata;
  info.size = upload.size;
  const auto head = encode_head(info);
  if (!head) return Errc::bad_user_name;
  const std::string name = part_of(info);
  auto stored = folder_->create(name, *head);
  // Of an empty file nothing will come that could complete it.
  if (stored.has_value()) stored = info.complete() ? finish(info) : folder_->sync(name);
  if (!stored.has_value()) {
    (void)folder_->remove(name);
    return stored.error();
  }
  folder_->worked();
  return keep(std::move(info), clock_());
}

Result<void> Shelf::check_limits(const NewUpload& upload) const {
  if (upload.size > limits_.file_bytes) return Errc::file_too_large;
  if (upload.metadata.size() > kUploadMetadataBytes || has_control_characters(upload.metadata)) {
    return Errc::http_bad_request;
  }
  // What says nothing is settled by the first bytes.
  const std::string type = canonical_type(upload.type);
  if (!says_nothing(type) && !is_allowed(limits_.types, type)) return Errc::file_type_refused;
  const auto found = shares_.find(upload.user);
  const Share share = found == shares_.end() ? Share{} : found->second;
  if (share.uploads >= limits_.uploads) return Errc::too_many_uploads;
  if (share.bytes + charge(upload.size) > limits_.user_bytes) return Errc::file_quota;
  if (total_bytes_ + charge(upload.size) > limits_.total_bytes) return Errc::files_full;
  return {};
}

Result<FileInfo> Shelf::append(const std::string& id, const std::string& user, std::uint64_t offset,
                               ByteView bytes) {
  const auto info = find_own(id, user);
  if (!info.has_value()) return info;
  if (offset != info->received) return Errc::upload_conflict;
  if (bytes.size() > info->size - info->received) return Errc::file_too_large;
  if (bytes.empty()) return info;
  FileInfo after = *info;
  after.received += bytes.size();
  if (const auto stored = store(after, bytes); !stored.has_value()) {
    if (stored.error() == Errc::file_type_refused) (void)drop(id);
    return stored.error();
  }
  folder_->worked();
  return keep(std::move(after), clock_());
}

// `after` is the upload as it is once these bytes, its last, are there.
Result<void> Shelf::store(FileInfo& after, ByteView bytes) {
  const std::string name = part_of(after);
  const std::uint64_t before = after.received - bytes.size();
  if (auto done = folder_->write(name, charge(before), bytes); !done.has_value()) return done;
  // The number follows the bytes: it never promises what the disk does not have.
  if (auto done = folder_->sync(name); !done.has_value()) return done;
  if (after.complete()) return finish(after);
  if (before < kSniffBytes && after.received >= kSniffBytes) {
    FileInfo settled = after;  // what is not to stay is refused before all of it has come
    if (auto done = settle(settled); !done.has_value()) return done;
  }
  const auto counted = folder_->write(name, kReceivedAt, received_text(after.received));
  return counted.has_value() ? folder_->sync(name) : counted;
}

// Its type by the bytes that are there.
Result<void> Shelf::settle(FileInfo& info) {
  const auto first = folder_->read(part_of(info), kHeadBytes, kSniffBytes);
  if (!first.has_value()) return first.error();
  auto type = settle_type(info.type, *first);
  if (!type || !is_allowed(limits_.types, *type)) return Errc::file_type_refused;
  info.type = *std::move(type);
  return {};
}

Result<void> Shelf::finish(FileInfo& info) {
  const std::string name = part_of(info);
  if (auto done = settle(info); !done.has_value()) return done;
  const auto head = encode_head(info);
  if (!head) return Errc::file_type_refused;  // the type is longer than what the head has room for
  if (auto done = folder_->write(name, 0, *head); !done.has_value()) return done;
  if (auto done = folder_->sync(name); !done.has_value()) return done;
  return folder_->rename(name, info.id);
}

Result<void> Shelf::remove(const std::string& id, const std::string& user) {
  const auto own = find_own(id, user);
  if (!own.has_value()) return own.error();
  auto removed = folder_->remove(name_of(*own));
  if (removed.has_value()) removed = folder_->sync_names();
  if (removed.has_value()) forget(id);  // otherwise it may be asked for again
  return removed;
}

Result<void> Shelf::drop(const std::string& id) {
  auto removed = folder_->remove(name_of(files_.at(id)));
  if (removed.has_value()) forget(id);
  return removed;
}

Result<FileInfo> Shelf::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(id);
  if (found == files_.end() || has_expired(found->second, clock_())) return Errc::http_not_found;
  return found->second;
}

Result<FileInfo> Shelf::find_own(const std::string& id, const std::string& user) const {
  auto found = find(id);
  if (found.has_value() && found->user != user) return Errc::permission_denied;
  return found;
}

Result<std::string> Shelf::read(const std::string& id, std::uint64_t at, std::size_t bytes) {
  const auto info = find(id);
  if (!info.has_value()) return info.error();
  if (!info->complete() || at > info->size) return Errc::http_not_found;
  const std::size_t wanted = std::min<std::uint64_t>(bytes, info->size - at);
  auto content = folder_->read(id, charge(at), wanted);
  if (content.has_value() && content->size() < wanted) return Errc::file_not_stored;
  return content;
}

bool Shelf::sweep() {
  const std::int64_t now_ms = clock_();
  std::vector<std::string> expired;
  for (const auto& [id, info] : files_) {
    if (has_expired(info, now_ms) && !stuck_.contains(id)) expired.push_back(id);
    if (expired.size() == kSweptAtOnce) break;
  }
  bool dropped_any = false;
  for (const std::string& id : expired) {
    if (drop(id).has_value()) {
      dropped_any = true;
    } else {
      stuck_.insert(id);
    }
  }
  const bool at_end = expired.size() < kSweptAtOnce;
  if (at_end) stuck_.clear();
  return dropped_any && !at_end;
}

// Replaces what was known of the same upload.
const FileInfo& Shelf::keep(FileInfo info, std::int64_t now_ms) {
  const Duration ttl = info.complete() ? limits_.ttl : limits_.unfinished_ttl;
  info.changed_ms = now_ms;
  info.expires_ms = ttl.count() == 0 ? 0 : now_ms + ttl.count();
  if (const auto before = files_.find(info.id); before != files_.end()) uncount(before->second);
  Share& share = shares_[info.user];
  share.bytes += charge(info.size);
  share.uploads += info.complete() ? 0 : 1;
  total_bytes_ += charge(info.size);
  const std::lock_guard lock(mutex_);
  return files_.insert_or_assign(info.id, std::move(info)).first->second;
}

void Shelf::forget(const std::string& id) {
  const auto found = files_.find(id);
  uncount(found->second);
  const std::lock_guard lock(mutex_);
  files_.erase(found);
}

void Shelf::uncount(const FileInfo& info) {
  const auto share = shares_.find(info.user);
  share->second.bytes -= charge(info.size);
  share->second.uploads -= info.complete() ? 0 : 1;
  if (share->second.bytes == 0) shares_.erase(share);
  total_bytes_ -= charge(info.size);
}

}  // namespace parley::files
