// `freehold plans sync`: Stripe's products and prices become those of the catalogue.
#include "billing/billing.hpp"
#include "billing/json_fields.hpp"
#include "billing/stripe.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

const db::Query<void, std::string, std::string, Instant> upsert_price{"billing.store_price", R"(
  insert into billing.price (lookup_key, price_id, synced_at)
  values ($1, $2, $3)
      on conflict on constraint one_price_per_lookup_key
      do update set price_id = excluded.price_id, synced_at = excluded.synced_at)"};

const db::Query<void, std::vector<std::string>> delete_other_prices{"billing.forget_prices", R"(
  delete from billing.price
   where lookup_key <> all ($1))"};

struct Sync {
  Stripe& stripe;
  bool dry_run;
  Instant now;
  std::string report = {};
  std::vector<std::pair<std::string, std::string>> prices = {};  // lookup key, Stripe's id
};

// A key of its own for each write: what is done twice is held off by ids and lookup keys.
std::string fresh_key(Instant now) {
  return "freehold-plans-" + to_string(new_uuid(now));
}

// Fixed, so that a product is never made twice.
std::string product_id(const catalog::Plan& plan) {
  return "freehold_" + plan.key;
}

Task<std::optional<json::value>> find_product(Stripe& stripe, std::string id) {
  try {
    const Params none;
    co_return co_await stripe.get("/v1/products/" + id, none);
  } catch (const StripeRefusal& refusal) {
    if (refusal.status != 404) throw;
  }
  co_return std::nullopt;
}

Task<> sync_product(Sync& sync, const catalog::Plan& plan) {
  const std::string id = product_id(plan);
  const auto known = co_await find_product(sync.stripe, id);
  Params params{{"name", plan.name}};
  if (!plan.tagline.empty()) params.emplace_back("description", plan.tagline);
  const bool same = known && fields::text(fields::at(&*known, "name")) == plan.name &&
                    fields::text(fields::at(&*known, "description")).value_or("") == plan.tagline;
  if (same) co_return;
  sync.report += fmt::format("{} product {}\n", known ? "change" : "create", id);
  if (sync.dry_run) co_return;
  if (!known) params.emplace_back("id", id);
  const std::string path = known ? "/v1/products/" + id : "/v1/products";
  co_await sync.stripe.post(path, params, fresh_key(sync.now));
}

Params params_of(const catalog::Plan& plan, const catalog::Price& price) {
  return {{"product", product_id(plan)},
          {"currency", std::string(price.amount.currency.code())},
          {"unit_amount", std::to_string(price.amount.minor)},
          {"recurring[interval]", std::string(name_of(price.interval))},
          {"lookup_key", price.lookup_key},
          {"nickname", plan.name + ", " + std::string(name_of(price.interval)) + "ly"},
          {"transfer_lookup_key", "true"}};
}

bool is_same(const json::value& known, const catalog::Price& price) {
  return fields::number(fields::at(&known, "unit_amount")) == price.amount.minor &&
         fields::text(fields::at(&known, "currency")) == price.amount.currency.code() &&
         fields::text(fields::at(&known, "recurring", "interval")) == name_of(price.interval);
}

// A price at Stripe never changes: another amount is another price that takes the lookup key over.
// Whoever pays the old one goes on doing so.
Task<> sync_price(Sync& sync, const catalog::Plan& plan, const catalog::Price& price) {
  const Params which{{"lookup_keys[]", price.lookup_key}, {"active", "true"}, {"limit", "1"}};
  const json::value list = co_await sync.stripe.get("/v1/prices", which);
  const auto found = fields::data_of(list);
  if (!found.empty() && is_same(found.front(), price)) {
    sync.prices.emplace_back(price.lookup_key,
                             fields::text(fields::at(&found.front(), "id")).value_or(""));
    co_return;
  }
  sync.report += fmt::format("{} price {}: {}\n", found.empty() ? "create" : "replace",
                             price.lookup_key, catalog::describe(price));
  if (sync.dry_run) co_return;
  const json::value made =
      co_await sync.stripe.post("/v1/prices", params_of(plan, price), fresh_key(sync.now));
  sync.prices.emplace_back(price.lookup_key, fields::text(fields::at(&made, "id")).value_or(""));
  if (found.empty()) co_return;
  const std::string old = fields::text(fields::at(&found.front(), "id")).value_or("");
  const Params retire{{"active", "false"}};
  co_await sync.stripe.post("/v1/prices/" + old, retire, fresh_key(sync.now));
}

Task<> store_prices(db::Database& database, const Sync& sync) {
  db::SystemTx tx = database.system();
  std::vector<std::string> keys;
  for (const auto& [lookup_key, id] : sync.prices) {
    keys.push_back(lookup_key);
    co_await tx.run(upsert_price, lookup_key, id, sync.now);
  }
  co_await tx.run(delete_other_prices, std::move(keys));
  co_await tx.commit();
}

}  // namespace

Task<std::string> sync_plans(db::Database& database, Stripe& stripe,
                             const catalog::Catalog& catalog, bool dry_run) {
  Sync sync{.stripe = stripe, .dry_run = dry_run, .now = database.clocks().machine.now()};
  for (const catalog::Plan& plan : catalog.plans()) {
    if (plan.prices.empty()) continue;
    co_await sync_product(sync, plan);
    for (const catalog::Price& price : plan.prices) co_await sync_price(sync, plan, price);
  }
  if (!dry_run) co_await store_prices(database, sync);
  co_return sync.report.empty() ? "Stripe has the plans of the catalogue.\n" : sync.report;
}

}  // namespace freehold::billing
