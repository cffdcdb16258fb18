// Plans, add-ons, coupons, features, limits and prices, as data: read from plans.toml, checked
// against what the modules declare, and pushed to Stripe by lookup key. No code names a plan.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/pricing.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/money.hpp"

namespace freehold::catalog {

// How many live things, or units in a period; absent: unlimited.
using Allowance = std::optional<std::int64_t>;
using Allowances = std::map<std::string, Allowance, std::less<>>;

struct Plan {
  std::string key;          // "pro"
  int version = 1;          // a change of price or content is a new version; customers keep theirs
  std::string name;         // "Pro"
  std::string tagline;      // one sentence for the pricing page
  bool is_default = false;  // what a tenant without a subscription has
  // Of a default plan: it gives nothing, because there is no free plan; access is `none` on it.
  bool is_locked = false;
  std::optional<std::int64_t> trial_days;  // the sign-up trial runs on the plan that has it
  bool trial_requires_card = false;        // then it begins at the checkout, not at the sign-up
  std::vector<Price> prices;               // empty: free of charge
  std::vector<std::string> legacy_prices;  // Stripe's ids of prices from before: kept, never sold
  std::vector<std::string> features;       // keys, in the order people read them
  Allowances limits;                       // limit key -> live things
  Allowances meters;                       // meter key -> units in a period
  std::map<std::string, std::int64_t, std::less<>> rates;  // rate class -> requests a minute
  std::vector<std::string> highlights;                     // sentences for the pricing page

  bool has(const Feature& feature) const;
  // A limit's or a meter's; nothing when the plan does not mention the key at all (then it is 0).
  std::optional<Allowance> find_allowance(std::string_view limit_or_meter) const;
  // What leads an offer: its flat price, or that of a seat, or else that of a meter; null: not sold
  // so.
  const Price* price(Interval interval, const Currency& currency) const;
  // All that is paid for with it, in the same interval and currency, itself first.
  std::vector<const Price*> offer(const Price& lead) const;
};

// What the whole offer costs in an interval for so many seats, beside usage.
Money cost_of_offer(const Plan& plan, const Price& lead, std::int64_t seats);

// Something to buy on top of a plan, any number of times up to `max_quantity`.
struct Addon {
  std::string key;
  int version = 1;
  std::string name;
  std::string tagline;
  std::vector<std::string> plans;  // that it may be added to; empty: each that has a price
  std::vector<Price> prices;       // flat, one per interval and currency; `amount` is for one
  std::vector<std::string> features;
  Allowances limits;  // added to the plan's, once for each that was bought
  Allowances meters;
  std::int64_t max_quantity = 1;

  const Price* price(Interval interval, const Currency& currency) const;
  bool fits(const Plan& plan) const;
};

// https://docs.stripe.com/billing/subscriptions/coupons
enum class CouponDuration { once, repeating, forever };
BOOST_DESCRIBE_ENUM(CouponDuration, once, repeating, forever)

struct Coupon {
  std::string id;  // "freehold_launch_v1", at Stripe as well: its terms never change
  std::string name;
  std::optional<std::int64_t> percent_off;  // or
  std::optional<Money> amount_off;
  CouponDuration duration = CouponDuration::once;
  std::optional<std::int64_t> duration_in_months;  // of `repeating`
  std::vector<std::string> plans;                  // that it takes something off; empty: all
  std::vector<std::string> codes;                  // that people type: promotion codes at Stripe
  std::optional<std::int64_t> max_redemptions;
};

// What somebody who has the plan gets and pays, as JSON: what never changes within a version. Texts
// for the pricing page are not in it.
std::string terms_of(const Plan& plan);
// The plan again. Throws std::runtime_error for text that is no such thing.
Plan plan_from(std::string_view key, int version, std::string_view name, std::string_view terms);

// What the modules of the program declare.
struct Declared {
  std::vector<DeclaredKey> features;
  std::vector<DeclaredKey> limits;
  std::vector<DeclaredKey> meters;
};
Declared declared_by(const std::vector<Module>& modules);

class Catalog {
 public:
  // Throws std::runtime_error with every mistake, one a line: text that is not TOML, unknown keys,
  // one lookup key for two prices, no default plan or two, a default plan with a price, two trial
  // plans, amounts below zero, tiers that do not ascend, an add-on for a plan that is not there.
  static Catalog parse(std::string_view toml, Declared declared);

  const std::vector<Plan>& plans() const { return plans_; }  // in the file's order: cheapest first
  const Plan* find(std::string_view key) const;
  // In the version that somebody bought; null when nobody here knows it.
  const Plan* find(std::string_view key, int version) const;
  // Plans of earlier versions, which are no longer sold: whoever has one keeps it. Before the
  // catalogue is used by others.
  void remember(std::vector<Plan> earlier);
  const std::vector<Plan>& earlier() const { return earlier_; }
  // Of a price that is sold, was sold in an earlier version, or of a legacy one by its id.
  const Plan* find_by_lookup_key(std::string_view lookup_key) const;
  // A price that is or was sold, of a plan or an add-on; null: it is none.
  const Price* find_price(std::string_view lookup_key) const;
  const std::vector<Addon>& addons() const { return addons_; }
  const Addon* find_addon(std::string_view key) const;
  // Whatever version the price is of.
  const Addon* find_addon_by_lookup_key(std::string_view lookup_key) const;
  const std::vector<Coupon>& coupons() const { return coupons_; }
  // That something is sold in, in the file's order; the first is shown when nobody has chosen.
  const std::vector<Currency>& currencies() const { return currencies_; }
  const Plan& default_plan() const;
  // Whether a tenant can go on without paying: the default plan is not locked.
  bool has_free_plan() const { return !default_plan().is_locked; }
  const Plan* trial_plan() const;  // null: no trial at sign-up
  const Declared& declared() const { return declared_; }
  std::string label_of(std::string_view key) const;

  // The first plan, in the file's order, that would allow what was refused; null when none does.
  const Plan* cheapest_with(const Feature& feature) const;
  const Plan* cheapest_above(std::string_view limit_or_meter, std::int64_t needed) const;

 private:
  Catalog() = default;
  std::vector<Plan> plans_;
  std::vector<Plan> earlier_;
  std::vector<Addon> addons_;
  std::vector<Coupon> coupons_;
  std::vector<Currency> currencies_;
  Declared declared_;
};

// "$49.00 a month", "$12.00 a month per member", "$0.005 each"
std::string describe(const Price& price);
// "1,000" or "unlimited"
std::string describe(const Allowance& allowance);
// "1,234,567"
std::string with_thousands(std::int64_t number);

}  // namespace freehold::catalog
