// staff.tenant_rollup: one line per tenant, computed from the tenant's own rows. Never counted up
// or down, so that events may come late, twice or in any order.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "staff/accounts.hpp"
#include "staff/screens.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::staff {
namespace {

// Locks the line: who comes second reads the tenant after the first has committed.
const db::TenantQuery<void, Instant> hold_line{"staff.hold_tenant_line", R"(
  insert into staff.tenant_rollup (tenant_id, refreshed_at)
  values ($1, $2)
  on conflict on constraint one_line_per_tenant do update set refreshed_at = excluded.refreshed_at)"};

const db::TenantQuery<void, std::string, std::string, std::string, std::string, std::string,
                      entitlements::Access, std::string, std::optional<Instant>,
                      std::optional<Instant>, std::int64_t, std::string, std::int32_t, Instant,
                      std::optional<Instant>>
    write_line{"staff.write_tenant_line", R"(
  update staff.tenant_rollup
     set name = $2, slug = $3, plan = $4, plan_name = $5, source = $6, access = $7, status = $8,
         access_until = $9, trial_ends_at = $10, mrr = $11, currency = $12, members = $13,
         created_at = $14, last_active_at = greatest(last_active_at, $14), next_change_at = $15
   where tenant_id = $1)"};

const db::TenantQuery<void, Instant, Instant> note_active{"staff.note_activity", R"(
  update staff.tenant_rollup
     set last_active_at = $2
   where tenant_id = $1 and last_active_at <= $3)"};

const db::Query<TenantId, Instant> due_lines{"staff.due_tenant_lines", R"(
  select tenant_id
    from staff.tenant_rollup
   where next_change_at <= $1
   order by next_change_at, tenant_id
   limit 100)"};

// What all subscriptions bring in the currency of the one that counts; without one nothing, in the
// installation's first currency.
Money revenue_of(const std::optional<billing::Mirror>& current,
                 const std::vector<billing::Mirror>& all) {
  if (!current) return {};
  Money sum{0, billing::monthly_revenue(*current).currency};
  for (const billing::Mirror& each : all) {
    const Money revenue = billing::monthly_revenue(each);
    if (revenue.currency == sum.currency) sum.minor += revenue.minor;
  }
  return sum;
}

bool has_plan_override(const std::vector<entitlements::Override>& overrides, Instant now) {
  return std::ranges::any_of(overrides, [&](const entitlements::Override& grant) {
    return grant.kind == entitlements::OverrideKind::plan && grant.starts_at <= now &&
           (!grant.expires_at || *grant.expires_at > now);
  });
}

Task<> refresh_tenant(Staff& staff, Actor actor) {
  db::ControlTx tx = staff.database.control(actor);
  co_await refresh(staff.catalog, tx);
  co_await tx.commit();
}

Task<> reconcile(Staff& staff, const events::Job& job) {
  TenantId last;
  while (true) {
    const auto tenants = co_await tenancy::tenants_after(staff.database, last);
    if (tenants.empty()) break;
    for (const TenantId tenant : tenants) co_await refresh_tenant(staff, job.actor_in(tenant));
    last = tenants.back();
  }
}

// A line that changes by itself, because a trial, a grace period or an override ends, is computed
// anew when that has happened: time sends no event.
Task<bool> refresh_due(Staff& staff) {
  db::StaffRead db = staff.database.staff_read();
  const auto due = co_await db.rows(due_lines, staff.clocks.business.now());
  for (const TenantId tenant : due)
    co_await refresh_tenant(staff, ActorMint::job(tenant, "staff.refresh_due"));
  co_return !due.empty();
}

events::Subscription follow(Staff& staff, std::string_view kind, const EventType& on) {
  return {.kind = kind, .on = on, .run = [&staff](const events::Job& job) {
            return refresh_tenant(staff, job.actor());
          }};
}

}  // namespace

