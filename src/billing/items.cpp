#include "billing/items.hpp"

#include <algorithm>

#include "billing/checkout.hpp"
#include "billing/usage_reports.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

struct Row {
  std::string subscription_id;
  std::string stripe_id;
  std::string lookup_key;
  std::optional<std::int64_t> quantity;
  std::int64_t amount;
};
BOOST_DESCRIBE_STRUCT(Row, (), (subscription_id, stripe_id, lookup_key, quantity, amount))

const db::TenantQuery<Row> select_items{"billing.items", R"(
  select subscription_id, stripe_id, lookup_key, quantity, amount
    from billing.item
   where tenant_id = $1
   order by subscription_id, stripe_id
   limit 1000)"};

const db::TenantQuery<void, std::string, std::string, std::string, std::optional<std::int64_t>,
                      std::int64_t>
    upsert_item{"billing.store_item", R"(
  insert into billing.item (tenant_id, subscription_id, stripe_id, lookup_key, quantity, amount)
  values ($1, $2, $3, $4, $5, $6)
      on conflict on constraint one_row_per_item
      do update set lookup_key = excluded.lookup_key, quantity = excluded.quantity,
                    amount = excluded.amount)"};

const db::TenantQuery<void, std::string, std::vector<std::string>> delete_others{
    "billing.forget_items", R"(
  delete from billing.item
   where tenant_id = $1 and subscription_id = $2 and stripe_id <> all ($3))"};

// Which item of a plan it is: two of the same are one and the same thing at another price.
struct Kind {
  catalog::Charge charge = catalog::Charge::flat;
  std::string meter = {};
  std::string addon = {};

  friend bool operator==(const Kind&, const Kind&) = default;
};

Kind kind_of(const Item& item, const Mirror& of, const catalog::Catalog& catalog) {
  if (const catalog::Addon* addon = catalog.find_addon_by_lookup_key(item.lookup_key))
    return {.addon = addon->key};
  if (const catalog::Price* price = catalog.find_price(item.lookup_key))
    return {.charge = price->charge, .meter = price->meter};
  // A price of an earlier version or from before.
  if (item.stripe_id == of.item_id && item.quantity) return {};
  return {.charge = item.quantity ? catalog::Charge::seat : catalog::Charge::metered};
}

Kind kind_of(const OfferedItem& offered, const catalog::Catalog& catalog) {
  const catalog::Price& price = *offered.price;
  if (const catalog::Addon* addon = catalog.find_addon_by_lookup_key(price.lookup_key))
    return {.addon = addon->key};
  return {.charge = price.charge, .meter = price.meter};
}

void append_wish(Params& params, const std::string& item, const OfferedItem& offered) {
  params.emplace_back(item + "[price]", offered.price_id);
  if (offered.quantity) params.emplace_back(item + "[quantity]", std::to_string(*offered.quantity));
}

}  // namespace

Task<> attach_items(db::ControlRead& db, std::vector<Mirror>& mirrors) {
  if (mirrors.empty()) co_return;
  const auto rows = co_await db.rows(select_items);
  for (const Row& row : rows) {
    const auto of = std::ranges::find(mirrors, row.subscription_id, &Mirror::stripe_id);
    if (of != mirrors.end())
      of->items.push_back({row.stripe_id, row.lookup_key, row.quantity, row.amount});
  }
  // A copy from before items were kept.
  for (Mirror& each : mirrors) {
    if (each.items.empty()) each.items.push_back({each.item_id, each.lookup_key, 1, each.amount});
  }
}

Task<> store_items(db::ControlTx& tx, const Mirror& mirror) {
  std::vector<std::string> ids;
  bool has_metered = false;
  for (const Item& item : mirror.items) {
    ids.push_back(item.stripe_id);
    has_metered = has_metered || !item.quantity;
  }
  if (has_metered && is_live(mirror)) co_await follow_usage(tx);
  co_await tx.run(delete_others, mirror.stripe_id, std::move(ids));
  for (const Item& item : mirror.items)
    co_await tx.run(upsert_item, mirror.stripe_id, item.stripe_id, item.lookup_key, item.quantity,
                    item.amount);
}

