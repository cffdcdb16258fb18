#include "billing/price_terms.hpp"

#include <algorithm>

#include "billing/json_fields.hpp"

namespace freehold::billing {
namespace {

using fields::at;

void append_recurring(Params& params, std::string interval, const std::string& meter) {
  params.emplace_back("recurring[interval]", std::move(interval));
  if (meter.empty()) return;
  params.emplace_back("recurring[usage_type]", "metered");
  params.emplace_back("recurring[meter]", meter);
}

void append_tier(Params& params, std::size_t index, std::string up_to, std::string unit_amount,
                 std::int64_t flat_amount) {
  const std::string tier = fmt::format("tiers[{}]", index);
  params.emplace_back(tier + "[up_to]", std::move(up_to));
  params.emplace_back(tier + "[unit_amount_decimal]", std::move(unit_amount));
  params.emplace_back(tier + "[flat_amount]", std::to_string(flat_amount));
}

// One tier without a fee is a plain amount for each.
bool is_plain(const catalog::Price& price) {
  return price.tiers.empty() || (price.tiers.size() == 1 && price.tiers.front().flat_amount == 0);
}

// "0" where there is none.
std::string decimal_at(const json::value& from) {
  if (const auto text = fields::text(at(&from, "unit_amount_decimal"))) return *text;
  return std::to_string(fields::number(at(&from, "unit_amount")).value_or(0));
}

}  // namespace

std::string event_name_of(std::string_view meter) {
  std::string name = "freehold_" + std::string(meter);
  std::ranges::replace(name, '.', '_');
  return name;
}

Params terms_of(const catalog::Price& price, const std::string& meter_id) {
  Params params{{"currency", std::string(price.amount.currency.code())}};
  append_recurring(params, std::string(name_of(price.interval)), meter_id);
  if (is_plain(price)) {
    params.emplace_back("unit_amount_decimal", price.tiers.empty()
                                                   ? std::to_string(price.amount.minor)
                                                   : price.tiers.front().unit_amount.text());
    return params;
  }
  params.emplace_back("billing_scheme", "tiered");
  params.emplace_back("tiers_mode", std::string(name_of(price.tiers_mode)));
  for (std::size_t i = 0; i < price.tiers.size(); ++i) {
    const catalog::Tier& tier = price.tiers[i];
    append_tier(params, i, tier.up_to ? std::to_string(*tier.up_to) : "inf",
                tier.unit_amount.text(), tier.flat_amount);
  }
  return params;
}

Params terms_in(const json::value& price) {
  const json::value* v = &price;
  Params params{{"currency", fields::text(at(v, "currency")).value_or("")}};
  append_recurring(params, fields::text(at(v, "recurring", "interval")).value_or(""),
                   fields::text(at(v, "recurring", "meter")).value_or(""));
  if (fields::text(at(v, "billing_scheme")) != "tiered") {
    params.emplace_back("unit_amount_decimal", decimal_at(price));
    return params;
  }
  params.emplace_back("billing_scheme", "tiered");
  params.emplace_back("tiers_mode", fields::text(at(v, "tiers_mode")).value_or(""));
  const json::value* tiers = at(v, "tiers");
  const json::array* array = tiers != nullptr ? tiers->if_array() : nullptr;
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const json::value& tier = (*array)[i];
    const auto up_to = fields::number(at(&tier, "up_to"));
    append_tier(params, i, up_to ? std::to_string(*up_to) : "inf", decimal_at(tier),
                fields::number(at(&tier, "flat_amount")).value_or(0));
  }
  return params;
}

}  // namespace freehold::billing
