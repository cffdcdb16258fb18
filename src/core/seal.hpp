// Secrets that have to be read again: sealed before they are stored, with AES-256-GCM (NIST SP
// 800-38D) under a key that is derived from the master key.
#pragma once

#include <optional>
#include <string_view>

#include "core/crypto.hpp"

namespace freehold {

// `key` has 32 bytes. `context` says what is sealed and whose it is; it is not stored, and opening
// with another one fails, so that a sealed value cannot be moved to another row.
Bytes seal(const Secret& key, std::string_view context, const Secret& plain);
// Nothing when it was sealed with another key or context, or was changed.
std::optional<Secret> open_sealed(const Secret& key, std::string_view context,
                                  std::string_view sealed);

}  // namespace freehold
