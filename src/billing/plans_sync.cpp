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

// Metadata of a price that this file made, as against one that somebody made by hand.
constexpr const char* made_by_us = "freehold_price";

struct Sync {
  Stripe& stripe;
  bool dry_run;
  Instant now;
  std::string report = {};
  std::vector<std::pair<std::string, std::string>> prices = {};  // lookup key, Stripe's id
};

// For writes that say what shall be: a kept answer to an earlier one would hide what has changed
// since, and doing them twice does no harm.
std::string fresh_key(Instant now) {
  return "freehold-plans-" + to_string(new_uuid(now));
}

bool holds(const json::value& known, const catalog::Price& price) {
  return fields::text(fields::at(&known, "lookup_key")) == price.lookup_key;
}

bool was_made_for(const json::value& known, const catalog::Price& price) {
  return fields::text(fields::at(&known, "metadata", made_by_us)) == price.lookup_key;
}

// For making a price: the same for all who want the same one and have seen the same ones before it,
// so that two at once, or one that died before the answer came, make one. A failure that Stripe
// remembers under it stands in the way for an hour at most.
std::string key_of(const catalog::Price& price, const Params& params,
                   const std::vector<json::value>& known, Instant now) {
  std::string what = encode(params);
  for (const json::value& each : known) {
    if (holds(each, price) || was_made_for(each, price))
      what += " " + fields::text(fields::at(&each, "id")).value_or("");
  }
  what += fmt::format(" {}", now.micros / hours(1).count());
  return "freehold-price-" + to_hex(view(sha256(what)));
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

Task<> make_product(Sync& sync, std::string id, Params params) {
  params.emplace_back("id", std::move(id));
  try {
    co_await sync.stripe.post("/v1/products", params, fresh_key(sync.now));
  } catch (const StripeRefusal& refusal) {
    // Somebody else was quicker, with the same catalogue.
    if (refusal.code != "resource_already_exists") throw;
  }
}

// Whether the product is there afterwards.
Task<bool> sync_product(Sync& sync, const catalog::Plan& plan) {
  const std::string id = product_id(plan);
  const auto known = co_await find_product(sync.stripe, id);
  Params params{{"name", plan.name}};
  if (!plan.tagline.empty()) params.emplace_back("description", plan.tagline);
  const bool same = known && fields::text(fields::at(&*known, "name")) == plan.name &&
                    fields::text(fields::at(&*known, "description")).value_or("") == plan.tagline;
  if (same) co_return true;
  sync.report += fmt::format("{} product {}\n", known ? "change" : "create", id);
  if (sync.dry_run) co_return known.has_value();
  if (known) {
    co_await sync.stripe.post("/v1/products/" + id, params, fresh_key(sync.now));
  } else {
    co_await make_product(sync, id, std::move(params));
  }
  co_return true;
}

// All prices of the plan's product, retired ones too, the newest first.
Task<std::vector<json::value>> prices_of(Stripe& stripe, const catalog::Plan& plan) {
  std::vector<json::value> all;
  Params which{{"product", product_id(plan)}, {"limit", "100"}};
  for (;;) {
    const json::value list = co_await stripe.get("/v1/prices", which);
    const auto page = fields::data_of(list);
    all.insert(all.end(), page.begin(), page.end());
    if (page.empty() || !fields::flag(fields::at(&list, "has_more"))) break;
    which.resize(2);
    which.emplace_back("starting_after", fields::text(fields::at(&page.back(), "id")).value_or(""));
  }
  co_return all;
}

Params params_of(const catalog::Plan& plan, const catalog::Price& price) {
  return {{"product", product_id(plan)},
          {"currency", std::string(price.amount.currency.code())},
          {"unit_amount", std::to_string(price.amount.minor)},
          {"recurring[interval]", std::string(name_of(price.interval))},
          {"lookup_key", price.lookup_key},
          {"nickname", plan.name + ", " + std::string(name_of(price.interval)) + "ly"},
          {fmt::format("metadata[{}]", made_by_us), price.lookup_key},
          {"transfer_lookup_key", "true"}};
}

bool is_active(const json::value& known) {
  return fields::flag(fields::at(&known, "active"));
}

bool is_same(const json::value& known, const catalog::Price& price) {
  return fields::number(fields::at(&known, "unit_amount")) == price.amount.minor &&
         fields::text(fields::at(&known, "currency")) == price.amount.currency.code() &&
         fields::text(fields::at(&known, "recurring", "interval")) == name_of(price.interval);
}

bool is_current(const json::value& known, const catalog::Price& price) {
  return is_active(known) && holds(known, price) && is_same(known, price);
}

const json::value* find_current(const std::vector<json::value>& known,
                                const catalog::Price& price) {
  const auto at =
      std::ranges::find_if(known, [&](const json::value& each) { return is_current(each, price); });
  return at == known.end() ? nullptr : &*at;
}

// Made from the catalogue, now or at an earlier time, and no longer in it.
bool is_left_over(const json::value& known, const catalog::Plan& plan) {
  if (!is_active(known)) return false;
  bool ours = fields::text(fields::at(&known, "metadata", made_by_us)).has_value();
  for (const catalog::Price& price : plan.prices) {
    if (is_current(known, price)) return false;
    ours = ours || holds(known, price);
  }
  return ours;
}

// True when something was made.
Task<bool> make_missing(Sync& sync, const catalog::Plan& plan,
                        const std::vector<json::value>& known) {
  bool made = false;
  for (const catalog::Price& price : plan.prices) {
    if (find_current(known, price) != nullptr) continue;
    const bool replaces = std::ranges::any_of(
        known, [&](const json::value& each) { return is_active(each) && holds(each, price); });
    sync.report += fmt::format("{} price {}: {}\n", replaces ? "replace" : "create",
                               price.lookup_key, catalog::describe(price));
    if (sync.dry_run) continue;
    const Params params = params_of(plan, price);
    co_await sync.stripe.post("/v1/prices", params, key_of(price, params, known, sync.now));
    made = true;
  }
  co_return made;
}

Task<> retire_left_over(Sync& sync, const catalog::Plan& plan,
                        const std::vector<json::value>& known) {
  const Params retire{{"active", "false"}};
  for (const json::value& each : known) {
    if (!is_left_over(each, plan)) continue;
    const std::string id = fields::text(fields::at(&each, "id")).value_or("");
    sync.report += fmt::format("retire price {}\n", id);
    if (!sync.dry_run) co_await sync.stripe.post("/v1/prices/" + id, retire, fresh_key(sync.now));
  }
}

// A price at Stripe never changes: another amount is another price that takes the lookup key over,
// and the old one can no longer be bought. Whoever pays it goes on doing so. What is left over is
// looked for among all prices of the product, because an earlier sync may have died in between.
Task<> sync_plan(Sync& sync, const catalog::Plan& plan) {
  std::vector<json::value> known;
  const bool exists = co_await sync_product(sync, plan);
  if (exists) known = co_await prices_of(sync.stripe, plan);
  const bool made = co_await make_missing(sync, plan, known);
  if (made) known = co_await prices_of(sync.stripe, plan);
  co_await retire_left_over(sync, plan, known);
  for (const catalog::Price& price : plan.prices) {
    const json::value* current = find_current(known, price);
    if (current == nullptr) continue;
    sync.prices.emplace_back(price.lookup_key,
                             fields::text(fields::at(current, "id")).value_or(""));
  }
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
    if (!plan.prices.empty()) co_await sync_plan(sync, plan);
  }
  if (!dry_run) co_await store_prices(database, sync);
  co_return sync.report.empty() ? "Stripe has the plans of the catalogue.\n" : sync.report;
}

}  // namespace freehold::billing
