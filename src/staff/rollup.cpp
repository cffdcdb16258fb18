// staff.tenant_rollup: one line per tenant, computed from the tenant's own rows. Never counted up
// or down, so that events may come late, twice or in any order.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "staff/accounts.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::staff {
namespace {

using entitlements::Access;

// Locks the line: who comes second reads the tenant after the first has committed.
const db::TenantQuery<void, Instant> hold_line{"staff.hold_tenant_line", R"(
  insert into staff.tenant_rollup (tenant_id, refreshed_at)
  values ($1, $2)
  on conflict on constraint one_line_per_tenant do update set refreshed_at = excluded.refreshed_at)"};

const db::TenantQuery<void, std::string, std::string, std::string, std::string, std::string, Access,
                      std::string, std::optional<Instant>, std::optional<Instant>, std::int64_t,
                      std::string, std::int32_t, Instant>
    write_line{"staff.write_tenant_line", R"(
  update staff.tenant_rollup
     set name = $2, slug = $3, plan = $4, plan_name = $5, source = $6, access = $7, status = $8,
         access_until = $9, trial_ends_at = $10, mrr = $11, currency = $12, members = $13,
         created_at = $14, last_active_at = greatest(last_active_at, $14)
   where tenant_id = $1)"};

const db::TenantQuery<void, Instant, Instant> note_active{"staff.note_activity", R"(
  update staff.tenant_rollup
     set last_active_at = $2
   where tenant_id = $1 and last_active_at < $3)"};

// What one word says of the tenant; staff filter by it.
std::string status_of(const entitlements::Standing& standing) {
  if (standing.access == Access::none) return "locked";
  if (standing.access == Access::limited) return "limited";
  if (standing.access == Access::grace) return "past_due";
  if (standing.source == "trial") return "trial";
  return standing.source == "subscription" ? "active" : "free";
}

// The one subscription that counts, or nothing in the installation's first currency.
Money revenue_of(const std::optional<billing::Mirror>& subscription) {
  return subscription ? billing::monthly_revenue(*subscription) : Money{};
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
  if (!standing) co_return;  // the tenant is being made; its next event brings us here again

  const auto snapshot = entitlements::evaluate(*standing, overrides, catalog, tx.now());
  entitlements::Standing now = *standing;
  now.access = snapshot.access;
  std::optional<Instant> trial_ends_at;
  if (standing->source == "trial") trial_ends_at = standing->access_until;
  const Money revenue = revenue_of(subscription);
  const std::string source = has_plan_override(overrides, tx.now()) ? "override" : standing->source;
  co_await tx.run(write_line, tenant.name, tenant.slug, snapshot.plan, snapshot.plan_name, source,
                  snapshot.access, status_of(now), standing->access_until, trial_ends_at,
                  revenue.minor, std::string(revenue.currency.code()), std::int32_t(members.size()),
                  tenant.created_at);
}

Task<> note_activity(db::Database& database, const Actor& actor) {
  constexpr Duration every = minutes(5);
  constexpr std::size_t remembered = 10'000;
  // What this thread has written, so that most requests cost a look-up in memory.
  thread_local std::unordered_map<TenantId, Instant> noted;
  const Instant now = database.clocks().business.now();
  const auto [known, fresh] = noted.try_emplace(actor.tenant(), now);
  if (!fresh && now < known->second + every && now >= known->second) co_return;
  known->second = now;
  if (noted.size() > remembered) noted.clear();
  db::ControlTx tx = database.control(actor);
  co_await tx.run(note_active, now, now - every);
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
  return work;
}

}  // namespace freehold::staff
