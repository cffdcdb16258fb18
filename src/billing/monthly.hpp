// What a subscription brings in a month: a function of its items and discounts.
// docs/billing-numbers.md defines it. Private to this module.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/json_fwd.hpp"
#include "core/time.hpp"

namespace freehold::billing {

// A price that is charged again and again, whatever is used.
struct RecurringItem {
  std::int64_t unit_amount = 0;  // minor units for one interval
  std::int64_t quantity = 1;
  std::string interval = "month";  // day, week, month, year
  std::int64_t interval_count = 1;
};

// Taken off as long as the subscription runs, or for a time that is not over. One of the two.
struct Reduction {
  std::int64_t basis_points = 0;  // 2500 is 25 %
  std::int64_t amount_off = 0;    // minor units of each charge
};

// Rounded to the nearest minor unit, item by item; never below nothing. An amount that is taken off
// comes with each charge of the first item.
std::int64_t monthly_of(const std::vector<RecurringItem>& items,
                        const std::vector<Reduction>& reductions);

// What so many of a price with tiers cost in an interval, by its lookup key; nothing: unknown.
using CostOfTiers =
    std::function<std::optional<std::int64_t>(const std::string& key, std::int64_t quantity)>;

// The same of a subscription of Stripe's, its discounts expanded with their coupons. Metered prices
// and coupons for one charge do not count.
std::int64_t read_mrr(const json::value& subscription, Instant now, const CostOfTiers& cost = {});

}  // namespace freehold::billing
