// `freehold plans sync`: Stripe's products and prices become those of the catalogue.
#include "billing/plans_sync.hpp"

#include "billing/price_terms.hpp"
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

// A product at Stripe: a plan or an add-on.
struct Sold {
  std::string product;  // fixed, so that one is never made twice
  std::string name;
  std::string description;
  const std::vector<catalog::Price>& prices;
};

bool holds(const json::value& known, const catalog::Price& price) {
  return fields::text(fields::at(&known, "lookup_key")) == price.lookup_key;
}

bool was_made_for(const json::value& known, const catalog::Price& price) {
  return fields::text(fields::at(&known, "metadata", made_by_us)) == price.lookup_key;
}

// For making a price: the same for all who want the same one and have seen the same ones before it,
// so that two at once, or one that died before the answer came, make one.
std::string key_of(const PlansSync& sync, const catalog::Price& price, const Params& params,
                   const std::vector<json::value>& known) {
  std::string what = encode(params);
  for (const json::value& each : known) {
    if (holds(each, price) || was_made_for(each, price))
      what += " " + fields::text(fields::at(&each, "id")).value_or("");
  }
  return sync.shared_key(what);
}

Task<> make_product(PlansSync& sync, std::string id, Params params) {
  params.emplace_back("id", std::move(id));
  try {
    co_await sync.stripe.post("/v1/products", params, sync.fresh_key());
  } catch (const StripeRefusal& refusal) {
    // Somebody else was quicker, with the same catalogue.
    if (refusal.code != "resource_already_exists") throw;
  }
}

// Whether the product is there afterwards.
Task<bool> sync_product(PlansSync& sync, const Sold& sold) {
  const auto known = co_await find_object(sync.stripe, "/v1/products/" + sold.product);
  Params params{{"name", sold.name}};
  if (!sold.description.empty()) params.emplace_back("description", sold.description);
  const bool same =
      known && fields::text(fields::at(&*known, "name")) == sold.name &&
      fields::text(fields::at(&*known, "description")).value_or("") == sold.description;
  if (same) co_return true;
  sync.report += fmt::format("{} product {}\n", known ? "change" : "create", sold.product);
  if (sync.dry_run) co_return known.has_value();
  if (known) {
    co_await sync.stripe.post("/v1/products/" + sold.product, params, sync.fresh_key());
  } else {
    co_await make_product(sync, sold.product, std::move(params));
  }
  co_return true;
}

// All prices of the product, retired ones too, the newest first.
Task<std::vector<json::value>> prices_of(Stripe& stripe, const Sold& sold) {
  Params which{{"product", sold.product}, {"expand[]", "data.tiers"}};
  co_return co_await read_all(stripe, "/v1/prices", std::move(which));
}

// Empty: not a metered price, or a dry run before the meter is made.
std::string meter_of(const PlansSync& sync, const catalog::Price& price) {
  const auto at = sync.meters.find(price.meter);
  return at == sync.meters.end() ? "" : at->second;
}

std::string nickname_of(const Sold& sold, const catalog::Price& price) {
  std::string what = sold.name;
  if (price.charge == catalog::Charge::seat) what += ", members";
  if (price.charge == catalog::Charge::metered) what += ", " + price.meter;
  return what + ", " + std::string(name_of(price.interval)) + "ly";
}

Params params_of(const PlansSync& sync, const Sold& sold, const catalog::Price& price) {
  Params params = terms_of(price, meter_of(sync, price));
  params.emplace_back("product", sold.product);
  params.emplace_back("lookup_key", price.lookup_key);
  params.emplace_back("nickname", nickname_of(sold, price));
  params.emplace_back(fmt::format("metadata[{}]", made_by_us), price.lookup_key);
  params.emplace_back("metadata[freehold_charge]", std::string(name_of(price.charge)));
  params.emplace_back("transfer_lookup_key", "true");
  return params;
}

bool is_active(const json::value& known) {
  return fields::flag(fields::at(&known, "active"));
}

bool is_current(const PlansSync& sync, const json::value& known, const catalog::Price& price) {
  return is_active(known) && holds(known, price) &&
         terms_in(known) == terms_of(price, meter_of(sync, price));
}

const json::value* find_current(const PlansSync& sync, const std::vector<json::value>& known,
                                const catalog::Price& price) {
  const auto at = std::ranges::find_if(
      known, [&](const json::value& each) { return is_current(sync, each, price); });
  return at == known.end() ? nullptr : &*at;
}

// Made from the catalogue, now or at an earlier time, and no longer in it.
bool is_left_over(const PlansSync& sync, const json::value& known, const Sold& sold) {
  if (!is_active(known)) return false;
  bool ours = fields::text(fields::at(&known, "metadata", made_by_us)).has_value();
  for (const catalog::Price& price : sold.prices) {
    if (is_current(sync, known, price)) return false;
    ours = ours || holds(known, price);
  }
  return ours;
}

