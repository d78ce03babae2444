#include "dialect/centrifuge_codec.h"

#include <algorithm>
#include <array>

namespace parley::dialect::centrifuge {
namespace {

struct ErrorRow {
  Errc code;
  ErrorWords words;
};

constexpr ErrorWords kInternal{100, "internal server error", true};

constexpr std::array kErrors = {
    ErrorRow{Errc::unauthorized, {101, "unauthorized", false}},
    ErrorRow{Errc::unknown_namespace, {102, "unknown channel", false}},
    ErrorRow{Errc::permission_denied, {103, "permission denied", false}},
    ErrorRow{Errc::unsubscribed, {103, "permission denied", false}},
    ErrorRow{Errc::method_not_found, {104, "method not found", false}},
    ErrorRow{Errc::already_subscribed, {105, "already subscribed", false}},
    ErrorRow{Errc::too_many_channels, {106, "limit exceeded", false}},
    ErrorRow{Errc::bad_command, {107, "bad request", false}},
    ErrorRow{Errc::bad_message, {107, "bad request", false}},
    ErrorRow{Errc::bad_room_name, {107, "bad request", false}},
    ErrorRow{Errc::payload_too_big, {107, "bad request", false}},
    ErrorRow{Errc::not_available, {108, "not available", false}},
    ErrorRow{Errc::presence_too_long, {108, "not available", false}},
    ErrorRow{Errc::token_expired, {109, "token expired", false}},
    ErrorRow{Errc::too_many_requests, {111, "too many requests", true}},
    ErrorRow{Errc::unrecoverable_position, {112, "unrecoverable position", false}},
};

struct CloseRow {
  Errc reason;
  std::uint16_t code;
  ByteView text;
};

// From 3500 on the client does not come back by itself.
constexpr std::array kCloses = {
    CloseRow{Errc::shutdown, 3001, "shutdown"},
    CloseRow{Errc::overloaded, 3004, "internal server error"},
    CloseRow{Errc::storage_failed, 3004, "internal server error"},
    CloseRow{Errc::connection_expired, 3005, "connection expired"},
    CloseRow{Errc::subscription_expired, 3006, "subscription expired"},
    CloseRow{Errc::slow_consumer, 3008, "slow"},
    CloseRow{Errc::insufficient_state, 3010, "insufficient state"},
    CloseRow{Errc::reconnect, 3011, "force reconnect"},
    CloseRow{Errc::pong_timeout, 3012, "no pong"},
    CloseRow{Errc::too_many_commands, 3013, "too many requests"},
    CloseRow{Errc::too_many_requests, 3013, "too many requests"},
    CloseRow{Errc::unauthorized, 3500, "invalid token"},
    CloseRow{Errc::bad_command, 3501, "bad request"},
    CloseRow{Errc::authentication_timeout, 3502, "stale"},
    CloseRow{Errc::disconnected, 3503, "force disconnect"},
    CloseRow{Errc::too_many_connections, 3504, "connection limit"},
    CloseRow{Errc::too_many_channels, 3505, "channel limit"},
    CloseRow{Errc::permission_denied, 3507, "permission denied"},
    CloseRow{Errc::not_available, 3508, "not available"},
};

}  // namespace

ErrorWords error_words(Errc code) {
  const auto found = std::ranges::find(kErrors, code, &ErrorRow::code);
  return found == kErrors.end() ? kInternal : found->words;
}

std::uint16_t unsubscribe_code(Errc reason) {
  switch (reason) {
    case Errc::insufficient_state: return 2500;
    case Errc::subscription_expired: return 2501;
    default: return 2000;
  }
}

std::optional<CloseWords> close_words(Errc reason) {
  const auto found = std::ranges::find(kCloses, reason, &CloseRow::reason);
  if (found == kCloses.end()) return std::nullopt;
  return CloseWords{found->code, std::string(found->text)};
}

}  // namespace parley::dialect::centrifuge
