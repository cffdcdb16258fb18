// What was used, for people and pages.
#include "core/async.hpp"
#include "core/json.hpp"
#include "metering/metering.hpp"

namespace freehold::metering {
namespace {

constexpr Duration keys_are_kept = days(40);

const db::TenantQuery<std::int64_t, std::string, Instant> counter{"metering.counter", R"(
  select used
    from metering.counter
   where tenant_id = $1 and meter = $2 and period_start = $3)"};

const db::TenantQuery<DayUsage, std::string, Instant, Instant> by_day{"metering.usage_by_day", R"(
  select day, used
    from metering.day
   where tenant_id = $1 and meter = $2 and day >= $3 and day < $4
   order by day
   limit 400)"};

const db::TenantQuery<void, Instant> forget{"metering.forget_old_keys", R"(
  delete from metering.event
   where tenant_id = $1
     and (meter, key) in (select e.meter, e.key
                            from metering.event e
                           where e.tenant_id = $1 and e.decided_at < $2
                           order by e.decided_at
                           limit 1000))"};

}  // namespace

Task<std::vector<Usage>> usage(db::ControlRead& db, const entitlements::Snapshot& snapshot,
                               const catalog::Catalog& catalog) {
  const auto period = entitlements::usage_period(snapshot.standing, db.now());
  std::vector<Usage> all;
  for (const DeclaredKey& meter : catalog.declared().meters) {
    const auto used = co_await db.find(counter, meter.key, period.start);
    all.push_back({meter.key, used.value_or(0), snapshot.allowance(meter.key), period.start,
                   period.end, db.now()});
  }
  co_return all;
}

Task<std::vector<DayUsage>> usage_by_day(db::ControlRead& db, const Meter& meter, Instant from,
                                         Instant until) {
  co_return co_await db.rows(by_day, std::string(meter.key), from, until);
}

Task<std::int64_t> forget_old_keys(db::ControlTx& tx) {
  co_return co_await tx.run(forget, tx.now() - keys_are_kept);
}

Problem limit_reached(const Verdict& verdict, const Meter& meter,
                      const entitlements::Snapshot& snapshot, const catalog::Catalog& catalog,
                      std::string_view upgrade_url) {
  std::optional<Upgrade> upgrade;
  // A reservation can be refused far below the limit, which the same plan would not change.
  const std::int64_t needed = std::max(verdict.used, verdict.limit.value_or(0)) + 1;
  const catalog::Plan* plan = catalog.cheapest_above(meter.key, needed);
  if (plan != nullptr && !plan->prices.empty())
    upgrade = Upgrade{plan->key, catalog::describe(plan->prices.front()), std::string(upgrade_url)};
  return Problem::payment_required(
      "limit_reached",
      fmt::format("{}: {} of {} are used up on the {} plan. The count starts anew on {}; a larger "
                  "plan lifts it at once.",
                  catalog.label_of(meter.key), catalog::with_thousands(verdict.used),
                  catalog::describe(verdict.limit), snapshot.plan_name,
                  format_date(verdict.resets_at)),
      upgrade);
}

}  // namespace freehold::metering
