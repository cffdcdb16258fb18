#include "billing/usage_reports.hpp"

#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/price_terms.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "metering/settled.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<void, Instant> insert_due{"billing.follow_usage", R"(
  insert into billing.usage_due (tenant_id, due_at)
  values ($1, $2)
      on conflict on constraint one_usage_time_per_tenant do nothing)"};

const db::TenantQuery<void> delete_due{"billing.leave_usage", R"(
  delete from billing.usage_due
   where tenant_id = $1)"};

const db::Query<TenantId, Instant, Instant> take_due{"billing.take_usage", R"(
  update billing.usage_due d
     set due_at = $2
   where d.tenant_id = (select n.tenant_id
                          from billing.usage_due n
                         where n.due_at <= $1
                         order by n.due_at
                         limit 1
                           for update skip locked)
  returning d.tenant_id)"};

const db::TenantQuery<Instant, std::string> select_told{"billing.usage_told", R"(
  select until
    from billing.usage_told
   where tenant_id = $1 and meter = $2)"};

const db::TenantQuery<void, std::string, Instant> set_told{"billing.set_usage_told", R"(
  insert into billing.usage_told (tenant_id, meter, until)
  values ($1, $2, $3)
      on conflict on constraint told_once_per_meter do update set until = excluded.until)"};

const db::TenantQuery<void, std::string, Instant, Instant, std::int64_t, Uuid> insert_batch{
    "billing.keep_usage_batch", R"(
  insert into billing.usage_batch (tenant_id, meter, window_start, window_end, quantity, command_id)
  values ($1, $2, $3, $4, $5, $6))"};

const db::TenantQuery<Told, Instant> select_batches{"billing.usage_told_since", R"(
  select meter, sum(quantity)::bigint as quantity
    from billing.usage_batch
   where tenant_id = $1 and window_start >= $2
   group by meter)"};

// Stripe's last invoice of a subscription that has ended is a draft for an hour.
constexpr Duration last_invoice_waits = hours(2);

bool is_billed(const Mirror& mirror, Instant now) {
  if (mirror.ended_at) return now - *mirror.ended_at < last_invoice_waits;
  return is_live(mirror) && mirror.status != "incomplete";
}

// Where a window must end although more was used since: a batch lies in one period.
Instant capped(Instant until, Instant from, const Mirror& mirror) {
  if (mirror.ended_at) until = std::min(until, *mirror.ended_at);
  for (const Instant boundary : {mirror.period_start, mirror.period_end}) {
    if (from < boundary && boundary < until) return boundary;
  }
  return until;
}

NewCommand command_of(const std::string& meter, const std::string& customer, std::int64_t quantity,
                      Instant until, Instant machine_now) {
  const Uuid id = new_uuid(machine_now);
  // The last second of the window, so that one that ends with a period belongs to it.
  const std::int64_t at = to_unix_seconds(until - Duration(1));
  return {id,
          std::string(kind::tell_usage),
          "/v1/billing/meter_events",
          {{"event_name", event_name_of(meter)},
           {"identifier", "freehold-" + to_string(id)},
           {"timestamp", std::to_string(at)},
           {"payload[stripe_customer_id]", customer},
           {"payload[value]", std::to_string(quantity)}}};
}

// The next batch, if there is a window to tell. True: there may be another.
Task<bool> store_batch(Billing& billing, db::ControlTx& tx, const Mirror& mirror,
                       const std::string& meter) {
  const auto customer = co_await lock_customer(tx);
  if (!customer) co_return false;
  const auto told = co_await tx.find(select_told, meter);
  const Instant from = told ? std::max(*told, mirror.created_at) : mirror.created_at;
  const Instant settled = co_await metering::settled_until(tx, Meter{meter}, tx.now());
  const Instant until = capped(settled, from, mirror);
  if (until <= from) co_return false;
  const std::int64_t quantity = co_await metering::usage_between(tx, Meter{meter}, from, until);
  co_await tx.run(set_told, meter, until);
  if (quantity > 0) {
    const Instant now = billing.clocks.machine.now();
    const NewCommand command = command_of(meter, *customer, quantity, until, now);
    // The loop may send it at once; nobody else waits for it.
    co_await store_command(tx, command, now - head_start);
    co_await tx.run(insert_batch, meter, from, until, quantity, command.id);
  }
  const bool is_last = mirror.ended_at && until == *mirror.ended_at;
  co_return !is_last && until < settled;
}

std::vector<std::string> meters_of(const Mirror& mirror, const catalog::Catalog& catalog) {
  std::vector<std::string> meters;
  for (const Item& item : mirror.items) {
    const catalog::Price* price = catalog.find_price(item.lookup_key);
    if (price != nullptr && price->charge == catalog::Charge::metered)
      meters.push_back(price->meter);
  }
  return meters;
}

Task<> tell_usage_of(Billing& billing, TenantId tenant) {
  db::ControlTx tx = billing.database.control(worker_in(tenant));
  auto all = co_await subscriptions(tx);
  std::ranges::reverse(all);  // the oldest first: the next one's windows begin where its end
  bool pays_by_usage = false;
  for (const Mirror& mirror : all) {
    if (!is_billed(mirror, tx.now())) continue;
    for (const std::string& meter : meters_of(mirror, billing.catalog)) {
      pays_by_usage = true;
      while (co_await store_batch(billing, tx, mirror, meter)) {
      }
    }
  }
  if (!pays_by_usage) co_await tx.run(delete_due);
  co_await tx.commit();
}

}  // namespace

Task<> follow_usage(db::ControlTx& tx) {
  co_await tx.run(insert_due, tx.now() + usage_told_every);
}

Task<bool> usage_step(Billing& billing) {
  if (!billing.stripe.configured()) co_return false;
  const Instant now = billing.clocks.business.now();
  db::SystemTx tx = billing.database.system();
  const auto tenant = co_await tx.find(take_due, now, now + usage_told_every);
  co_await tx.commit();
  if (!tenant) co_return false;
  co_await tell_usage_of(billing, *tenant);
  co_return true;
}

Task<std::vector<Told>> told_since(db::ControlRead& db, Instant start) {
  co_return co_await db.rows(select_batches, start);
}

}  // namespace freehold::billing
