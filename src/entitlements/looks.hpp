// What the latest looks of this node's poll have found, for all who follow changes. From any
// thread. Private to the module.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

#include "entitlements/entitlements.hpp"

namespace freehold::entitlements {

// Asks the database who changed since an earlier `next`.
Task<Gates::Changes> changes_since(db::Database& database, std::optional<std::int64_t> since);

class Looks {
 public:
  // The number of the newest look; looks are numbered from 1.
  std::int64_t last() const;
  void add(Gates::Changes found);
  // All that was found after a look; nothing when that is longer ago than is remembered.
  std::optional<Gates::Changes> after(std::int64_t look) const;

 private:
  mutable std::mutex mutex_;
  std::int64_t last_ = 0;
  std::deque<Gates::Changes> kept_;  // the newest ones, each with its number
};

}  // namespace freehold::entitlements
