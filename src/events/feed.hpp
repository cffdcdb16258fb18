// What happened, for products: the events of every workspace in one order that never changes, to be
// read from any place on. Events are told at least once and kept for 90 days. A workspace's own key
// reads those of its workspace.
//
//   GET /api/v1/events?after=&types=&tenant_id=&limit=
//   GET /api/v1/events/stream?after=&types=&tenant_id=     server-sent events
//
// A cursor is the number of the last event that was read. Whoever begins without one begins with
// the oldest event that is kept.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/actor.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "http/router.hpp"

namespace freehold::events {

namespace permissions {
inline constexpr Permission events_read{10, "events:read"};
}  // namespace permissions

Module module();

inline constexpr http::Tag about_events{
    "Events", "What happened in every workspace, in one order that never changes."};

struct FeedEvent {
  std::int64_t position;
  EventId id;
  TenantId tenant_id;
  std::string type;
  db::RawJson payload;
  Instant occurred_at;
};
BOOST_DESCRIBE_STRUCT(FeedEvent, (), (position, id, tenant_id, type, payload, occurred_at))

// Which events somebody wants: of these types ("member.added", "member.*"; empty: all) and of this
// tenant (none: of all).
struct FeedFilter {
  std::vector<std::string> types = {};
  std::optional<TenantId> tenant = {};

  bool wants(const FeedEvent& event) const;
};

struct FeedPage {
  std::vector<FeedEvent> events;  // those that are wanted
  std::int64_t cursor = 0;        // how far was looked, whatever was wanted
  bool has_more = false;
};
// Looks at up to `limit` events behind the cursor. Throws Problem 410 `cursor_expired` when events
// behind it are gone.
Task<FeedPage> read_feed(db::SystemRead& db, std::int64_t after, const FeedFilter& filter,
                         int limit);
// The same for who belongs to a workspace: only its own events are read, inside of it.
Task<FeedPage> read_own_feed(db::Database& database, const Actor& actor, std::int64_t after,
                             const FeedFilter& filter, int limit);

// Numbers the events that were committed since the last call; how many. Several workers take turns.
Task<std::int64_t> number_events(db::Database& database);

class Tail;

// What the routes stand on.
struct Feed {
  // Whether a key, the product's or a workspace's, may read on: a stream ends when it may not.
  using Admits = std::function<Task<bool>(std::string secret, Origin origin)>;

  Feed(Runtime& runtime, db::Database& database, Admits admits);

  db::Database& database;
  Admits admits;
  std::shared_ptr<Tail> tail;
};
void routes(http::Router& at, Feed& feed);

}  // namespace freehold::events