// True when something was made.
Task<bool> make_missing(PlansSync& sync, const Sold& sold, const std::vector<json::value>& known) {
  bool made = false;
  for (const catalog::Price& price : sold.prices) {
    if (find_current(sync, known, price) != nullptr) continue;
    const bool replaces = std::ranges::any_of(
        known, [&](const json::value& each) { return is_active(each) && holds(each, price); });
    sync.report += fmt::format("{} price {}: {}\n", replaces ? "replace" : "create",
                               price.lookup_key, catalog::describe(price));
    if (sync.dry_run) continue;
    const Params params = params_of(sync, sold, price);
    co_await sync.stripe.post("/v1/prices", params, key_of(sync, price, params, known));
    made = true;
  }
  co_return made;
}

Task<> retire_left_over(PlansSync& sync, const Sold& sold, const std::vector<json::value>& known) {
  const Params retire{{"active", "false"}};
  for (const json::value& each : known) {
    if (!is_left_over(sync, each, sold)) continue;
    const std::string id = fields::text(fields::at(&each, "id")).value_or("");
    sync.report += fmt::format("retire price {}\n", id);
    if (!sync.dry_run) co_await sync.stripe.post("/v1/prices/" + id, retire, sync.fresh_key());
  }
}

// A price at Stripe never changes: another amount is another price that takes the lookup key over,
// and the old one can no longer be bought. Whoever pays it goes on doing so. What is left over is
// looked for among all prices of the product, because an earlier sync may have died in between.
Task<> sync_sold(PlansSync& sync, const Sold& sold) {
  std::vector<json::value> known;
  const bool exists = co_await sync_product(sync, sold);
  if (exists) known = co_await prices_of(sync.stripe, sold);
  const bool made = co_await make_missing(sync, sold, known);
  if (made) known = co_await prices_of(sync.stripe, sold);
  co_await retire_left_over(sync, sold, known);
  for (const catalog::Price& price : sold.prices) {
    const json::value* current = find_current(sync, known, price);
    if (current == nullptr) continue;
    sync.prices.emplace_back(price.lookup_key,
                             fields::text(fields::at(current, "id")).value_or(""));
  }
}

Task<> store_prices(db::Database& database, const PlansSync& sync) {
  db::SystemTx tx = database.system();
  std::vector<std::string> keys;
  for (const auto& [lookup_key, id] : sync.prices) {
    keys.push_back(lookup_key);
    co_await tx.run(upsert_price, lookup_key, id, sync.now);
  }
  co_await tx.run(delete_other_prices, std::move(keys));
  co_await tx.commit();
}

std::vector<Sold> sold_by(const catalog::Catalog& catalog) {
  std::vector<Sold> all;
  for (const catalog::Plan& plan : catalog.plans()) {
    if (!plan.prices.empty())
      all.push_back({"freehold_" + plan.key, plan.name, plan.tagline, plan.prices});
  }
  for (const catalog::Addon& addon : catalog.addons())
    all.push_back({"freehold_addon_" + addon.key, addon.name, addon.tagline, addon.prices});
  return all;
}

}  // namespace

std::string PlansSync::fresh_key() const {
  return "freehold-plans-" + to_string(new_uuid(now));
}

std::string PlansSync::shared_key(std::string_view what) const {
  const std::string mark = fmt::format("{} {}", what, now.micros / hours(1).count());
  return "freehold-plans-" + to_hex(view(sha256(mark)));
}

Task<std::optional<json::value>> find_object(Stripe& stripe, std::string path) {
  try {
    const Params none;
    co_return co_await stripe.get(std::move(path), none);
  } catch (const StripeRefusal& refusal) {
    if (refusal.status != 404) throw;
  }
  co_return std::nullopt;
}

Task<std::vector<json::value>> read_all(Stripe& stripe, std::string path, Params which) {
  std::vector<json::value> all;
  which.emplace_back("limit", "100");
  const std::size_t first_page = which.size();
  for (;;) {
    const json::value list = co_await stripe.get(path, which);
    const auto page = fields::data_of(list);
    all.insert(all.end(), page.begin(), page.end());
    if (page.empty() || !fields::flag(fields::at(&list, "has_more"))) break;
    which.resize(first_page);
    which.emplace_back("starting_after", fields::text(fields::at(&page.back(), "id")).value_or(""));
  }
  co_return all;
}

Task<std::string> sync_plans(db::Database& database, Stripe& stripe,
                             const catalog::Catalog& catalog, bool dry_run) {
  Stripe in_bulk = stripe.in_bulk();
  PlansSync sync{.stripe = in_bulk,
                 .catalog = catalog,
                 .dry_run = dry_run,
                 .now = database.clocks().machine.now()};
  co_await sync_meters(sync);
  const std::vector<Sold> all = sold_by(catalog);
  for (const Sold& sold : all) co_await sync_sold(sync, sold);
  co_await sync_coupons(sync);
  if (!dry_run) co_await store_prices(database, sync);
  co_return sync.report.empty() ? "Stripe has the plans of the catalogue.\n" : sync.report;
}

}  // namespace freehold::billing
