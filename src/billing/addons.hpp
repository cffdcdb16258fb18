// What is bought on top of a plan: how much of each add-on, and changing that. Private to this
// module, for .cpp files.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "billing/upgrade.hpp"

namespace freehold::billing {

// Those that go along to a plan at the interval and in the currency of `lead`.
AddonCounts kept_addons(const Mirror& mirror, const catalog::Price& lead,
                        const catalog::Catalog& catalog);

// What the plan and so much on top of it allow.
entitlements::Snapshot allowed_with(const catalog::Catalog& catalog, const catalog::Plan& plan,
                                    const AddonCounts& counts, Instant now);

// So many of it there shall be; none: it goes.
struct AddonWish {
  const catalog::Addon& addon;
  const catalog::Price& price;
  std::int64_t quantity = 0;
};
// Null: it is not sold to a subscription like this one, whose plan, interval or currency it does
// not have.
const catalog::Price* addon_price(const catalog::Addon& addon, const Mirror& mirror,
                                  const catalog::Catalog& catalog);

// What it costs in an interval more, or less.
Money difference(const Mirror& current, const std::vector<AddonWish>& wishes,
                 const catalog::Catalog& catalog);
// Throws Problem 503 `stripe_away`, `plans_not_synced`.
Task<ChangePreview> preview_addons(Billing& billing, const Actor& actor, const Mirror& current,
                                   const std::vector<AddonWish>& wishes, Instant proration_date);

// More is charged at once, for what is left of the paid period, and there when it is paid; what is
// left of less comes off the next invoice. `proration_date` as for `change_plan`. Problem 409
// `no_subscription`, `invoice_unpaid`, `subscription_ends`, `subscription_paused`,
// `change_scheduled`; 422 `invalid_input` for what is not sold, or not so often.
Task<Ordered> set_addons(Billing& billing, const Actor& actor, AddonCounts wanted,
                         std::optional<Instant> proration_date = {});

}  // namespace freehold::billing
