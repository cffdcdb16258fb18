// What a subscription is made up of. Private to this module, for .cpp files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "billing/billing.hpp"
#include "billing/stripe.hpp"

namespace freehold::billing {

// Those of each, from our copy.
Task<> attach_items(db::ControlRead& db, std::vector<Mirror>& mirrors);
// Makes our copy of its items what it says.
Task<> store_items(db::ControlTx& tx, const Mirror& mirror);

// What a subscription to a plan is made of at Stripe: the lead first, seats as many as there are,
// and those add-ons of the current one that the plan may have.
struct OfferedItem {
  const catalog::Price* price;
  std::string price_id;
  std::optional<std::int64_t> quantity;  // nothing: counted by a meter
};
// Problem 503 `plans_not_synced`.
Task<std::vector<OfferedItem>> offered_items(Billing& billing, const Actor& actor,
                                             const catalog::Price& lead, const Mirror* current);

// What they cost in an interval, beside usage.
Money cost_of(const std::vector<OfferedItem>& items);
// One, where nobody counts them.
Task<std::int64_t> count_seats(Billing& billing, const Actor& actor);

// The parameters that make the subscription's items those: each takes the place of the one that
// counts the same, and what has no place is removed. `name`: "items", or
// "subscription_details[items]" of a preview.
Params item_changes(const Mirror& current, const std::vector<OfferedItem>& offered,
                    const catalog::Catalog& catalog, std::string_view name);

// How much of each add-on, by its key; what is not there was not bought.
using AddonCounts = std::map<std::string, std::int64_t, std::less<>>;
AddonCounts addons_of(const Mirror& mirror, const catalog::Catalog& catalog);
std::int64_t count_of(const AddonCounts& counts, std::string_view key);
std::string text_of(const AddonCounts& counts);  // "exports=1 storage=2"

// What the item costs in an interval, beside usage: by the catalogue where its tiers decide.
std::int64_t cost_of(const Item& item, const catalog::Catalog& catalog);
// What all of them do.
std::int64_t cost_of(const Mirror& mirror, const catalog::Catalog& catalog);

}  // namespace freehold::billing