Task<> refresh(const catalog::Catalog& catalog, db::ControlTx& tx) {
  co_await tx.run(hold_line, tx.now());
  const auto tenant = co_await tenancy::get_tenant(tx);
  const auto members = co_await tenancy::members(tx);
  const auto standing = co_await entitlements::find_standing(tx);
  const auto overrides = co_await entitlements::overrides(tx);
  const auto subscription = co_await billing::current_subscription(tx);
  const auto all = co_await billing::subscriptions(tx);
  if (!standing) co_return;  // the tenant is being made; its next event brings us here again

  const auto snapshot = entitlements::evaluate(*standing, overrides, catalog, tx.now());
  std::optional<Instant> trial_ends_at;
  if (standing->source == "trial") trial_ends_at = standing->access_until;
  const Money revenue = revenue_of(subscription, all);
  const std::string source = has_plan_override(overrides, tx.now()) ? "override" : standing->source;
  const Status status = status_of(snapshot, subscription);
  co_await tx.run(write_line, tenant.name, tenant.slug, snapshot.plan, snapshot.plan_name, source,
                  snapshot.access, std::string(status.word), status.until, trial_ends_at,
                  revenue.minor, std::string(revenue.currency.code()), std::int32_t(members.size()),
                  tenant.created_at, snapshot.next_change_at);
}

bool Activity::is_news(TenantId tenant, Instant now) {
  const std::lock_guard guard(mutex_);
  const auto is_over = [now](const auto& each) { return each.second + remembered_for <= now; };
  if (noted_.size() >= most && swept_ + remembered_for <= now) {
    std::erase_if(noted_, is_over);
    swept_ = now;
  }
  const auto known = noted_.find(tenant);
  if (known != noted_.end() && !is_over(*known)) return false;
  if (known != noted_.end()) {
    known->second = now;
  } else if (noted_.size() < most) {
    noted_.emplace(tenant, now);
  }
  return true;
}

Task<> note_activity(Staff& staff, const Actor& actor) {
  const bool works = actor.kind() == ActorKind::user || actor.kind() == ActorKind::api_key;
  const Instant now = staff.clocks.business.now();
  if (!works || !staff.activity.is_news(actor.tenant(), now)) co_return;
  db::ControlTx tx = staff.database.control(actor);
  co_await tx.run(note_active, now, now - Activity::remembered_for);
  co_await tx.commit();
}

events::Work work(Staff& staff) {
  events::Work work;
  work.subscriptions = {
      follow(staff, "staff.rollup.tenant_created", tenancy::tenant_created),
      follow(staff, "staff.rollup.tenant_renamed", tenancy::tenant_renamed),
      follow(staff, "staff.rollup.member_added", tenancy::member_added),
      follow(staff, "staff.rollup.member_removed", tenancy::member_removed),
      follow(staff, "staff.rollup.plan_changed", entitlements::plan_changed),
      follow(staff, "staff.rollup.access_changed", entitlements::access_changed),
      follow(staff, "staff.rollup.override_set", entitlements::override_set),
      follow(staff, "staff.rollup.override_revoked", entitlements::override_revoked),
      follow(staff, "staff.rollup.subscription_started", billing::subscription_started),
      follow(staff, "staff.rollup.subscription_changed", billing::subscription_changed),
      follow(staff, "staff.rollup.subscription_ended", billing::subscription_ended),
      follow(staff, "staff.rollup.payment_failed", billing::payment_failed),
      follow(staff, "staff.rollup.payment_recovered", billing::payment_recovered),
  };
  work.crons = {{.name = "staff.reconcile_rollup",
                 .every = days(1),
                 .run = [&staff](const events::Job& job) { return reconcile(staff, job); }},
                {.name = "staff.remove_old_sessions",
                 .every = days(1),
                 .run = [&staff](const events::Job&) { return remove_old_sessions(staff); }}};
  work.loops = {{.name = "staff.refresh_due",
                 .step = [&staff] { return refresh_due(staff); },
                 .idle = std::chrono::seconds(1)}};
  return work;
}

}  // namespace freehold::staff
