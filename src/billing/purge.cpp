// The deletion: what staff may do about it, and its two ends for the worker that executes it.
#include "audit/audit.hpp"
#include "billing/ledger.hpp"
#include "billing/retention.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

// Also when somebody else is just following the customer.
constexpr Duration retry_after = seconds(10);

const db::TenantQuery<std::string, std::string> hold_planned{"billing.hold_purge", R"(
  update billing.purge
     set state = 'held', reason = $2
   where tenant_id = $1 and state = 'scheduled'
  returning subscription_id)"};

const db::TenantQuery<std::string> release_held{"billing.release_purge", R"(
  update billing.purge
     set state = 'scheduled', reason = null, announced_at = null
   where tenant_id = $1 and state = 'held'
  returning subscription_id)"};

// So that it is announced again, which decides when it will be.
const db::TenantQuery<void, Instant> derive_soon{"billing.derive_soon", R"(
  insert into billing.due (tenant_id, due_at)
  values ($1, $2)
      on conflict on constraint one_due_time_per_tenant
      do update set due_at = least(billing.due.due_at, excluded.due_at))"};

const db::TenantQuery<std::string, std::string> cancel_planned{"billing.cancel_purge", R"(
  update billing.purge
     set state = 'canceled', reason = $2
   where tenant_id = $1 and state in ('scheduled', 'held')
  returning subscription_id)"};

const db::Query<PlannedPurge> select_planned{"billing.planned_purges", R"(
  select tenant_id, state, purge_at, announced_at
    from billing.purge
   where state in ('scheduled', 'held', 'executing')
   order by purge_at, tenant_id
   limit 1000)"};

// What nobody was warned of is not taken.
const db::Query<TenantId, Instant, Instant> take_due{"billing.take_due_purge", R"(
  update billing.purge p
     set next_at = $2
   where (p.tenant_id, p.subscription_id) =
         (select n.tenant_id, n.subscription_id
            from billing.purge n
           where n.state in ('scheduled', 'executing')
             and n.purge_at <= $1 and n.next_at <= $1 and n.announced_at is not null
           order by n.next_at
           limit 1
             for update skip locked)
  returning p.tenant_id)"};

// The second step. What was begun before and interrupted goes on.
const db::TenantQuery<Instant, Instant> begin_due{"billing.begin_purge", R"(
  update billing.purge
     set state = 'executing', begun_at = coalesce(begun_at, $2)
   where tenant_id = $1 and state in ('scheduled', 'executing')
     and purge_at <= $2 and announced_at is not null
  returning coalesce(begun_at) as begun_at)"};

const db::TenantQuery<std::string, Instant, std::int64_t> finish_begun{"billing.finish_purge", R"(
  update billing.purge
     set state = 'done', purged_at = $2, rows_purged = $3
   where tenant_id = $1 and state = 'executing'
  returning subscription_id)"};

void require_reason(const std::string& reason) {
  if (reason.size() >= 10 && reason.size() <= 500) return;
  throw Problem::invalid(
      {{"reason", "Say why in 10 to 500 characters; the customer can read it."}});
}

Task<> decide(db::ControlTx& tx, std::string action, std::string reason,
              std::optional<std::string> found) {
  if (!found)
    throw Problem::conflict("no_purge",
                            "There is no deletion any more that this could be done to.");
  const audit::Act act{.action = std::move(action),
                       .target_type = "tenant",
                       .target_id = to_string(tx.tenant()),
                       .reason = std::move(reason)};
  co_await audit::record(tx, act);
}

// From the facts as Stripe tells them now: a subscription whose event was lost saves everything.
Task<bool> mark_begun(Billing& billing, const Actor& actor) {
  db::ControlTx tx = billing.database.control(actor);
  co_await mark_dirty(tx);  // waits for whoever is writing what was fetched
  co_await derive(tx, billing.policy, billing.catalog);
  const auto begun = co_await tx.find(begin_due, tx.now());
  if (begun == tx.now()) {
    const audit::Act act{
        .action = "purge.begun", .target_type = "tenant", .target_id = to_string(tx.tenant())};
    co_await audit::record(tx, act);
  }
  billing.gates.announce(tx);
  co_await tx.commit();
  co_return begun.has_value();
}

}  // namespace

Task<> hold_purge(db::ControlTx& tx, std::string reason) {
  require_reason(reason);
  auto found = co_await tx.find(hold_planned, reason);
  co_await decide(tx, "purge.held", std::move(reason), std::move(found));
}

Task<> release_purge(db::ControlTx& tx, std::string reason) {
  require_reason(reason);
  auto found = co_await tx.find(release_held);
  if (found) co_await tx.run(derive_soon, tx.now());
  co_await decide(tx, "purge.released", std::move(reason), std::move(found));
}

Task<> cancel_purge(db::ControlTx& tx, std::string reason) {
  require_reason(reason);
  auto found = co_await tx.find(cancel_planned, reason);
  const bool news = found.has_value();
  co_await decide(tx, std::string(purge_canceled.key), std::move(reason), std::move(found));
  if (news) co_await events::emit(tx, purge_canceled, "{}");
}

Task<std::vector<PlannedPurge>> planned_purges(db::SystemRead& db) {
  co_return co_await db.rows(select_planned);
}

Actor actor_of(const PlannedPurge& planned) {
  return worker_in(planned.tenant_id);
}

Task<std::optional<Actor>> begin_due_purge(Billing& billing) {
  const Instant now = billing.clocks.business.now();
  db::SystemTx system = billing.database.system();
  const auto tenant = co_await system.find(take_due, now, now + retry_after);
  co_await system.commit();
  if (!tenant) co_return std::nullopt;
  const Actor actor = worker_in(*tenant);
  const bool is_fresh = co_await sync_now(billing, actor);
  if (!is_fresh) co_return std::nullopt;
  const bool begun = co_await mark_begun(billing, actor);
  if (!begun) co_return std::nullopt;
  co_return actor;
}

Task<> finish_purge(Billing& billing, const Actor& actor, std::int64_t rows) {
  db::ControlTx tx = billing.database.control(actor);
  const auto done = co_await tx.find(finish_begun, tx.now(), rows);
  if (!done) co_return;
  const audit::Act act{.action = std::string(tenant_purged.key),
                       .target_type = "tenant",
                       .target_id = to_string(tx.tenant())};
  co_await audit::record(tx, act);
  co_await events::emit(tx, tenant_purged, json::serialize(json::object{{"rows", rows}}));
  co_await tx.commit();
}

}  // namespace freehold::billing
