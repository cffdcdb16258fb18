// The newest events of the feed, read once for all who follow it on this node. From any io thread.
// Private to the module.
#pragma once

#include <memory>

#include "core/runtime.hpp"
#include "events/feed.hpp"

namespace freehold::events {

class Tail {
 public:
  Tail(Runtime& runtime, db::Database& database);

  // What is behind the cursor, from memory; nothing when that has to be asked of the database.
  std::optional<FeedPage> behind(std::int64_t cursor, const FeedFilter& filter) const;
  // Returns when there may be more. One of those who wait looks for all of them, a quarter of a
  // second after the last look; so there is none while nobody follows.
  Task<> next();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace freehold::events
