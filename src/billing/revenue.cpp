#include "billing/revenue.hpp"

#include "core/async.hpp"

namespace freehold::billing {
namespace {

// Active and past due earn, as monthly_revenue() has it. Who writes a tenant's truth holds its
// lease, so two of these never meet.
const db::TenantQuery<void, Instant> insert_movements{"billing.note_movements", R"(
  insert into billing.movement (tenant_id, currency, number, at, kind, amount, mrr)
  select $1, d.currency, d.number, $2,
         case when d.before = 0 and d.number = 1 then 'new'
              when d.before = 0                  then 'reactivation'
              when d.mrr = 0                     then 'churn'
              when d.mrr > d.before              then 'expansion'
              else                                    'contraction' end,
         d.mrr - d.before, d.mrr
    from (select coalesce(n.currency, w.currency) as currency, coalesce(n.mrr, 0) as mrr,
                 coalesce(w.mrr, 0) as before, coalesce(w.number, 0) + 1 as number
            from (select currency, sum(mrr)::int8 as mrr
                    from billing.mirror
                   where tenant_id = $1 and status in ('active', 'past_due')
                   group by currency) n
            full join (select currency, sum(amount)::int8 as mrr, max(number) as number
                         from billing.movement
                        where tenant_id = $1
                        group by currency) w on w.currency = n.currency) d
   where d.mrr <> d.before)"};

const db::Query<RevenueMonth, Instant> select_months{"billing.movements_since", R"(
  select date_trunc('month', at at time zone 'utc') at time zone 'utc' as month, currency, kind,
         sum(amount)::int8 as amount, count(distinct tenant_id) as tenants
    from billing.movement
   where at >= $1
   group by 1, 2, 3
   order by 1, 2, 3
   limit 5000)"};

const db::Query<CurrencyRevenue, Instant> select_revenue{"billing.revenue_at", R"(
  select currency, sum(mrr)::int8 as mrr, count(*) filter (where mrr > 0) as tenants
    from (select tenant_id, currency, sum(amount)::int8 as mrr
            from billing.movement
           where at < $1
           group by tenant_id, currency) t
   group by currency
   order by 2 desc, 1
   limit 200)"};

const db::Query<Arrears> select_arrears{"billing.arrears", R"(
  select step, currency, count(distinct tenant_id) as tenants, sum(amount)::int8 as amount
    from billing.arrears
   group by step, currency
   order by array_position(array['first', 'reminder', 'last_warning', 'cut'], step), currency
   limit 500)"};

const db::Query<TenantId, Instant, Instant, std::string, std::string> select_moved{
    "billing.tenants_that_moved", R"(
  select tenant_id
    from billing.movement
   where at >= $1 and at < $2 and currency = $3 and kind = $4
   group by tenant_id
   order by tenant_id
   limit 1000)"};

const db::Query<TenantId, std::string> select_in_arrears{"billing.tenants_in_arrears", R"(
  select tenant_id
    from billing.arrears
   where step = $1
   group by tenant_id
   order by tenant_id
   limit 1000)"};

const db::Query<TenantId, std::string> select_paying{"billing.tenants_paying_in", R"(
  select tenant_id
    from billing.movement
   where currency = $1
   group by tenant_id
  having sum(amount) > 0
   order by tenant_id
   limit 1000)"};

}  // namespace

Task<std::vector<RevenueMonth>> movements_since(db::StaffRead& db, Instant month) {
  co_return co_await db.rows(select_months, month);
}

Task<std::vector<CurrencyRevenue>> revenue_at(db::StaffRead& db, Instant at) {
  co_return co_await db.rows(select_revenue, at);
}

Task<std::vector<Arrears>> arrears(db::StaffRead& db) {
  co_return co_await db.rows(select_arrears);
}

Task<std::vector<TenantId>> tenants_that_moved(db::StaffRead& db, RevenueMonth figure) {
  const Instant after = add_months(figure.month, 1);
  co_return co_await db.rows(select_moved, figure.month, after, figure.currency, figure.kind);
}

Task<std::vector<TenantId>> tenants_in_arrears(db::StaffRead& db, std::string step) {
  co_return co_await db.rows(select_in_arrears, std::move(step));
}

Task<std::vector<TenantId>> tenants_paying_in(db::StaffRead& db, std::string currency) {
  co_return co_await db.rows(select_paying, std::move(currency));
}

Task<> note_movements(db::ControlTx& tx) {
  co_await tx.run(insert_movements, tx.now());
}

}  // namespace freehold::billing
