#include "billing/checkout.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/items.hpp"
#include "billing/json_fields.hpp"
#include "core/async.hpp"
#include "core/words.hpp"

namespace freehold::billing {
namespace {

constexpr Duration nearest_trial_end = hours(48);

const db::TenantQuery<std::string> select_open{"billing.lock_checkout", R"(
  select session_id
    from billing.checkout
   where tenant_id = $1
     for update)"};

const db::TenantQuery<void, std::string, std::string, std::string, Instant> upsert_checkout{
    "billing.keep_checkout", R"(
  insert into billing.checkout (tenant_id, session_id, lookup_key, url, opened_at)
  values ($1, $2, $3, $4, $5)
      on conflict on constraint one_open_checkout_per_tenant
      do update set session_id = excluded.session_id, lookup_key = excluded.lookup_key,
                    url = excluded.url, opened_at = excluded.opened_at)"};

const db::Query<std::string, std::string> select_price{"billing.price_id", R"(
  select price_id
    from billing.price
   where lookup_key = $1)"};

Problem stripe_away() {
  return Problem::unavailable(
      "stripe_away",
      "Payments are not available right now. Nothing was bought; try again in a few minutes.");
}

void append_trial(Params& params, const Trial& trial, Instant first, Instant now) {
  if (trial.ends_at && *trial.ends_at - now >= nearest_trial_end) {
    params.emplace_back("subscription_data[trial_end]", std::to_string(to_unix_seconds(first)));
  } else {
    params.emplace_back("subscription_data[trial_period_days]",
                        std::to_string((first - now) / days(1)));
  }
  // Given for the card (card_trials.hpp).
  if (!trial.ends_at) params.emplace_back("subscription_data[metadata][trial]", "card");
}

struct Purchase {
  std::string customer_id = {};
  std::vector<OfferedItem> items = {};
  const catalog::Price& price;
  std::string slug;
  bool is_first = true;  // the workspace never had a subscription
};

void append_items(Params& params, const std::vector<OfferedItem>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string line = fmt::format("line_items[{}]", i);
    params.emplace_back(line + "[price]", items[i].price_id);
    if (items[i].quantity)
      params.emplace_back(line + "[quantity]", std::to_string(*items[i].quantity));
  }
}

bool has_codes(const catalog::Catalog& catalog) {
  return std::ranges::any_of(catalog.coupons(),
                             [](const catalog::Coupon& coupon) { return !coupon.codes.empty(); });
}

Params params_of(const Billing& billing, const Purchase& purchase, const Actor& actor,
                 const Trial& trial) {
  const std::string tenant = to_string(actor.tenant());
  const std::string pages = billing.base_url + "/t/" + purchase.slug + "/billing";
  Params params{{"mode", "subscription"},
                {"customer", purchase.customer_id},
                {"client_reference_id", tenant},
                {"success_url", pages + "/return?session={CHECKOUT_SESSION_ID}"},
                {"cancel_url", pages + "/plans"},
                {"metadata[lookup_key]", purchase.price.lookup_key},
                {"subscription_data[billing_mode][type]", "flexible"},
                {"subscription_data[metadata][tenant]", tenant}};
  append_items(params, purchase.items);
  if (has_codes(billing.catalog)) params.emplace_back("allow_promotion_codes", "true");
  const Instant now = billing.clocks.business.now();
  const catalog::Plan* plan = billing.catalog.find_by_lookup_key(purchase.price.lookup_key);
  const auto first = first_charge(trial, *plan, purchase.is_first, now);
  if (first) append_trial(params, trial, *first, now);
  return params;
}

// Only what somebody who has nothing may buy. The copy is brought up to date first: the other tab
// may have bought a minute ago.
Task<> require_no_subscription(Billing& billing, const Actor& actor) {
  co_await sync_now(billing, actor);
  db::ControlRead db = billing.database.control_read(actor);
  const auto current = co_await current_subscription(db);
  if (current)
    throw Problem::conflict(
        "subscription_exists",
        worded("This workspace has a subscription already. Change its plan instead."));
  const auto all = co_await invoices(db);
  require_nothing_unpaid(all);
}

Task<Uuid> order_checkout(Billing& billing, const Actor& actor, Purchase& purchase) {
  const Uuid id = new_uuid(billing.clocks.machine.now());
  db::ControlTx tx = billing.database.control(actor);
  const Trial trial = co_await get_trial(tx);
  purchase.is_first = (co_await subscriptions(tx)).empty();
  const NewCommand command{id, std::string(kind::open_checkout), "/v1/checkout/sessions",
                           params_of(billing, purchase, actor, trial)};
  co_await store_command(tx, command, billing.clocks.machine.now());
  const audit::Act act{
      .action = "checkout.opened", .target_type = "price", .target_id = purchase.price.lookup_key};
  co_await audit::record(tx, act);
  co_await tx.commit();
  co_return id;
}

}  // namespace

