// Events that could not be followed: which there are, taking them in again, and letting them be.
#include "audit/audit.hpp"
#include "billing/json_fields.hpp"
#include "billing/receive.hpp"
#include "billing/stripe.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

using Maybe = std::optional<std::string>;

const db::Query<DeadEvent, Maybe, Maybe, Maybe, Maybe, std::optional<Instant>,
                std::optional<Instant>, Instant, std::string>
    select_dead{"billing.dead_events", R"(
  select tenant_id, id, livemode, type, customer_id, coalesce(reason, 'unknown_customer') as reason,
         received_at, coalesce(ended_at, received_at) as died_at, payload::text as payload
    from billing.stripe_event
   where state = 'dead'
     and ($1::text is null or id = $1)
     and ($2::text is null or customer_id = $2)
     and ($3::text is null or type = $3)
     and ($4::text is null or coalesce(reason, 'unknown_customer') = $4)
     and ($5::timestamptz is null or received_at >= $5)
     and ($6::timestamptz is null or received_at < $6)
     and (received_at, id) < ($7, $8)
   order by received_at desc, id desc
   limit 200)"};

const db::Query<DeadCount> count_dead{"billing.count_dead_events", R"(
  select coalesce(reason, 'unknown_customer') as reason, count(*) as count
    from billing.stripe_event
   where state = 'dead'
   group by 1
   order by 1
   limit 100)"};

const db::Query<TenantId, std::string> select_tenant{"billing.tenant_of_customer", R"(
  select tenant_id
    from billing.sync
   where customer_id = $1)"};

const db::Query<void, std::string, bool, std::string, Maybe, Maybe, std::optional<TenantId>,
                Instant>
    revive{"billing.revive_event", R"(
  update billing.stripe_event
     set state = $3, reason = $4, about = $5, next_at = $7, tenant_id = $6, received_at = $7,
         ended_at = null
   where id = $1 and livemode = $2 and state = 'dead')"};

const db::Query<void, std::string, bool, std::string, Instant> discard_one{"billing.discard_event",
                                                                           R"(
  update billing.stripe_event
     set state = 'discarded', discarded_because = $3, ended_at = $4
   where id = $1 and livemode = $2 and state = 'dead')"};

