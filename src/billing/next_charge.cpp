#include "billing/next_charge.hpp"

#include "billing/items.hpp"
#include "billing/notices.hpp"
#include "billing/page_parts.hpp"

namespace freehold::billing {
namespace {

std::int64_t used_of(const std::string& meter, const std::vector<metering::Usage>& usage) {
  const auto at = std::ranges::find(usage, meter, &metering::Usage::meter);
  return at == usage.end() ? 0 : at->used;
}

std::string name_of(const Item& item, const catalog::Catalog& catalog) {
  if (const catalog::Addon* addon = catalog.find_addon_by_lookup_key(item.lookup_key))
    return fmt::format("{} × {}", addon->name, item.quantity.value_or(1));
  const catalog::Price* price = catalog.find_price(item.lookup_key);
  if (price != nullptr && price->charge == catalog::Charge::seat)
    return fmt::format("{} {}", item.quantity.value_or(1),
                       item.quantity == 1 ? "member" : "members");
  const std::string name = plan_name(catalog, item.lookup_key);
  return item.quantity.value_or(1) == 1 ? name : fmt::format("{} × {}", name, *item.quantity);
}

void append(NextCharge& charge, const Mirror& mirror, std::string label, std::int64_t minor) {
  charge.parts.push_back({std::move(label), money_text(minor, mirror.currency)});
  charge.total += minor;
}

void append_usage(NextCharge& charge, const Mirror& mirror, const catalog::Price& price,
                  std::int64_t used, const catalog::Catalog& catalog) {
  std::string label =
      fmt::format("{} until now: {}", catalog.label_of(price.meter), catalog::with_thousands(used));
  if (price.included() > 0)
    label += fmt::format(", {} included", catalog::with_thousands(price.included()));
  append(charge, mirror, std::move(label), catalog::cost_of(price, used).minor);
  charge.may_grow = true;
}

}  // namespace

NextCharge next_charge(const Mirror& mirror, const std::vector<metering::Usage>& usage,
                       const catalog::Catalog& catalog) {
  NextCharge charge;
  if (mirror.pending_at) {
    const auto interval = interval_of(mirror.pending_interval.value_or(mirror.billing_interval));
    append(charge, mirror,
           plan_name(catalog, mirror.pending_lookup_key.value_or(mirror.lookup_key)) + ", " +
               adverb(interval),
           mirror.pending_amount.value_or(0));
    return charge;
  }
  for (const Item& item : mirror.items) {
    const catalog::Price* price = catalog.find_price(item.lookup_key);
    if (item.stripe_id == mirror.item_id && item.quantity == 1) {
      append(charge, mirror,
             name_of(item, catalog) + ", " + adverb(interval_of(mirror.billing_interval)),
             cost_of(item, catalog));
    } else if (item.quantity) {
      append(charge, mirror, name_of(item, catalog), cost_of(item, catalog));
    } else if (price != nullptr) {
      append_usage(charge, mirror, *price, used_of(price->meter, usage), catalog);
    }
  }
  return charge;
}

}  // namespace freehold::billing
