// Plans, features, limits and prices, as data: read from plans.toml, checked against what the
// modules declare, and pushed to Stripe by lookup key. No code names a plan.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/keys.hpp"
#include "core/money.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"

namespace freehold::catalog {

enum class Interval { month, year };
BOOST_DESCRIBE_ENUM(Interval, month, year)

struct Price {
  std::string lookup_key;  // "pro_month_usd_v1": how Stripe's copy is found
  Money amount;
  Interval interval;
};

// Absent: unlimited.
using Allowance = std::optional<std::int64_t>;

struct Plan {
  std::string key;   // "pro"
  int version = 1;   // a change of price or content is a new version; customers keep theirs
  std::string name;  // "Pro"
  std::string tagline;
  bool is_default = false;  // what a tenant without a subscription has ("free")
  bool on_pricing_page = true;
  std::optional<std::int64_t> trial_days;     // the sign-up trial runs on the plan that has it
  std::vector<Price> prices;                  // empty: free of charge
  std::vector<std::string> features;          // keys
  std::map<std::string, Allowance> limits;    // key -> live things
  std::map<std::string, Allowance> meters;    // key -> units in a period
  std::map<std::string, std::int64_t> rates;  // rate limit class -> requests a minute
  std::vector<std::string> highlights;        // sentences for the pricing page
};

// What modules declared, with the words that people read.
struct Declared {
  struct Entry {
    std::string key;
    std::string label;
    std::string unit;
  };
  std::vector<Entry> features, limits, meters;
};

class Catalog {
 public:
  // Throws std::runtime_error with every mistake: unknown keys, a price twice, no default plan,
  // more than one trial plan, a currency that is none.
  static Catalog parse(std::string_view toml, const Declared& declared);

  const std::vector<Plan>& plans() const { return plans_; }  // in the file's order, cheapest first
  const Plan* find(std::string_view key) const;
  const Plan* find_by_lookup_key(std::string_view lookup_key) const;
  const Plan& default_plan() const;
  const Plan* trial_plan() const;
  const Declared& declared() const { return declared_; }
  const std::string& label_of(std::string_view key) const;

  // The cheapest plan that has what was refused, for the answer's `upgrade`.
  const Plan* cheapest_with(const Feature& feature) const;
  const Plan* cheapest_above(std::string_view limit_or_meter, std::int64_t needed) const;

 private:
  std::vector<Plan> plans_;
  Declared declared_;
};

// "$49.00 a month"
std::string describe(const Price& price);

}  // namespace freehold::catalog
