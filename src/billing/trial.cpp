// How a tenant starts.
#include "billing/ledger.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<void, std::string, Instant, std::optional<Instant>> insert_trial{
    "billing.start_trial", R"(
  insert into billing.trial (tenant_id, plan, started_at, ends_at)
  values ($1, $2, $3, $4))"};

}  // namespace

Task<> start(db::ControlTx& tx, const catalog::Catalog& catalog) {
  const catalog::Plan* on_trial = catalog.trial_plan();
  // One that needs a card begins with the checkout.
  const bool begins_now = on_trial != nullptr && !on_trial->trial_requires_card;
  const catalog::Plan& plan = begins_now ? *on_trial : catalog.default_plan();
  std::optional<Instant> ends_at;
  if (plan.trial_days && *plan.trial_days > 0) ends_at = tx.now() + days(*plan.trial_days);
  co_await tx.run(insert_trial, plan.key, tx.now(), ends_at);
  co_await derive(tx, Policy{}, catalog);
}

}  // namespace freehold::billing
