#include "billing/due.hpp"

#include "billing/ledger.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr Duration retry_after = seconds(60);

// The row stays until the standing is derived, so that a crash in between forgets nothing.
const db::Query<TenantId, Instant, Instant> take_due{"billing.take_due", R"(
  update billing.due d
     set due_at = $2
   where d.tenant_id = (select n.tenant_id
                          from billing.due n
                         where n.due_at <= $1
                         order by n.due_at
                         limit 1
                           for update skip locked)
  returning d.tenant_id)"};

}  // namespace

Task<bool> due_step(Billing& billing) {
  const Instant now = billing.clocks.business.now();
  db::SystemTx system = billing.database.system();
  const auto tenant = co_await system.find(take_due, now, now + retry_after);
  co_await system.commit();
  if (!tenant) co_return false;
  const Actor actor = worker_in(*tenant);
  db::ControlTx tx = billing.database.control(actor);
  // First, because it waits for whoever is writing what was fetched: the facts are then theirs.
  co_await mark_dirty(tx);
  co_await derive(tx, billing.policy, billing.catalog);
  billing.gates.announce(tx);
  co_await tx.commit();
  co_return true;
}

}  // namespace freehold::billing
