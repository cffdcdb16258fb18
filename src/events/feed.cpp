#include "events/feed.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::events {
namespace {

constexpr std::int64_t numbered_at_once = 1'000;

// The row's lock lets one worker after the other number what is there.
const db::Query<std::int64_t> take_turn{"events.lock_sequence", R"(
  update events.sequence
     set last = last
  returning last)"};

const db::Query<void, std::int64_t, std::int64_t> number{"events.number_events", R"(
  update events.outbox o
     set position = n.position
    from (select id, $1 + row_number() over (order by occurred_at, id) as position
            from (select id, occurred_at
                    from events.outbox
                   where position is null
                   order by occurred_at, id
                   limit $2) waiting) n
   where o.id = n.id)"};

const db::Query<void, std::int64_t> move_on{"events.move_sequence", R"(
  update events.sequence
     set last = last + $1)"};

const db::Query<FeedEvent, std::int64_t, std::int64_t> behind{"events.feed", R"(
  select coalesce(o.position, 0) as position, o.id,
         coalesce(o.tenant_id, '00000000-0000-0000-0000-000000000000') as tenant_id, o.type,
         o.payload, o.occurred_at
    from events.outbox o
   where o.position > $1
   order by o.position
   limit $2)"};

const db::TenantQuery<FeedEvent, std::int64_t, std::int64_t, std::int64_t> own{"events.own_feed",
                                                                               R"(
  select coalesce(o.position, 0) as position, o.id, coalesce(o.tenant_id, $1) as tenant_id, o.type,
         o.payload, o.occurred_at
    from events.outbox o
   where o.tenant_id = $1 and o.position > $2 and o.position <= $3
   order by o.position
   limit $4)"};

struct Ends {
  std::int64_t beginning;  // the number before the oldest event that is kept
  std::int64_t last;
};
BOOST_DESCRIBE_STRUCT(Ends, (), (beginning, last))

const db::Query<Ends> ends{"events.feed_ends", R"(
  select coalesce((select position - 1
                     from events.outbox
                    where position is not null
                    order by position
                    limit 1),
                  last) as beginning,
         last
    from events.sequence)"};

Problem expired() {
  return Problem(410, "cursor_expired",
                 "Events behind this cursor are older than 90 days and gone. Begin without one, "
                 "and bring what you keep up to date by reading it anew.");
}

// What is left of up to `limit` rows and one more, behind `after`.
FeedPage page_of(std::vector<FeedEvent> rows, std::int64_t after, const FeedFilter& filter,
                 int limit) {
  FeedPage page{.events = {}, .cursor = after, .has_more = rows.size() > std::size_t(limit)};
  if (page.has_more) rows.pop_back();
  if (!rows.empty()) page.cursor = rows.back().position;
  for (FeedEvent& event : rows)
    if (filter.wants(event)) page.events.push_back(std::move(event));
  return page;
}

bool matches(std::string_view pattern, std::string_view type) {
  if (!pattern.ends_with(".*")) return pattern == type;
  pattern.remove_suffix(1);
  return type.starts_with(pattern);
}

}  // namespace

bool FeedFilter::wants(const FeedEvent& event) const {
  if (event.tenant_id == TenantId{}) return false;  // of the installation, not of a workspace
  if (tenant && event.tenant_id != *tenant) return false;
  if (types.empty()) return true;
  return std::ranges::any_of(types, [&](const auto& type) { return matches(type, event.type); });
}

Task<FeedPage> read_feed(db::SystemRead& db, std::int64_t after, const FeedFilter& filter,
                         int limit) {
  auto rows = co_await db.rows(behind, after, std::int64_t{limit} + 1);
  const bool follows = !rows.empty() && rows.front().position == after + 1;
  if (!follows) {
    const Ends kept = co_await db.row(ends);
    if (after > 0 && after < kept.beginning) throw expired();
  }
  co_return page_of(std::move(rows), after, filter, limit);
}

// Where the feed ends is asked first, so that the cursor stands for nothing that was not looked at.
Task<FeedPage> read_own_feed(db::Database& database, const Actor& actor, std::int64_t after,
                             const FeedFilter& filter, int limit) {
  db::SystemRead all = database.system_read();
  const Ends kept = co_await all.row(ends);
  if (after > 0 && after < kept.beginning) throw expired();
  db::ControlRead db = database.control_read(actor);
  auto rows = co_await db.rows(own, after, kept.last, std::int64_t{limit} + 1);
  FeedPage page = page_of(std::move(rows), after, filter, limit);
  if (!page.has_more) page.cursor = std::max(after, kept.last);
  co_return page;
}

Task<std::int64_t> number_events(db::Database& database) {
  db::SystemTx tx = database.system();
  const std::int64_t last = co_await tx.row(take_turn);
  const std::int64_t numbered = co_await tx.run(number, last, numbered_at_once);
  if (numbered == 0) co_return 0;
  co_await tx.run(move_on, numbered);
  co_await tx.commit();
  co_return numbered;
}

}  // namespace freehold::events