Task<std::int64_t> count_seats(Billing& billing, const Actor& actor) {
  if (!billing.count_seats) co_return 1;
  db::ControlRead db = billing.database.control_read(actor);
  co_return co_await billing.count_seats(db);
}

Task<std::vector<OfferedItem>> offered_items(Billing& billing, const Actor& actor,
                                             const catalog::Price& lead, const Mirror* current) {
  const catalog::Plan* plan = billing.catalog.find_by_lookup_key(lead.lookup_key);
  std::vector<OfferedItem> items;
  for (const catalog::Price* price : plan->offer(lead)) {
    OfferedItem item{price, co_await price_id(billing, actor, price->lookup_key), 1};
    if (price->charge == catalog::Charge::metered) item.quantity.reset();
    if (price->charge == catalog::Charge::seat)
      item.quantity = co_await count_seats(billing, actor);
    items.push_back(std::move(item));
  }
  if (current == nullptr) co_return items;
  for (const Item& item : current->items) {
    const catalog::Addon* addon = billing.catalog.find_addon_by_lookup_key(item.lookup_key);
    if (addon == nullptr || !addon->fits(*plan)) continue;
    const catalog::Price* price = addon->price(lead.interval, lead.amount.currency);
    if (price == nullptr) continue;
    items.push_back({price, co_await price_id(billing, actor, price->lookup_key), item.quantity});
  }
  co_return items;
}

Money cost_of(const std::vector<OfferedItem>& items) {
  Money sum{0, items.front().price->amount.currency};
  for (const OfferedItem& item : items) {
    if (item.quantity) sum = sum + catalog::cost_of(*item.price, *item.quantity);
  }
  return sum;
}

Params item_changes(const Mirror& current, const std::vector<OfferedItem>& offered,
                    const catalog::Catalog& catalog, std::string_view name) {
  Params params;
  std::vector<const OfferedItem*> waiting;
  waiting.reserve(offered.size());
  for (const OfferedItem& each : offered) waiting.push_back(&each);
  std::size_t index = 0;
  const auto next = [&] { return fmt::format("{}[{}]", name, index++); };
  for (const Item& item : current.items) {
    const std::string place = next();
    params.emplace_back(place + "[id]", item.stripe_id);
    const Kind kind = kind_of(item, current, catalog);
    const auto at = std::ranges::find_if(
        waiting, [&](const OfferedItem* each) { return kind_of(*each, catalog) == kind; });
    if (at == waiting.end()) {
      params.emplace_back(place + "[deleted]", "true");
    } else {
      append_wish(params, place, **at);
      waiting.erase(at);
    }
  }
  for (const OfferedItem* each : waiting) append_wish(params, next(), *each);
  return params;
}

AddonCounts addons_of(const Mirror& mirror, const catalog::Catalog& catalog) {
  AddonCounts counts;
  for (const Item& item : mirror.items) {
    const catalog::Addon* addon = catalog.find_addon_by_lookup_key(item.lookup_key);
    if (addon != nullptr) counts[addon->key] += item.quantity.value_or(0);
  }
  return counts;
}

std::int64_t count_of(const AddonCounts& counts, std::string_view key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

std::string text_of(const AddonCounts& counts) {
  std::string text;
  for (const auto& [key, quantity] : counts)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, quantity);
  return text;
}

std::int64_t cost_of(const Item& item, const catalog::Catalog& catalog) {
  if (!item.quantity) return 0;
  const catalog::Price* price = catalog.find_price(item.lookup_key);
  if (price != nullptr && !price->tiers.empty()) return cost_of(*price, *item.quantity).minor;
  return item.amount * *item.quantity;
}

std::int64_t cost_of(const Mirror& mirror, const catalog::Catalog& catalog) {
  std::int64_t sum = 0;
  for (const Item& item : mirror.items) sum += cost_of(item, catalog);
  return sum;
}

}  // namespace freehold::billing
