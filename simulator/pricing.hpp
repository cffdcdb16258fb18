// What prices cost: unit amounts with up to twelve decimal places, tiers, packages, and parts of a
// period, all in whole minor units. No floating point touches them.
// https://docs.stripe.com/products-prices/pricing-models
#pragma once

#include <cstdint>
#include <string_view>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// What `quantity` of the price costs for one period: the sum of its parts.
std::int64_t cost_of(const Record& price, std::int64_t quantity);

// A part of that, which is a line of an invoice: all of it, or what one tier costs, or a tier's
// flat fee. Each is rounded once, half away from zero.
struct PricePart {
  std::int64_t quantity = 0;
  std::int64_t amount = 0;
  std::int64_t tier = 0;    // from 1; 0: the price has no tiers
  bool flat = false;        // the tier's fee, whatever the quantity
  json::object price = {};  // currency, unit_amount, unit_amount_decimal of it
};
std::vector<PricePart> parts_of(const Record& price, std::int64_t quantity);

// amount × part / whole, rounded half away from zero: the share of an amount and that of its
// negative add up to nothing.
std::int64_t share_of(std::int64_t amount, std::int64_t part, std::int64_t whole);

// `name` (whole) or `name`_decimal ("0.05") of a call, as text; nothing when neither was sent.
std::optional<std::string> read_decimal_amount(const Params& params, std::string_view name);
// The two members that say it: the whole one is null when the amount has a fraction.
void set_decimal_amount(json::object& object, std::string_view name,
                        const std::optional<std::string>& amount);

// tiers[] and tiers_mode, transform_quantity.
json::array read_tiers(const Params& params);
json::value read_transform(const Params& params);

// Whether what is charged follows from meter events rather than from a quantity.
bool is_metered(const json::object& price);

// An amount as people read it: "$49.00", "$0.005".
std::string unit_text(const json::object& price);

}  // namespace freehold::simulator