std::optional<Instant> first_charge(const Trial& trial, Instant now) {
  if (!trial.ends_at || *trial.ends_at <= now) return {};
  const Duration left = *trial.ends_at - now;
  if (left >= nearest_trial_end) return trial.ends_at;
  return now + days(left > days(1) ? 2 : 1);
}

std::optional<Instant> first_charge(const Trial& trial, const catalog::Plan& plan, bool is_first,
                                    Instant now) {
  if (const auto at = first_charge(trial, now)) return at;
  const bool gives_one = plan.trial_requires_card && plan.trial_days && is_first && !trial.ends_at;
  if (!gives_one) return {};
  return now + days(*plan.trial_days);
}

Task<> keep_checkout(db::ControlTx& tx, std::string session, Instant machine_now) {
  const json::value object = json::parse(session);
  const auto id = fields::text(fields::at(&object, "id"));
  const auto url = fields::text(fields::at(&object, "url"));
  const auto lookup_key = fields::text(fields::at(&object, "metadata", "lookup_key"));
  if (!id || !url) co_return;
  // A workspace's first checkout has no row of its own to lock, so two of them take turns here.
  co_await lock_customer(tx);
  const auto replaced = co_await tx.find(select_open);
  co_await tx.run(upsert_checkout, *id, lookup_key.value_or(""), *url, tx.now());
  if (!replaced || *replaced == *id) co_return;
  const NewCommand expire{new_uuid(machine_now),
                          std::string(kind::expire_checkout),
                          "/v1/checkout/sessions/" + *replaced + "/expire",
                          {}};
  co_await store_command(tx, expire, machine_now - head_start);
}

Task<std::string> price_id(Billing& billing, const Actor& actor, std::string lookup_key) {
  db::ControlRead db = billing.database.control_read(actor);
  const auto known = co_await db.find(select_price, std::move(lookup_key));
  if (known) co_return *known;
  throw Problem::unavailable("plans_not_synced",
                             "This plan cannot be bought yet: its price is not known to Stripe. "
                             "An operator has to run `freehold plans sync`.");
}

void require_nothing_unpaid(const std::vector<Invoice>& invoices) {
  if (std::ranges::any_of(invoices, is_overdue))
    throw Problem::conflict("invoice_unpaid",
                            "An invoice is unpaid. Pay it first; then the plan can be changed.");
}

Task<std::string> open_checkout(Billing& billing, const Actor& actor, std::string slug,
                                const catalog::Price& price) {
  Purchase purchase{.price = price, .slug = std::move(slug)};
  purchase.customer_id = co_await ensure_customer(billing, actor);
  co_await require_no_subscription(billing, actor);
  purchase.items = co_await offered_items(billing, actor, price, nullptr);
  const Uuid command = co_await order_checkout(billing, actor, purchase);
  const Outcome outcome = co_await carry_out(billing, actor, command);
  if (outcome.state == Outcome::State::pending) co_await give_up(billing, actor, command);
  if (outcome.state != Outcome::State::done) throw stripe_away();
  const json::value session = json::parse(outcome.answer);
  const auto url = fields::text(fields::at(&session, "url"));
  if (!url) throw stripe_away();
  co_return *url;
}

}  // namespace freehold::billing