constexpr Instant forever = {std::int64_t{253'402'300'799} * 1'000'000};

Task<std::vector<DeadEvent>> page_of(db::SystemRead& db, const DeadFilter& filter, Instant before,
                                     std::string before_id) {
  co_return co_await db.rows(select_dead, filter.id, filter.customer, filter.type, filter.reason,
                             filter.since, filter.until, before, std::move(before_id));
}

// How far somebody has come who takes all of them.
struct Pages {
  Instant before = forever;
  std::string before_id = {};
};

Task<std::vector<DeadEvent>> next_page(Billing& billing, const DeadFilter& filter, Pages& pages) {
  db::SystemRead db = billing.database.system_read();
  auto page = co_await page_of(db, filter, pages.before, pages.before_id);
  if (!page.empty()) pages = {page.back().received_at, page.back().id};
  co_return page;
}

// What it is now that it is looked at again; nothing: as dead as before.
std::optional<Hint> hint_in(const Billing& billing, const DeadEvent& event) {
  boost::system::error_code error;
  const json::value payload = json::parse(event.payload, error);
  if (error) return {};
  auto hint = read_hint(payload);
  if (!hint || hint->livemode != billing.stripe.is_live()) return {};
  if (!hint->customer) hint->customer = event.customer_id;
  if (!hint->customer && !hint->about) return {};
  return hint;
}

Task<std::optional<TenantId>> find_tenant(Billing& billing, std::string customer) {
  db::SystemRead db = billing.database.system_read();
  co_return co_await db.find(select_tenant, std::move(customer));
}

Task<> note_replay(Billing& billing, const Actor& actor, std::string event) {
  db::ControlTx tx = billing.database.control(actor);
  co_await mark_dirty(tx);
  const audit::Act act{
      .action = "support.event_replayed", .target_type = "stripe_event", .target_id = event};
  co_await audit::record(tx, act);
  co_await tx.commit();
}

Task<> replay(Billing& billing, const DeadEvent& event, const ActorOf& actor_of, Replayed& done) {
  const auto hint = hint_in(billing, event);
  if (!hint) {
    ++done.dead;
    co_return;
  }
  std::optional<TenantId> tenant;
  if (hint->customer) tenant = co_await find_tenant(billing, *hint->customer);
  // First, so that a crash in between forgets nothing.
  if (tenant) {
    const Actor actor = actor_of(*tenant);
    co_await note_replay(billing, actor, event.id);
  }
  const Maybe why = tenant ? Maybe() : Maybe(hint->customer ? "unknown_customer" : "thin");
  const Maybe about = hint->customer ? Maybe() : hint->about;
  db::SystemTx tx = billing.database.system();
  co_await tx.run(revive, event.id, event.livemode, tenant ? "hint" : "waiting", why, about, tenant,
                  billing.clocks.machine.now());
  co_await tx.commit();
  ++(tenant ? done.followed : done.waiting);
}

Task<std::optional<TenantId>> tenant_of(Billing& billing, const DeadEvent& event) {
  if (event.tenant_id || !event.customer_id) co_return event.tenant_id;
  co_return co_await find_tenant(billing, *event.customer_id);
}

Task<> note_discard(Billing& billing, const Actor& actor, std::string event, std::string because) {
  db::ControlTx tx = billing.database.control(actor);
  const audit::Act act{.action = "support.event_discarded",
                       .target_type = "stripe_event",
                       .target_id = std::move(event),
                       .changes = {{"because", std::nullopt, std::move(because)}}};
  co_await audit::record(tx, act);
  co_await tx.commit();
}

Task<bool> discard(Billing& billing, const DeadEvent& event, std::string because,
                   const ActorOf& actor_of) {
  const auto tenant = co_await tenant_of(billing, event);
  // First, so that a crash in between forgets nothing.
  if (tenant) {
    const Actor actor = actor_of(*tenant);
    co_await note_discard(billing, actor, event.id, because);
  }
  db::SystemTx tx = billing.database.system();
  const auto discarded =
      co_await tx.run(discard_one, event.id, event.livemode, because, billing.clocks.machine.now());
  co_await tx.commit();
  co_return discarded > 0;
}

void require_because(const std::string& because) {
  if (because.find_first_not_of(' ') == std::string::npos)
    throw Problem::invalid({{"because", "Say why nobody will follow it."}});
  if (because.size() > longest_because)
    throw Problem::invalid({{"because", "At most 500 characters."}});
}

}  // namespace

Task<std::vector<DeadEvent>> dead_events(db::SystemRead& db, const DeadFilter& filter) {
  co_return co_await page_of(db, filter, forever, "");
}

Task<std::vector<DeadCount>> dead_counts(db::SystemRead& db) {
  co_return co_await db.rows(count_dead);
}

Task<Replayed> replay_events(Billing& billing, const DeadFilter& filter, const ActorOf& actor_of) {
  Replayed done;
  Pages pages;
  for (auto page = co_await next_page(billing, filter, pages); !page.empty();
       page = co_await next_page(billing, filter, pages)) {
    for (const DeadEvent& event : page) co_await replay(billing, event, actor_of, done);
  }
  co_return done;
}

Task<int> discard_events(Billing& billing, const DeadFilter& filter, std::string because,
                         const ActorOf& actor_of) {
  require_because(because);
  int done = 0;
  Pages pages;
  for (auto page = co_await next_page(billing, filter, pages); !page.empty();
       page = co_await next_page(billing, filter, pages)) {
    for (const DeadEvent& event : page) {
      const bool discarded = co_await discard(billing, event, because, actor_of);
      if (discarded) ++done;
    }
  }
  co_return done;
}

}  // namespace freehold::billing
