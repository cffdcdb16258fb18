#include "billing/addons.hpp"

#include "billing/checkout.hpp"
#include "billing/page_parts.hpp"
#include "billing/wishes.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

const Item* item_of(const Mirror& mirror, const catalog::Addon& addon,
                    const catalog::Catalog& catalog) {
  for (const Item& item : mirror.items) {
    if (catalog.find_addon_by_lookup_key(item.lookup_key) == &addon) return &item;
  }
  return nullptr;
}

Problem cannot_have(std::string why) {
  return Problem::invalid({{"addons", std::move(why)}});
}

AddonWish wish_of(const catalog::Catalog& catalog, const Mirror& current, std::string_view key,
                  std::int64_t quantity) {
  const catalog::Addon* addon = catalog.find_addon(key);
  if (addon == nullptr) throw cannot_have(fmt::format("There is no add-on \"{}\".", key));
  const catalog::Price* price = addon_price(*addon, current, catalog);
  if (price == nullptr)
    throw cannot_have(fmt::format("{} is not sold with this subscription.", addon->name));
  if (quantity < 0 || quantity > addon->max_quantity)
    throw cannot_have(fmt::format("Of {} there can be 0 to {}.", addon->name, addon->max_quantity));
  return {.addon = *addon, .price = *price, .quantity = quantity};
}

// Those that are not as they are wanted.
std::vector<AddonWish> wishes_of(const catalog::Catalog& catalog, const Mirror& current,
                                 const AddonCounts& wanted) {
  const AddonCounts bought = addons_of(current, catalog);
  std::vector<AddonWish> wishes;
  for (const auto& [key, quantity] : wanted) {
    const bool is_so = count_of(bought, key) == quantity;
    if (is_so && quantity > 0) continue;  // whether or not it is still sold
    const AddonWish wish = wish_of(catalog, current, key, quantity);
    if (!is_so) wishes.push_back(wish);
  }
  return wishes;
}

// Items that are not named stay as they are.
Task<Params> items_of(Billing& billing, const Actor& actor, const Mirror& current,
                      const std::vector<AddonWish>& wishes, std::string_view name) {
  Params params;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const AddonWish& wish = wishes[i];
    const std::string place = fmt::format("{}[{}]", name, i);
    const Item* item = item_of(current, wish.addon, billing.catalog);
    if (item != nullptr) params.emplace_back(place + "[id]", item->stripe_id);
    if (wish.quantity == 0) {
      params.emplace_back(place + "[deleted]", "true");
    } else {
      params.emplace_back(place + "[price]",
                          co_await price_id(billing, actor, wish.price.lookup_key));
      params.emplace_back(place + "[quantity]", std::to_string(wish.quantity));
    }
  }
  co_return params;
}

void require_addable(const Mirror& current) {
  require_changeable(current);
  if (current.pending_at)
    throw Problem::conflict(
        "change_scheduled",
        fmt::format("A change of plan is scheduled for {}. Take it back first; then add-ons can "
                    "be changed.",
                    format_date(*current.pending_at)));
}

Params order_of(const Mirror& current, Params items, bool costs_more, Instant proration_date) {
  const bool is_trial = current.status == "trialing";
  if (is_trial || costs_more) return change_params(!is_trial, std::move(items), proration_date);
  items.emplace_back("proration_behavior", "create_prorations");
  items.emplace_back("proration_date", std::to_string(to_unix_seconds(proration_date)));
  return items;
}

}  // namespace

AddonCounts kept_addons(const Mirror& mirror, const catalog::Price& lead,
                        const catalog::Catalog& catalog) {
  AddonCounts counts = addons_of(mirror, catalog);
  const catalog::Plan& plan = *catalog.find_by_lookup_key(lead.lookup_key);
  std::erase_if(counts, [&](const auto& each) {
    const catalog::Addon& addon = *catalog.find_addon(each.first);
    return !addon.fits(plan) || addon.price(lead.interval, lead.amount.currency) == nullptr;
  });
  return counts;
}

entitlements::Snapshot allowed_with(const catalog::Catalog& catalog, const catalog::Plan& plan,
                                    const AddonCounts& counts, Instant now) {
  entitlements::Standing standing;
  standing.plan = plan.key;
  standing.plan_version = plan.version;
  standing.addons = text_of(counts);
  return entitlements::evaluate(standing, {}, catalog, now);
}

const catalog::Price* addon_price(const catalog::Addon& addon, const Mirror& mirror,
                                  const catalog::Catalog& catalog) {
  const catalog::Plan* plan = catalog.find(plan_of(mirror, catalog));
  const auto currency = Currency::parse(mirror.currency);
  if (plan == nullptr || !currency || !addon.fits(*plan)) return nullptr;
  return addon.price(interval_of(mirror.billing_interval), *currency);
}

Money difference(const Mirror& current, const std::vector<AddonWish>& wishes,
                 const catalog::Catalog& catalog) {
  const AddonCounts bought = addons_of(current, catalog);
  Money sum{0, Currency::parse(current.currency).value_or(Currency::usd())};
  for (const AddonWish& wish : wishes) {
    const Item* item = item_of(current, wish.addon, catalog);
    sum = sum + catalog::cost_of(wish.price, wish.quantity);
    if (item != nullptr) sum.minor -= cost_of(*item, catalog);
  }
  return sum;
}

Task<ChangePreview> preview_addons(Billing& billing, const Actor& actor, const Mirror& current,
                                   const std::vector<AddonWish>& wishes, Instant proration_date) {
  Params items = co_await items_of(billing, actor, current, wishes, "subscription_details[items]");
  co_return co_await preview_change(billing, current, std::move(items), proration_date);
}

Task<Ordered> set_addons(Billing& billing, const Actor& actor, AddonCounts wanted,
                         std::optional<Instant> proration_date) {
  // An order whose answer got lost may have added the item, which can be there only once.
  co_await sync_now(billing, actor);
  const Mirror current = co_await need_subscription(billing, actor);
  db::ControlRead db = billing.database.control_read(actor);
  const auto all = co_await invoices(db);
  require_nothing_unpaid(all);
  require_addable(current);
  const auto wishes = wishes_of(billing.catalog, current, wanted);
  if (wishes.empty()) co_return Ordered::carried_out;
  Params items = co_await items_of(billing, actor, current, wishes, "items");
  const bool costs_more = difference(current, wishes, billing.catalog).minor > 0;
  Params params = order_of(current, std::move(items), costs_more,
                           proration_date.value_or(billing.clocks.business.now()));
  const std::string before = text_of(addons_of(current, billing.catalog));
  AddonCounts after = addons_of(current, billing.catalog);
  for (const AddonWish& each : wishes) after[each.addon.key] = each.quantity;
  std::erase_if(after, [](const auto& each) { return each.second == 0; });
  const Wish wish{.action = "subscription.addons_changed",
                  .subscription = current.stripe_id,
                  .calls = {on_subscription(kind::set_addons, current, std::move(params))},
                  .changes = {{"addons", before, text_of(after)}}};
  co_return co_await carry_out_wish(billing, actor, wish);
}

}  // namespace freehold::billing
